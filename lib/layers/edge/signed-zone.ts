import { KmsAlias } from "@cdktn/provider-aws/lib/kms-alias/index.js";
import { KmsKey } from "@cdktn/provider-aws/lib/kms-key/index.js";
import { Route53HostedZoneDnssec } from "@cdktn/provider-aws/lib/route53-hosted-zone-dnssec/index.js";
import { Route53KeySigningKey } from "@cdktn/provider-aws/lib/route53-key-signing-key/index.js";
import type { Route53Zone } from "@cdktn/provider-aws/lib/route53-zone/index.js";
import { TerraformOutput } from "cdktn";
import { Construct } from "constructs";
import { nameOf, type Place } from "../../model/place.ts";
import { encodes } from "../common/encodes.ts";
import { accountOwnsKey, policy } from "../common/policy.ts";
import type { Stack } from "../common/stack.ts";

/**
 * A zone whose answers are signed, with a key that Route 53 uses in the home region: $1 a month. The digest of the key is an
 * output: once the parent zone has it, answers that somebody else made are refused. Turned off in the reverse order.
 */
export class SignedZone extends Construct {
  constructor(
    stack: Stack,
    id: string,
    { place, domain, zone }: { readonly place: Place; readonly domain: string; readonly zone: Route53Zone },
  ) {
    super(stack, id);
    const key = new KmsKey(this, "key", {
      description: `Signs the zone ${domain}`,
      customerMasterKeySpec: "ECC_NIST_P256",
      keyUsage: "SIGN_VERIFY",
      deletionWindowInDays: 30,
      policy: policy([accountOwnsKey(stack), ...signing(stack)]),
      lifecycle: { preventDestroy: place.deployment.tier === "prod" },
    });
    new KmsAlias(this, "alias", { name: `alias/${nameOf(place, "aws_kms_alias", "dnssec")}`, targetKeyId: key.keyId });
    const signer = new Route53KeySigningKey(this, "signer", {
      hostedZoneId: zone.zoneId,
      keyManagementServiceArn: key.arn,
      name: "dodeca",
      status: "ACTIVE",
    });
    const signed = new Route53HostedZoneDnssec(this, "Resource", {
      hostedZoneId: zone.zoneId,
      signingStatus: "SIGNING",
      dependsOn: [signer],
    });
    encodes("edge.dns.dnssec", key, signer, signed);
    const digest = new TerraformOutput(this, "digest", {
      description: `Digest of the key that signs ${domain}, for its parent zone or registrar`,
      value: signer.dsRecord,
    });
    digest.overrideLogicalId("ds_record");
  }
}

const signing = (stack: Stack) => [
  {
    sid: "Sign",
    principals: { Service: ["dnssec-route53.amazonaws.com"] },
    actions: ["kms:DescribeKey", "kms:GetPublicKey", "kms:Sign"],
    resources: ["*"],
    conditions: { StringEquals: { "aws:SourceAccount": stack.account.id } },
  },
  {
    sid: "Grant",
    principals: { Service: ["dnssec-route53.amazonaws.com"] },
    actions: ["kms:CreateGrant"],
    resources: ["*"],
    conditions: {
      StringEquals: { "aws:SourceAccount": stack.account.id },
      Bool: { "kms:GrantIsForAWSResource": "true" },
    },
  },
];
