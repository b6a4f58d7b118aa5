import { DataAwsSecretsmanagerSecretVersion } from "@cdktn/provider-aws/lib/data-aws-secretsmanager-secret-version/index.js";
import type { Construct } from "constructs";
import type { Place } from "../../model/place.ts";
import { secretName } from "../security/contract.ts";

/**
 * The value of a secret that people seed, for a service of AWS that cannot read it by itself. It is never in the output; it
 * is in the stack's state. Undefined as long as nobody said that it is seeded: plans work before, and leave out what needs it.
 */
export function seededSecret(scope: Construct, place: Place, secret: string): string | undefined {
  if (place.blueprint.layers.security.secrets[secret]?.seeded !== true) return undefined;
  const id = `secret-${secret}`;
  const known = scope.node.tryFindChild(id);
  const version =
    known instanceof DataAwsSecretsmanagerSecretVersion
      ? known
      : new DataAwsSecretsmanagerSecretVersion(scope, id, { secretId: secretName(place, secret) });
  return version.secretString;
}
