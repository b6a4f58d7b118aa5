import { SecretsmanagerSecret } from "@cdktn/provider-aws/lib/secretsmanager-secret/index.js";
import { TerraformOutput } from "cdktn";
import { Construct } from "constructs";
import type { Place } from "../../model/place.ts";

import { encodes } from "../common/encodes.ts";
import type { Stack } from "../common/stack.ts";
import { waives } from "../common/waivers.ts";
import { secretName, secretsOf } from "./contract.ts";

/**
 * Secrets that only people know: made empty, encrypted, and listed by name in the output `secrets_to_seed`. A value is
 * never in the code, the output or the state.
 */
export class SeededSecrets extends Construct {
  constructor(stack: Stack, id: string, place: Place, key: string) {
    super(stack, id);
    const names: string[] = [];
    for (const [name, description] of Object.entries(secretsOf(place))) {
      const secret = new SecretsmanagerSecret(this, name, {
        name: secretName(place, name),
        description,
        kmsKeyId: key,
        recoveryWindowInDays: place.deployment.tier === "dev" ? 7 : 30,
      });
      waives(secret, {
        check: "CKV2_AWS_57",
        reason: "issued by others and known to people: no function of AWS can make a new one",
      });
      if (place.blueprint.layers.client.push?.web?.secret === name) encodes("client.push.channels", secret);
      names.push(secretName(place, name));
      encodes("security.secrets.technologies", secret);
    }
    const output = new TerraformOutput(this, "to-seed", {
      description: "Secrets whose values are to be set by hand",
      value: names,
    });
    output.overrideLogicalId("secrets_to_seed");
  }
}
