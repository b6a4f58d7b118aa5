import { CloudwatchMetricAlarm } from "@cdktn/provider-aws/lib/cloudwatch-metric-alarm/index.js";
import { CognitoIdentityPool } from "@cdktn/provider-aws/lib/cognito-identity-pool/index.js";
import { CognitoIdentityPoolRolesAttachment } from "@cdktn/provider-aws/lib/cognito-identity-pool-roles-attachment/index.js";
import { IamRole } from "@cdktn/provider-aws/lib/iam-role/index.js";
import { IamRolePolicy } from "@cdktn/provider-aws/lib/iam-role-policy/index.js";
import { RumAppMonitor } from "@cdktn/provider-aws/lib/rum-app-monitor/index.js";
import { Construct } from "constructs";
import { nameOf, type Place } from "../../model/place.ts";
import type { Telemetry as TelemetrySettings } from "../../model/settings/client/telemetry.ts";
import { encodes } from "../common/encodes.ts";
import { policy, policyWithoutResource } from "../common/policy.ts";
import type { Stack } from "../common/stack.ts";
import { waives } from "../common/waivers.ts";
import { alertTopic } from "../observability/contract.ts";
import { clientAlarm } from "./contract.ts";

/** Largest contentful paint from which somebody is told, in milliseconds. Catalogue: client.kpis.tti. */
const SLOWER_THAN = 3000;

export interface TelemetryProps {
  readonly place: Place;
  readonly telemetry: TelemetrySettings;
  /** Host whose pages tell. */
  readonly domain: string;
}

/** What browsers tell about the product's pages, and who hears of slow ones and of more errors than usual. */
export class Telemetry extends Construct {
  constructor(stack: Stack, id: string, { place, telemetry, domain }: TelemetryProps) {
    super(stack, id);
    const { sampling = 1, cookies = false, slowerThan = SLOWER_THAN } = telemetry;
    const name = nameOf(place, "aws_rum_app_monitor");
    const guests = this.guests(stack, place, name);
    const monitor = new RumAppMonitor(this, "Resource", {
      name,
      domain,
      cwLogEnabled: true,
      appMonitorConfiguration: {
        identityPoolId: guests.pool.id,
        guestRoleArn: guests.role.arn,
        sessionSampleRate: sampling / 100,
        telemetries: ["errors", "performance", "http"],
        enableXray: true,
        allowCookies: cookies,
      },
    });
    const alerts = [stack.arnOf("sns", alertTopic(place))];
    const slow = new CloudwatchMetricAlarm(this, "slow", {
      alarmName: clientAlarm(place, "slow"),
      alarmDescription: `A quarter of the pages takes longer than ${slowerThan} ms to show what matters`,
      namespace: "AWS/RUM",
      metricName: "WebVitalsLargestContentfulPaint",
      dimensions: { application_name: name },
      extendedStatistic: "p75",
      comparisonOperator: "GreaterThanThreshold",
      threshold: slowerThan,
      period: 300,
      evaluationPeriods: 3,
      treatMissingData: "notBreaching",
      alarmActions: alerts,
      okActions: alerts,
    });
    const errors = new CloudwatchMetricAlarm(this, "errors", {
      alarmName: clientAlarm(place, "errors"),
      alarmDescription: "Pages have more errors than they usually have at this time",
      comparisonOperator: "GreaterThanUpperThreshold",
      thresholdMetricId: "usual",
      evaluationPeriods: 2,
      metricQuery: [
        {
          id: "errors",
          returnData: true,
          metric: {
            namespace: "AWS/RUM",
            metricName: "JsErrorCount",
            dimensions: { application_name: name },
            period: 300,
            stat: "Sum",
          },
        },
        { id: "usual", expression: "ANOMALY_DETECTION_BAND(errors, 3)", label: "usual errors", returnData: true },
      ],
      treatMissingData: "notBreaching",
      alarmActions: alerts,
      okActions: alerts,
    });
    encodes("client.telemetry.rum", monitor);
    encodes("client.telemetry.error-alert", errors);
    if (slowerThan === SLOWER_THAN) encodes("client.kpis.tti", monitor, slow);
  }

  /** As whom a browser tells, although nobody has signed in: it may do nothing else. */
  private guests(stack: Stack, place: Place, monitor: string) {
    const pool = new CognitoIdentityPool(this, "guests", {
      identityPoolName: nameOf(place, "aws_cognito_identity_pool", "guests"),
      allowUnauthenticatedIdentities: true,
    });
    waives(pool, {
      check: "CKV_AWS_366",
      reason: "pages tell before anybody has signed in; a guest's role may send to this monitor and nothing else",
    });
    const role = new IamRole(this, "guest", {
      name: nameOf(place, "aws_iam_role", "guest"),
      description: "Browsers tell the monitor of pages",
      assumeRolePolicy: policyWithoutResource([
        {
          actions: ["sts:AssumeRoleWithWebIdentity"],
          principals: { Federated: ["cognito-identity.amazonaws.com"] },
          conditions: {
            StringEquals: { "cognito-identity.amazonaws.com:aud": pool.id },
            "ForAnyValue:StringLike": { "cognito-identity.amazonaws.com:amr": "unauthenticated" },
          },
        },
      ]),
    });
    new IamRolePolicy(this, "guest-policy", {
      name: "tell",
      role: role.name,
      policy: policy([{ actions: ["rum:PutRumEvents"], resources: [stack.arnOf("rum", `appmonitor/${monitor}`)] }]),
    });
    new CognitoIdentityPoolRolesAttachment(this, "guest-attachment", {
      identityPoolId: pool.id,
      roles: { unauthenticated: role.arn },
    });
    return { pool, role };
  }
}
