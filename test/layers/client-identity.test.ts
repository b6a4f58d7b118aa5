import { client } from "../../lib/layers/client/index.ts";
import { ingress } from "../../lib/layers/ingress/index.ts";
import { mesh } from "../../lib/layers/mesh/index.ts";
import type { Place } from "../../lib/model/place.ts";
import { buildStack } from "../../lib/synth/synthesize.ts";
import { type Document, objectNamed, objectsOf, ofKind, place, resource, resources, stackOf } from "../support.ts";

const identity = async (environment = "prod"): Promise<Document> =>
  stackOf(client, await place("reference", environment, "us-east-1"), "identity");

/** The stack as it would be with other settings. */
async function changed(change: (settings: Document, here: Document) => void): Promise<Document> {
  const here = await place("reference", "prod", "us-east-1");
  const blueprint: Document = structuredClone(here.blueprint);
  change(blueprint.layers.client, blueprint);
  const other: Place = { ...here, blueprint };
  const [plan] = client.stacks(other).filter(({ slice }) => slice === "identity");
  if (plan === undefined) throw new Error("no identity");
  const { account, region } = { account: here.deployment.account, region: here.region.code };
  return buildStack({
    name: "other",
    scope: "platform",
    blueprint: "reference",
    environment: "prod",
    region,
    layer: "client",
    props: { account, region, tags: {} },
    plan,
  }).document;
}

const clients = async (flow: string): Promise<Document[]> =>
  resources(await identity(), "aws_cognito_user_pool_client").filter(({ allowed_oauth_flows }) =>
    allowed_oauth_flows.includes(flow),
  );

describe("users", () => {
  test("are in one pool, which nobody deletes by mistake (ingress.auth.provider)", async () => {
    const stack = await identity();
    const pool = resource(stack, "aws_cognito_user_pool");
    expect(pool).toMatchObject({ user_pool_tier: "PLUS", deletion_protection: "ACTIVE" });
    expect(pool.lifecycle.prevent_destroy).toBe(true);
    expect(resource(stack, "aws_cognito_user_pool_domain").user_pool_id).toContain("aws_cognito_user_pool.");
  });

  test("have one provider, in the primary region", async () => {
    expect(client.stacks(await place("reference", "prod", "eu-west-1"))).toEqual([]);
    expect(client.stacks(await place("reference", "prod", "global")).map(({ slice }) => slice)).toEqual([
      "downloads",
      "portal",
      "crashes",
    ]);
    expect(client.stacks(await place("url-shortener", "dev", "us-east-1"))).toEqual([]);
  });

  test("sign in with passkeys of the product's own domain (client.auth.passkeys, ingress.auth.passkeys)", async () => {
    const pool = resource(await identity(), "aws_cognito_user_pool");
    expect(pool.sign_in_policy.allowed_first_auth_factors).toContain("WEB_AUTHN");
    expect(pool.web_authn_configuration).toEqual({
      relying_party_id: "reference.example",
      user_verification: "required",
    });
  });

  test("have no passkeys unless the blueprint names them", async () => {
    const pool = resource(
      await changed((settings) => {
        delete settings.identity.passkeys;
      }),
      "aws_cognito_user_pool",
    );
    expect(pool.sign_in_policy.allowed_first_auth_factors).toEqual(["PASSWORD"]);
    expect(pool.web_authn_configuration).toBeUndefined();
  });

  test("can have a second factor: a code of an app or of a message (client.auth.mfa)", async () => {
    const pool = resource(await identity(), "aws_cognito_user_pool");
    expect(pool.mfa_configuration).toBe("OPTIONAL");
    expect(pool.software_token_mfa_configuration.enabled).toBe(true);
    expect(pool.sms_configuration.sns_caller_arn).toContain("aws_iam_role.users-text-messages");
  });

  test("are asked for it when a sign-in is risky (ingress.auth.mfa)", async () => {
    const stack = await identity();
    expect(resource(stack, "aws_cognito_user_pool").mfa_configuration).not.toBe("OFF");
    expect(resource(stack, "aws_cognito_user_pool").user_pool_add_ons.advanced_security_mode).toBe("ENFORCED");
    const risk = resource(stack, "aws_cognito_risk_configuration");
    expect(risk.account_takeover_risk_configuration.actions.high_action.event_action).toBe("MFA_REQUIRED");
    expect(risk.compromised_credentials_risk_configuration.actions.event_action).toBe("BLOCK");
  });

  test("are not judged by risk without the features that cost more", async () => {
    const stack = await changed((settings) => {
      delete settings.identity.features;
    });
    expect(resource(stack, "aws_cognito_user_pool").user_pool_tier).toBe("ESSENTIALS");
    expect(resources(stack, "aws_cognito_risk_configuration")).toEqual([]);
  });

  test("get codes from a role that can publish to phones and to no topic", async () => {
    const [{ policy }] = resources(await identity(), "aws_iam_role_policy");
    const { Statement } = JSON.parse(policy);
    expect(Statement).toContainEqual(
      expect.objectContaining({ Effect: "Deny", Action: "sns:Publish", Resource: "arn:aws:sns:*:*:*" }),
    );
  });
});

describe("apps", () => {
  test("each kind that people sign in to has a client without a secret, for the code flow alone (client.auth.oauth-pkce, ingress.auth.pkce)", async () => {
    const stack = await identity();
    const all = resources(stack, "aws_cognito_user_pool_client");
    for (const { allowed_oauth_flows } of all) expect(allowed_oauth_flows).not.toContain("implicit");
    const open = await clients("code");
    expect(open.map(({ name }) => name.split("-").at(-1)).sort()).toEqual([
      "android",
      "desktop",
      "headset",
      "ios",
      "watch",
      "web",
    ]);
    for (const one of open) {
      expect(one).toMatchObject({ generate_secret: false, allowed_oauth_flows: ["code"] });
      expect(one.callback_urls.length).toBeGreaterThan(0);
    }
  });

  test("get codes at the domain of their environment", async () => {
    const web = async (environment: string): Promise<Document> =>
      resources(await identity(environment), "aws_cognito_user_pool_client").find(({ name }) => name.endsWith("-web"));
    expect((await web("prod")).callback_urls).toEqual(["https://reference.example/pages/signed-in"]);
    expect((await web("dev")).callback_urls).toEqual(["https://dev.reference.example/pages/signed-in"]);
    expect((await web("dev")).logout_urls).toEqual(["https://dev.reference.example/pages/home"]);
  });

  test("ask who signed in (ingress.auth.oidc)", async () => {
    const stack = await identity();
    for (const one of await clients("code")) expect(one.allowed_oauth_scopes).toEqual(["openid", "profile"]);
    const oidc = resources(stack, "aws_cognito_identity_provider").find((one) => one.provider_type === "OIDC");
    expect(oidc.provider_details.oidc_issuer).toBe("https://login.association.example");
  });

  test("rotate what they refresh with (client.auth.rotation)", async () => {
    for (const one of await clients("code")) {
      expect(one.enable_token_revocation).toBe(true);
      expect(one.refresh_token_rotation).toEqual([{ feature: "ENABLED", retry_grace_period_seconds: 10 }]);
      expect(one.explicit_auth_flows).not.toContain("ALLOW_REFRESH_TOKEN_AUTH");
    }
  });

  test("hold an access token for a quarter of an hour (ingress.auth.access-token)", async () => {
    for (const one of await clients("code")) {
      expect(one.access_token_validity).toBe(15);
      expect(one.token_validity_units[0].access_token).toBe("minutes");
    }
  });

  test("hold a refresh token for seven days", async () => {
    for (const one of await clients("code")) {
      expect(one.refresh_token_validity).toBe(7);
      expect(one.token_validity_units[0].refresh_token).toBe("days");
    }
  });

  test("are told when to renew it, with the ids of their clients", async () => {
    const configuration = resources(await identity(), "aws_ssm_parameter").find(({ name }) =>
      name.endsWith("/client/identity/configuration"),
    );
    expect(configuration.value).toContain('"refreshLeadSeconds" = 120');
    expect(configuration.value).toContain('"accessTokenSeconds" = 900');
    expect(configuration.value).toContain('"web" = aws_cognito_user_pool_client.apps-web.id');
  });

  test("ask for tokens for the product's API where it is called by an address, which is all that Cognito binds them to", async () => {
    const asked = async (audience: string): Promise<boolean> => {
      const stack = await changed((_, { layers }) => {
        layers.ingress.jwt.also = [{ issuer: POOL, audiences: [audience] }];
      });
      const { value } = resources(stack, "aws_ssm_parameter").find(({ name }) => name.endsWith("/configuration"));
      return value.includes(`"resource" = "${audience}"`);
    };
    expect(await asked("https://api.reference.example")).toBe(true);
    expect(await asked("reference")).toBe(false);
  });
});

describe("federation", () => {
  test("a company's people come through SAML (ingress.auth.saml)", async () => {
    const stack = await identity();
    const saml = resources(stack, "aws_cognito_identity_provider").find((one) => one.provider_type === "SAML");
    expect(saml.provider_details.MetadataURL).toBe("https://company.example/metadata.xml");
    for (const one of await clients("code"))
      expect(one.supported_identity_providers).toContain(
        "${aws_cognito_identity_provider.federation-Company.provider_name}",
      );
  });

  test("a client's secret is read from where people seeded it, and left out before", async () => {
    const stack = await identity();
    const oidc = resources(stack, "aws_cognito_identity_provider").find((one) => one.provider_type === "OIDC");
    expect(oidc.provider_details.client_secret).toMatch(/^\$\{data\.aws_secretsmanager_secret_version\./);
    const before = await changed((_, blueprint) => {
      delete blueprint.layers.security.secrets["association-client"].seeded;
    });
    expect(resources(before, "aws_cognito_identity_provider").map((one) => one.provider_type)).toEqual(["SAML"]);
    expect(before.data?.aws_secretsmanager_secret_version).toBeUndefined();
  });
});

/** An issuer as the first apply of a pool says it. */
const POOL = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Example";

/** The reference as it is once the pool's issuer is named beside the other. */
async function withPool(): Promise<Place> {
  const here = await place("reference", "prod", "us-east-1");
  const blueprint: Document = structuredClone(here.blueprint);
  blueprint.layers.ingress.jwt.also = [{ issuer: POOL }];
  const primary: Document = { ...here.deployment.primary, blueprint };
  const deployment: Document = { ...here.deployment, primary, regions: [primary] };
  return { ...here, deployment, host: deployment, blueprint, hostBlueprint: blueprint };
}

describe("a second issuer", () => {
  const ISSUERS = ["https://login.reference.example", POOL];

  test.each([
    ["at the gateway", ingress, "gateway"],
    ["in the mesh", mesh, "policies"],
  ])("is believed %s beside the first", async (_, layer, name) => {
    const there = await withPool();
    const changed = { id: layer.id, stacks: () => [], applications: () => layer.applications?.(there) ?? [] };
    const here = await place("reference", "prod", "us-east-1");
    const found = ofKind(await objectsOf(changed, here, name), "RequestAuthentication");
    expect(found.length).toBeGreaterThan(0);
    for (const { spec } of found) {
      const rules: Document[] = spec.jwtRules.filter(({ issuer }: Document) => ISSUERS.includes(issuer));
      expect(rules.map(({ issuer }) => issuer)).toEqual(ISSUERS);
      // Tokens of the pool name nobody whom they are for.
      expect(rules.map(({ audiences }) => audiences)).toEqual([["reference"], undefined]);
    }
  });

  test("makes tokens with which routes let in, such as those with partners' scope", async () => {
    const there = await withPool();
    const changed = { id: mesh.id, stacks: () => [], applications: () => mesh.applications?.(there) ?? [] };
    const here = await place("reference", "prod", "us-east-1");
    const objects = await objectsOf(changed, here, "partner-streams");
    const { rules } = objectNamed(objects, "AuthorizationPolicy", "partner-streams").spec;
    expect(rules[0].from[0].source.requestPrincipals).toEqual(ISSUERS.map((issuer) => `${issuer}/*`));
    expect(rules[0].when).toContainEqual({ key: "request.auth.claims[scope]", values: ["reference/partner"] });
  });

  test("leaves the product's API its name, by which partners' tokens carry their scope", async () => {
    const stack = await changed((_, { layers }) => {
      layers.ingress.jwt.also = [{ issuer: POOL }];
    });
    expect(resource(stack, "aws_cognito_resource_server").identifier).toBe("reference");
  });
});

describe("gateway", () => {
  test("checks signature and audience, and the mesh scopes (ingress.pkce-flow.jwks)", async () => {
    const here = await place("reference", "prod", "us-east-1");
    const tokens = objectNamed(await objectsOf(ingress, here, "gateway"), "RequestAuthentication", "public-tokens");
    expect(tokens.metadata.namespace).toBe("istio-ingress");
    expect(tokens.spec.selector.matchLabels).toEqual({ "gateway.networking.k8s.io/gateway-name": "public" });
    for (const rule of tokens.spec.jwtRules) {
      expect(rule.issuer).toMatch(/^https:/);
      expect(rule.jwksUri).toMatch(/^https:/);
      expect(rule.audiences.length).toBeGreaterThan(0);
    }
    const policy = objectNamed(await objectsOf(mesh, here, "user"), "AuthorizationPolicy", "user");
    const route = policy.spec.rules.find((rule: Document) => rule.to?.[0].operation.paths[0].startsWith("/api/"));
    expect(route.when).toContainEqual({ key: "request.auth.claims[scope]", values: ["profile"] });
  });

  test("checks none where a product behind it has no issuer, whose callers it would refuse", async () => {
    const here = await place("reference", "prod", "us-east-1");
    const blueprint: Document = structuredClone(here.blueprint);
    delete blueprint.layers.ingress.jwt;
    const tenant: Document = { ...here.deployment, name: "tenant", regions: [{ region: here.region, blueprint }] };
    const objects = await objectsOf(
      {
        id: "ingress",
        stacks: () => [],
        applications: () => ingress.applications?.({ ...here, tenants: [tenant], neighbours: [tenant] }) ?? [],
      },
      here,
      "gateway",
    );
    expect(ofKind(objects, "RequestAuthentication")).toEqual([]);
  });
});
