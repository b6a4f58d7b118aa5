import { Fn, TerraformOutput } from "cdktn";
import { Construct } from "constructs";
import type { Place } from "../../model/place.ts";
import { seconds } from "../../model/quantities.ts";
import type { CognitoIdentity } from "../../model/settings/client/identity.ts";
import { tokenLives } from "../../model/token-lives.ts";
import { publish } from "../common/contract.ts";
import type { Stack } from "../common/stack.ts";
import { AppClients, SCOPES } from "./app-clients.ts";
import { apiAudience, identityOf } from "./contract.ts";
import { Federation } from "./federation.ts";
import { UserPool } from "./user-pool.ts";

/**
 * The product's own identity provider. Its issuer is known after the first apply only: it is an output, and is written into
 * `layers.ingress.jwt` of the environment (beside another issuer, into `also`), which is what gateway and mesh trust.
 */
export class IdentityProvider extends Construct {
  constructor(
    stack: Stack,
    id: string,
    { place, identity }: { readonly place: Place; readonly identity: CognitoIdentity },
  ) {
    super(stack, id);
    const { pool } = new UserPool(stack, "users", { place, identity });
    const { providers } = new Federation(stack, "federation", { place, identity, userPoolId: pool.id });
    const { ids } = new AppClients(stack, "apps", { place, identity, userPoolId: pool.id, federation: providers });
    const issuer = Fn.join("", ["https://", pool.endpoint]);
    const audience = apiAudience(place);
    const { access, renewBefore } = tokenLives(identity);
    publish(stack, identityOf(place), {
      issuer,
      poolArn: pool.arn,
      jwksUri: Fn.join("", ["https://", pool.endpoint, "/.well-known/jwks.json"]),
      configuration: Fn.jsonencode({
        issuer,
        clients: ids,
        scopes: SCOPES,
        // What an app sends as `resource`, so that its tokens are for the product's API: Cognito binds them to addresses alone.
        ...(audience.startsWith("https://") ? { resource: audience } : {}),
        accessTokenSeconds: seconds(access),
        refreshLeadSeconds: seconds(renewBefore),
      }),
    });
    new TerraformOutput(this, "issuer", {
      description: "Issuer of tokens, to be written into layers.ingress.jwt of the environment",
      value: issuer,
    }).overrideLogicalId("issuer");
  }
}
