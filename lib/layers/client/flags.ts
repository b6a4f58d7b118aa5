import { AppconfigApplication } from "@cdktn/provider-aws/lib/appconfig-application/index.js";
import { AppconfigConfigurationProfile } from "@cdktn/provider-aws/lib/appconfig-configuration-profile/index.js";
import { AppconfigDeploymentStrategy } from "@cdktn/provider-aws/lib/appconfig-deployment-strategy/index.js";
import { AppconfigEnvironment } from "@cdktn/provider-aws/lib/appconfig-environment/index.js";
import { IamPolicy } from "@cdktn/provider-aws/lib/iam-policy/index.js";
import { IamRole } from "@cdktn/provider-aws/lib/iam-role/index.js";
import { IamRolePolicy } from "@cdktn/provider-aws/lib/iam-role-policy/index.js";
import { Construct } from "constructs";
import { nameOf, type Place } from "../../model/place.ts";
import type { Flags as FlagsSettings } from "../../model/settings/client/flags.ts";
import { publish } from "../common/contract.ts";
import { encodes } from "../common/encodes.ts";
import { policy, trusts } from "../common/policy.ts";
import type { Stack } from "../common/stack.ts";
import { clientAlarms, flagsOf, flagsPolicy } from "./contract.ts";

/**
 * Flags that product teams change without a deployment: a change goes to one caller in a hundred, then to twice as many again
 * and again, and an alarm takes it back from all at once. Which flags there are is theirs, not the infrastructure's.
 */
export class Flags extends Construct {
  constructor(stack: Stack, id: string, { place, flags }: { readonly place: Place; readonly flags: FlagsSettings }) {
    super(stack, id);
    const { rolloutMinutes = 30, bakeMinutes = 10 } = flags;
    const application = new AppconfigApplication(this, "Resource", {
      name: nameOf(place, "aws_appconfig_application"),
      description: `Flags of ${place.deployment.name} in ${place.deployment.environment}`,
    });
    const names = flags.alarms ?? clientAlarms(place);
    const watcher = names.length === 0 ? undefined : this.watcher(stack, place);
    const environment = new AppconfigEnvironment(this, "environment", {
      applicationId: application.id,
      name: nameOf(place, "aws_appconfig_environment"),
      ...(watcher === undefined
        ? {}
        : {
            monitor: names.map((name) => ({
              alarmArn: stack.arnOf("cloudwatch", `alarm:${name}`),
              alarmRoleArn: watcher.arn,
            })),
          }),
    });
    const profile = new AppconfigConfigurationProfile(this, "profile", {
      applicationId: application.id,
      name: nameOf(place, "aws_appconfig_configuration_profile", "flags"),
      type: "AWS.AppConfig.FeatureFlags",
      locationUri: "hosted",
    });
    const rollout = new AppconfigDeploymentStrategy(this, "rollout", {
      name: nameOf(place, "aws_appconfig_deployment_strategy", "rollout"),
      description: "One caller in a hundred, then twice as many again and again",
      growthType: "EXPONENTIAL",
      growthFactor: 1,
      deploymentDurationInMinutes: rolloutMinutes,
      finalBakeTimeInMinutes: bakeMinutes,
      replicateTo: "NONE",
    });
    publish(stack, flagsOf(place), {
      application: application.id,
      environment: environment.environmentId,
      profile: profile.configurationProfileId,
    });
    this.readers(place, `${application.arn}/environment/${environment.environmentId}`, profile);
    if (flags.stream !== undefined) encodes("client.flags.provider", application, profile);
    encodes("client.flags.rollout", rollout);
    if (watcher !== undefined) encodes("client.flags.kill-switch", environment);
  }

  /** What services that read flags may do: get these, and no other product's. */
  private readers(place: Place, environment: string, profile: AppconfigConfigurationProfile): void {
    new IamPolicy(this, "readers", {
      name: flagsPolicy(place),
      description: `Reads the flags of ${place.deployment.name} in ${place.deployment.environment}`,
      policy: policy([
        {
          actions: ["appconfig:GetLatestConfiguration", "appconfig:StartConfigurationSession"],
          resources: [`${environment}/configuration/${profile.configurationProfileId}`],
        },
      ]),
    });
  }

  /** As whom AppConfig looks at alarms. */
  private watcher(stack: Stack, place: Place): IamRole {
    const role = new IamRole(this, "watcher", {
      name: nameOf(place, "aws_iam_role", "flags-watcher"),
      description: "AppConfig looks at the alarms that take a change of flags back",
      assumeRolePolicy: trusts("appconfig.amazonaws.com", { StringEquals: { "aws:SourceAccount": stack.account.id } }),
    });
    new IamRolePolicy(this, "watcher-policy", {
      name: "alarms",
      role: role.name,
      policy: policy([{ actions: ["cloudwatch:DescribeAlarms"], resources: [stack.arnOf("cloudwatch", "alarm:*")] }]),
    });
    return role;
  }
}
