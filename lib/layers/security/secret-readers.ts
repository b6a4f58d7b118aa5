import { Construct } from "constructs";
import { clusterName, type Place } from "../../model/place.ts";
import { PodRole } from "../common/pod-role.ts";
import type { Stack } from "../common/stack.ts";
import { EXTERNAL_SECRETS } from "./contract.ts";

/**
 * What External Secrets may read for the pods of a platform: contract parameters, and the secrets of the products that live
 * there. It is the only reader of both in the cluster.
 */
export class SecretReader extends Construct {
  constructor(stack: Stack, id: string, place: Place) {
    super(stack, id);
    const products = [place.deployment, ...place.tenants];
    new PodRole(this, "external-secrets", {
      stack,
      place,
      cluster: clusterName(place),
      ...EXTERNAL_SECRETS,
      name: "external-secrets",
      statements: [
        {
          sid: "Parameters",
          actions: ["ssm:GetParameter", "ssm:GetParameters"],
          resources: products.map(({ name, environment }) =>
            stack.arnOf("ssm", `parameter/dodeca/${name}/${environment}/*`),
          ),
        },
        {
          sid: "Secrets",
          actions: ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
          resources: products.map(({ name, environment }) =>
            stack.arnOf("secretsmanager", `secret:${name}/${environment}/*`),
          ),
        },
        {
          sid: "Decrypt",
          actions: ["kms:Decrypt"],
          resources: [stack.arnOf("kms", "key/*")],
          conditions: { StringEquals: { "kms:ViaService": `secretsmanager.${place.region.code}.amazonaws.com` } },
        },
      ],
    });
  }
}
