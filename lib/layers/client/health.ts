import { KmsAlias } from "@cdktn/provider-aws/lib/kms-alias/index.js";
import { KmsKey } from "@cdktn/provider-aws/lib/kms-key/index.js";
import { Macie2ClassificationJob } from "@cdktn/provider-aws/lib/macie2-classification-job/index.js";
import { Macie2CustomDataIdentifier } from "@cdktn/provider-aws/lib/macie2-custom-data-identifier/index.js";
import { Construct } from "constructs";
import { nameOf, type Place } from "../../model/place.ts";
import type { Health as HealthSettings } from "../../model/settings/client/health.ts";
import { encodes } from "../common/encodes.ts";
import { accountOwnsKey, policy } from "../common/policy.ts";
import type { Stack } from "../common/stack.ts";
import { HEALTH_BUCKET, healthKeyAlias } from "./contract.ts";
import { PrivateBucket } from "./private-bucket.ts";

/** Fields of readings by which they are recognized where they should not be, with what their values look like. */
const FIELDS: Readonly<Record<string, { readonly keywords: readonly string[]; readonly regex: string }>> = {
  "heart-rate": { keywords: ["heartRate", "heart_rate", "bpm"], regex: "[0-9]{2,3}(\\.[0-9]+)?" },
  "oxygen-saturation": { keywords: ["spo2", "SpO2", "oxygenSaturation"], regex: "(100|[5-9][0-9])(\\.[0-9]+)?" },
  "skin-temperature": { keywords: ["skinTemperature", "skin_temperature"], regex: "[2-4][0-9]\\.[0-9]+" },
};

/** Characters between the name of a field and its value. */
const DISTANCE = 20;

/**
 * Where what wearables measure about people is kept: a bucket with a key of its own, which can be cut off from everything
 * else, and a look every week for readings that got where they should not be.
 */
export class Health extends Construct {
  constructor(stack: Stack, id: string, { place, health }: { readonly place: Place; readonly health: HealthSettings }) {
    super(stack, id);
    const key = new KmsKey(this, "key", {
      description: `Health readings of ${place.deployment.name} in ${place.deployment.environment}`,
      enableKeyRotation: true,
      rotationPeriodInDays: 365,
      deletionWindowInDays: 30,
      // Who may use it is said by the policies of roles, and by no other key's.
      policy: policy([accountOwnsKey(stack), ...(health.discovery === true ? [this.looking(stack)] : [])]),
      tags: { "data-classification": "health" },
      lifecycle: { preventDestroy: place.deployment.tier === "prod" },
    });
    new KmsAlias(this, "alias", { name: healthKeyAlias(place), targetKeyId: key.keyId });
    const readings = new PrivateBucket(this, "readings", {
      stack,
      place,
      holds: HEALTH_BUCKET,
      keyArn: key.arn,
      inOneRegion: "readings stay in the region in which people agreed to them",
      tags: { "data-classification": "health" },
      ...(health.keepDays === undefined ? {} : { expireAfter: health.keepDays }),
    }).admit();
    encodes("client.wearables.health-data", key, readings.bucket, readings.encryption);
    if (health.discovery === true) this.discovery(stack, place, readings);
  }

  /** Macie reads what it looks through. */
  private looking(stack: Stack) {
    return {
      sid: "Macie",
      principals: { AWS: ["*"] },
      actions: ["kms:Decrypt"],
      resources: ["*"],
      conditions: {
        ArnEquals: {
          "aws:PrincipalArn": `${stack.arn}:iam::${stack.account.id}:role/aws-service-role/macie.amazonaws.com/AWSServiceRoleForAmazonMacie`,
        },
      },
    };
  }

  private discovery(stack: Stack, place: Place, readings: PrivateBucket): void {
    const identifiers = Object.entries(FIELDS).map(([name, { keywords, regex }]) => {
      const identifier = new Macie2CustomDataIdentifier(this, name, {
        name: nameOf(place, "aws_macie2_custom_data_identifier", name),
        description: `Readings of wearables: ${name}`,
        keywords: [...keywords],
        regex,
        maximumMatchDistance: DISTANCE,
      });
      encodes("client.wearables.health-data", identifier);
      return identifier;
    });
    new Macie2ClassificationJob(this, "look", {
      name: nameOf(place, "aws_macie2_classification_job", "health"),
      description: "Readings of people in every bucket of the account but their own",
      jobType: "SCHEDULED",
      initialRun: true,
      samplingPercentage: 10,
      customDataIdentifierIds: identifiers.map((one) => one.id),
      scheduleFrequency: { weeklySchedule: "SUNDAY" },
      s3JobDefinition: {
        bucketCriteria: {
          excludes: {
            and: [{ simpleCriterion: { comparator: "EQ", key: "S3_BUCKET_NAME", values: [readings.name] } }],
          },
          includes: { and: [{ simpleCriterion: { comparator: "EQ", key: "ACCOUNT_ID", values: [stack.account.id] } }] },
        },
      },
    });
  }
}
