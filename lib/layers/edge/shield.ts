import type { CloudfrontDistribution } from "@cdktn/provider-aws/lib/cloudfront-distribution/index.js";
import { CloudwatchMetricAlarm } from "@cdktn/provider-aws/lib/cloudwatch-metric-alarm/index.js";
import { Route53HealthCheck } from "@cdktn/provider-aws/lib/route53-health-check/index.js";
import type { Route53Zone } from "@cdktn/provider-aws/lib/route53-zone/index.js";
import { ShieldApplicationLayerAutomaticResponse } from "@cdktn/provider-aws/lib/shield-application-layer-automatic-response/index.js";
import { ShieldProactiveEngagement } from "@cdktn/provider-aws/lib/shield-proactive-engagement/index.js";
import { ShieldProtection } from "@cdktn/provider-aws/lib/shield-protection/index.js";
import { ShieldProtectionGroup } from "@cdktn/provider-aws/lib/shield-protection-group/index.js";
import { ShieldProtectionHealthCheckAssociation } from "@cdktn/provider-aws/lib/shield-protection-health-check-association/index.js";
import { ShieldSubscription } from "@cdktn/provider-aws/lib/shield-subscription/index.js";
import { Construct } from "constructs";
import { type AccountPlace, nameOf, type Place } from "../../model/place.ts";
import { encodes } from "../common/encodes.ts";
import type { Stack } from "../common/stack.ts";
import { alarmName } from "../observability/contract.ts";
import { topicAt } from "./alarm-topic.ts";

/** Types of what a product has that faces the internet, as Shield names them. */
const RESOURCE_TYPES = ["CLOUDFRONT_DISTRIBUTION", "ROUTE_53_HOSTED_ZONE"] as const;

/** Whether a product of the account asks for Shield Advanced, which the account then has. */
export const subscribes = ({ deployments }: AccountPlace): boolean =>
  deployments.some(({ blueprint }) => blueprint.layers.edge.ddos?.shieldAdvanced !== undefined);

/**
 * An account's subscription of Shield Advanced: $3,000 a month, for a year. It stays when nothing asks for it any more, as it
 * is paid for, and is only no longer renewed. What is alike in all products is grouped, and the response team calls who is
 * named by any of them.
 */
export class AccountShield extends Construct {
  constructor(stack: Stack, id: string, { deployments }: AccountPlace) {
    super(stack, id);
    const subscription = new ShieldSubscription(this, "Resource", { autoRenew: "ENABLED" });
    const groups = RESOURCE_TYPES.map(
      (resourceType) =>
        new ShieldProtectionGroup(this, resourceType.toLowerCase().replaceAll("_", "-"), {
          protectionGroupId: `dodeca-${resourceType.toLowerCase().replaceAll("_", "-")}`,
          // An attack on one of them is one on all: they share no traffic that could be added up.
          aggregation: "MAX",
          pattern: "BY_RESOURCE_TYPE",
          resourceType,
          dependsOn: [subscription],
        }),
    );
    const contacts = new Map(
      deployments
        .flatMap(({ blueprint }) => blueprint.layers.edge.ddos?.shieldAdvanced?.contacts ?? [])
        .map((contact) => [contact.email, contact]),
    );
    const engagement = new ShieldProactiveEngagement(this, "engagement", {
      enabled: true,
      emergencyContact: [...contacts.values()].map(({ email, phone, notes }) => ({
        emailAddress: email,
        phoneNumber: phone,
        ...(notes === undefined ? {} : { contactNotes: notes }),
      })),
      dependsOn: [subscription],
    });
    encodes("edge.ddos.provider", subscription);
    encodes("edge.ddos.grouping", ...groups);
    encodes("edge.ddos.health-based", engagement);
  }
}

export interface ShieldProps {
  readonly place: Place;
  readonly distribution: CloudfrontDistribution;
  readonly zone: Route53Zone;
  /** What says whether the regions are well. */
  readonly checks: readonly Route53HealthCheck[];
}

/**
 * What Shield Advanced does for a product: its distribution and zone are watched and defended, floods of requests are
 * answered by rules that Shield adds to the firewall by itself, and how it judges follows from whether the product is well.
 */
export class Shield extends Construct {
  constructor(stack: Stack, id: string, { place, distribution, zone, checks }: ShieldProps) {
    super(stack, id);
    const protects = (name: string, resourceArn: string): ShieldProtection =>
      new ShieldProtection(this, name, {
        name: nameOf(place, "aws_shield_protection", name),
        resourceArn,
      });
    const protections = [protects("distribution", distribution.arn), protects("zone", zone.arn)] as const;
    encodes("edge.ddos.provider", ...protections);
    const response = new ShieldApplicationLayerAutomaticResponse(this, "response", {
      resourceArn: distribution.arn,
      action: "BLOCK",
      dependsOn: [protections[0]],
    });
    encodes("edge.ddos.l7-auto", response);
    // A distribution is well while a region is. Zones take no check: Route 53 has no health of its own to ask for.
    const health = new Route53HealthCheck(this, "health", {
      type: "CALCULATED",
      childHealthThreshold: 1,
      childHealthchecks: checks.map(({ id: check }) => check),
      tags: { Name: nameOf(place, "aws_route53_health_check", "shield") },
    });
    const association = new ShieldProtectionHealthCheckAssociation(this, "distribution-health", {
      shieldProtectionId: protections[0].id,
      healthCheckArn: health.arn,
    });
    encodes("edge.ddos.health-based", association, health);
    const alarms = [
      this.alarm(place, stack, "distribution", distribution.arn),
      this.alarm(place, stack, "zone", zone.arn),
    ];
    encodes("edge.ddos.speed", ...alarms);
  }

  /** Shield says every minute whether it sees an attack; what is global says so in the home region. */
  private alarm(place: Place, stack: Stack, name: string, resource: string): CloudwatchMetricAlarm {
    const actions = topicAt(place, stack);
    return new CloudwatchMetricAlarm(this, `${name}-attacked`, {
      alarmName: alarmName(place, "ddos", name),
      alarmDescription: `Shield sees an attack on the ${name}`,
      namespace: "AWS/DDoSProtection",
      metricName: "DDoSDetected",
      dimensions: { ResourceArn: resource },
      statistic: "Maximum",
      comparisonOperator: "GreaterThanThreshold",
      threshold: 0,
      period: 60,
      evaluationPeriods: 1,
      treatMissingData: "notBreaching",
      alarmActions: actions,
      okActions: actions,
    });
  }
}
