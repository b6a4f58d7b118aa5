import { createHash, createHmac } from "node:crypto";
import { compileFunction } from "node:vm";
import { client } from "../../lib/layers/client/index.ts";
import { signatureConcurrency } from "../../lib/layers/client/partner-api.ts";
import { openApi } from "../../lib/layers/client/partner-reference.ts";
import { signatureProgram } from "../../lib/layers/client/partner-signatures.ts";
import { type Document, place, resource, resources, stackOf } from "../support.ts";

const at = async () => place("reference", "prod", "us-east-1");
const api = async (): Promise<Document> => stackOf(client, await at(), "partner-api");

/** When requests arrive, in seconds. */
const NOW = 1_800_000_000;

/** What stands in the query as API Gateway shows it, decoded, and as a partner has signed it. */
interface Query {
  readonly query?: Readonly<Record<string, readonly string[]>> | null;
  readonly signed?: string;
}

describe("tiers of partners", () => {
  test("go from ten thousand requests a minute to a million, counted by the second (client.partner-api.tiers)", async () => {
    const stack = await api();
    const plans = resources(stack, "aws_api_gateway_usage_plan");
    const rates = plans.map(({ throttle_settings }) => throttle_settings.rate_limit).sort((a, b) => a - b);
    expect(rates[0]).toBeCloseTo(166.7, 1);
    expect(rates.at(-1)).toBeCloseTo(16_666.7, 1);
    for (const { api_stages } of plans)
      expect(api_stages[0].stage).toContain("aws_api_gateway_stage.partners-endpoint-stage");
  });

  test("each partner has a key in the plan of its tier", async () => {
    const stack = await api();
    const keys = resources(stack, "aws_api_gateway_usage_plan_key").map(({ key_id, usage_plan_id }) => [
      key_id,
      usage_plan_id,
    ]);
    expect(keys).toEqual([
      [
        "${aws_api_gateway_api_key.partners-endpoint-key-first-partner.id}",
        "${aws_api_gateway_usage_plan.partners-endpoint-tier-open.id}",
      ],
      [
        "${aws_api_gateway_api_key.partners-endpoint-key-largest-partner.id}",
        "${aws_api_gateway_usage_plan.partners-endpoint-tier-strategic.id}",
      ],
    ]);
  });
});

describe("partners", () => {
  test("prove who they are by a certificate, and a token or a signature (client.partner-api.auth)", async () => {
    const stack = await api();
    const host = resource(stack, "aws_api_gateway_domain_name");
    expect(host.domain_name).toBe("partners.reference.example");
    expect(host.mutual_tls_authentication.truststore_uri).toMatch(/^s3:\/\/reference-prod-use1-partners\//);
    const rest = resource(stack, "aws_api_gateway_rest_api");
    expect(rest.disable_execute_api_endpoint).toBe(true);
    const document = JSON.parse(rest.body);
    const ways = Object.entries(document.paths).map(([path, methods]: [string, Document]) => [
      path,
      Object.keys(methods["x-amazon-apigateway-any-method"].security[0]),
    ]);
    expect(ways).toEqual([
      ["/oauth/{proxy+}", ["key", "token"]],
      ["/signed/{proxy+}", ["key", "signature"]],
    ]);
    const identity = await stackOf(client, await at(), "identity");
    const partners = resources(identity, "aws_cognito_user_pool_client").filter(({ allowed_oauth_flows }) =>
      allowed_oauth_flows.includes("client_credentials"),
    );
    expect(partners).toHaveLength(2);
    for (const one of partners) expect(one.generate_secret).toBe(true);
  });

  /** What the program says of a request. */
  async function answer(
    change: (headers: Record<string, string>) => void = () => undefined,
    { query = null, signed = "" }: Query = {},
  ): Promise<string> {
    class SecretsManagerClient {
      async send(): Promise<object> {
        return { SecretString: "shared" };
      }
    }
    class GetSecretValueCommand {}
    const crypto = await import("node:crypto");
    const module: Document = { exports: {} };
    const modules = (name: string): object =>
      name === "node:crypto" ? crypto : { SecretsManagerClient, GetSecretValueCommand };
    compileFunction(signatureProgram(await at()), ["require", "exports"])(modules, module.exports);
    const time = String(NOW);
    const digest = createHash("sha256").update("{}").digest("hex");
    const headers: Record<string, string> = {
      "X-Partner": "largest-partner",
      "X-Timestamp": time,
      "X-Content-Sha256": digest,
      "X-Signature": createHmac("sha256", "shared")
        .update([time, "POST", "/signed/orders", signed, digest].join("\n"))
        .digest("hex"),
    };
    change(headers);
    const said = await module.exports.handler({
      headers,
      httpMethod: "POST",
      path: "/signed/orders",
      multiValueQueryStringParameters: query,
      methodArn: "arn",
      requestContext: { requestTimeEpoch: NOW * 1000 },
    });
    return said.policyDocument.Statement[0].Effect;
  }

  test("a signature over time, method, path and body is let in", async () => {
    expect(await answer()).toBe("Allow");
  });

  test.each<[string, Query]>([
    ["in another order", { query: { to: ["9"], from: ["1"] }, signed: "from=1&to=9" }],
    ["twice", { query: { tag: ["b", "a"] }, signed: "tag=a&tag=b" }],
    ["without a value", { query: { all: [""] }, signed: "all=" }],
    ["with signs of its own", { query: { "q[]": ["a b+c&d=e*(~)"] }, signed: "q%5B%5D=a%20b%2Bc%26d%3De%2A%28~%29" }],
    ["in another script", { query: { name: ["Zoë"] }, signed: "name=Zo%C3%AB" }],
    ["that begins as another does", { query: { a: ["1"], "a-b": ["2"] }, signed: "a-b=2&a=1" }],
  ])("a signature over a parameter %s is let in, and not without it", async (_, sent) => {
    expect(await answer(undefined, sent)).toBe("Allow");
    expect(await answer(undefined, { ...sent, signed: "" })).toBe("Deny");
    expect(await answer(undefined, { ...sent, query: null })).toBe("Deny");
  });

  test("partners are told how the query is signed", async () => {
    const { description } = JSON.parse(JSON.stringify(openApi(await at()))).components.securitySchemes.signature;
    expect(description).toContain("method, path (from /signed on, without the query), query and x-content-sha256");
    expect(description).toContain("sorted by bytes and joined by &");
  });

  test("answers come uncompressed, since API Gateway takes them for text", async () => {
    const { paths } = JSON.parse(resource(await api(), "aws_api_gateway_rest_api").body);
    for (const methods of Object.values<Document>(paths))
      expect(
        methods["x-amazon-apigateway-any-method"]["x-amazon-apigateway-integration"].requestParameters,
      ).toHaveProperty(["integration.request.header.Accept-Encoding"], "'identity'");
  });

  test.each([
    ["of somebody else", { "X-Partner": "first-partner" }],
    ["of nobody", { "X-Partner": "__proto__" }],
    ["of another time", { "X-Timestamp": String(NOW - 1) }],
    ["that is old", { "X-Timestamp": "1700000000" }],
    ["of another body", { "X-Content-Sha256": "0".repeat(64) }],
    ["that is cut short", { "X-Signature": "00" }],
    ["that is none", { "X-Signature": "" }],
  ])("one %s is not", async (_, headers) => {
    expect(await answer((sent) => Object.assign(sent, headers))).toBe("Deny");
  });

  test.each([
    ["as few as any program", 10_000, 20],
    ["one for ten requests a second", 100_000, 167],
    ["no more than the account can spare", 1_000_000, 500],
  ])("instances for signatures are %s", async (_, perMinute, instances) => {
    const here = await at();
    const blueprint: Document = structuredClone(here.blueprint);
    const { api: settings } = blueprint.layers.client.partners;
    settings.tiers.strategic.perMinute = perMinute;
    // Who does not sign is not counted.
    settings.tiers.open.perMinute = 1_000_000;
    expect(signatureConcurrency({ ...here, blueprint }, settings)).toBe(instances);
  });

  test("the tier of who signs is carried", async () => {
    expect(resource(await api(), "aws_lambda_function").reserved_concurrent_executions).toBe(500);
  });

  test("signing reads the secrets of signatures and no other", async () => {
    const stack = await api();
    const { Statement } = JSON.parse(stack.resource.aws_iam_role_policy["partners-signatures-role-policy"].policy);
    const reading = Statement.filter(({ Action }: Document) => Action === "secretsmanager:GetSecretValue");
    expect(reading).toHaveLength(1);
    expect(reading[0].Resource).toMatch(/:secret:reference\/prod\/use1\/largest-partner-signature-\?{6}$/);
  });
});
