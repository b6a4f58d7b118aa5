import { IamRole } from "@cdktn/provider-aws/lib/iam-role/index.js";
import { IamRolePolicy } from "@cdktn/provider-aws/lib/iam-role-policy/index.js";
import { SchedulerScheduleGroup } from "@cdktn/provider-aws/lib/scheduler-schedule-group/index.js";
import {
  SnsPlatformApplication,
  type SnsPlatformApplicationConfig,
} from "@cdktn/provider-aws/lib/sns-platform-application/index.js";
import { SnsTopic } from "@cdktn/provider-aws/lib/sns-topic/index.js";
import { Construct } from "constructs";
import { nameOf, type Place } from "../../model/place.ts";
import type { Push as PushSettings } from "../../model/settings/client/push.ts";
import { encodes } from "../common/encodes.ts";
import { policy, trusts } from "../common/policy.ts";
import type { Stack } from "../common/stack.ts";
import { waives } from "../common/waivers.ts";
import { pushApplication, pushSchedules } from "./contract.ts";
import { seededSecret } from "./seeded-secret.ts";

/**
 * Pushes to phones: an application at Apple's and Google's service each, what became of deliveries, and a group for pushes
 * that are sent later. An application is made once the secret that it stands on is seeded.
 */
export class Push extends Construct {
  constructor(stack: Stack, id: string, { place, push }: { readonly place: Place; readonly push: PushSettings }) {
    super(stack, id);
    const { apns, fcm, receipts = 1 } = push;
    const role = this.receipts(stack, place);
    const failures = new SnsTopic(this, "failures", { name: nameOf(place, "aws_sns_topic", "push-failures") });
    waives(failures, {
      check: "CKV_AWS_26",
      reason: "what is published names an endpoint and a reason, and nothing that was pushed; SNS itself publishes it",
    });
    const common = {
      successFeedbackRoleArn: role.arn,
      failureFeedbackRoleArn: role.arn,
      successFeedbackSampleRate: String(receipts),
      eventDeliveryFailureTopicArn: failures.arn,
    };
    const signingKey = apns && seededSecret(this, place, apns.secret);
    const ios =
      apns === undefined || signingKey === undefined
        ? undefined
        : this.application("ios", {
            ...common,
            name: pushApplication(place, "ios"),
            platform: apns.sandbox === true ? "APNS_SANDBOX" : "APNS",
            platformCredential: signingKey,
            platformPrincipal: apns.keyId,
            applePlatformTeamId: apns.teamId,
            applePlatformBundleId: apns.bundleId,
          });
    const account = fcm && seededSecret(this, place, fcm.secret);
    const android =
      account === undefined
        ? undefined
        : this.application("android", {
            ...common,
            name: pushApplication(place, "android"),
            platform: "GCM",
            platformCredential: account,
          });
    const later = new SchedulerScheduleGroup(this, "schedules", { name: pushSchedules(place) });
    if (ios !== undefined) encodes("client.ios.push", ios);
    if (android !== undefined) encodes("client.android.push", android);
    if (ios !== undefined && android !== undefined && push.web !== undefined)
      encodes("client.push.channels", ios, android, later);
  }

  private application(id: string, config: SnsPlatformApplicationConfig): SnsPlatformApplication {
    const application = new SnsPlatformApplication(this, id, config);
    encodes("client.push.receipts", application);
    return application;
  }

  /** As whom SNS writes down what became of deliveries. */
  private receipts(stack: Stack, place: Place): IamRole {
    const role = new IamRole(this, "receipts", {
      name: nameOf(place, "aws_iam_role", "push-receipts"),
      description: "SNS logs deliveries of pushes",
      assumeRolePolicy: trusts("sns.amazonaws.com", { StringEquals: { "aws:SourceAccount": stack.account.id } }),
    });
    const logs = stack.arnOf("logs", `log-group:sns/${place.region.code}/${stack.account.id}/app/*`);
    new IamRolePolicy(this, "receipts-policy", {
      name: "logs",
      role: role.name,
      policy: policy([
        {
          actions: [
            "logs:CreateLogGroup",
            "logs:CreateLogStream",
            "logs:PutLogEvents",
            "logs:PutMetricFilter",
            "logs:PutRetentionPolicy",
          ],
          resources: [logs, `${logs}:*`],
        },
      ]),
    });
    return role;
  }
}
