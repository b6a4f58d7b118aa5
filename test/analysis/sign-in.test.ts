import type { Subject } from "../../lib/analysis/analysis.ts";
import { identityProtocols } from "../../lib/analysis/identity-protocols.ts";
import { signIn } from "../../lib/analysis/sign-in.ts";
import { graphOf } from "../../lib/estate/graph.ts";
import { stackOf as readBack } from "../../lib/estate/stacks.ts";
import { client } from "../../lib/layers/client/index.ts";
import { type Document, place, resources, stackOf } from "../support.ts";

async function subject(change: (stack: Document) => void = () => undefined): Promise<Subject> {
  const here = await place("reference", "prod", "us-east-1");
  const stack = structuredClone(await stackOf(client, here, "identity"));
  change(stack);
  const stacks = [readBack("reference-prod-us-east-1-client-identity", stack)];
  return { deployment: here.deployment, graph: graphOf({ stacks, applications: [], blueprints: [] }) };
}

describe("signing in", () => {
  test("takes seven steps with the figures of the app's client (ingress.pkce-flow.steps)", async () => {
    const { rows } = signIn.of(await subject());
    expect(rows.map(([step, what]) => `${step} ${what}`)).toEqual([
      "1 client starts",
      "2 authorize request",
      "3 user authenticates",
      "4 code returned",
      "5 token exchange",
      "6 token verified at the gateway",
      "7 silent refresh",
    ]);
    const details = rows.map((row) => row[3]);
    expect(details[0]).toContain("43-128 characters");
    expect(details[1]).toContain("scope openid profile");
    expect(details[2]).toContain("TOTP or SMS");
    expect(details[4]).toContain("token of 15 min, refresh 7 d");
    expect(details[6]).toBe("at minute 13 of 15");
  });

  test("shows what the client says, not what the catalogue does", async () => {
    const { rows } = signIn.of(
      await subject((stack) => {
        for (const one of resources(stack, "aws_cognito_user_pool_client")) one.access_token_validity = 60;
      }),
    );
    expect(rows[4]?.[3]).toContain("token of 60 min");
    expect(rows[6]?.[3]).toBe("at minute 58 of 60");
  });

  test("has no steps where somebody else's provider is trusted", async () => {
    const { rows, notes } = signIn.of(
      await subject((stack) => {
        delete stack.resource.aws_cognito_user_pool_client;
      }),
    );
    expect(rows).toEqual([]);
    expect(notes).toHaveLength(1);
  });
});

describe("protocols", () => {
  test("the provider speaks all four (ingress.auth.protocols)", async () => {
    const { rows } = identityProtocols.of(await subject());
    expect(rows.map(([protocol, spoken]) => `${protocol}: ${spoken}`)).toEqual([
      "OAuth 2.0: yes",
      "OpenID Connect: yes",
      "SAML 2.0: yes",
      "FIDO2: yes",
    ]);
  });

  test("one that nothing stands for is not spoken", async () => {
    const { rows } = identityProtocols.of(
      await subject((stack) => {
        delete stack.resource.aws_cognito_identity_provider;
      }),
    );
    expect(rows[2]).toEqual(["SAML 2.0", "no", ""]);
  });
});
