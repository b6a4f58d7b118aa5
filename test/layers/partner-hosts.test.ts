import { runInNewContext } from "node:vm";
import { client } from "../../lib/layers/client/index.ts";
import { edge } from "../../lib/layers/edge/index.ts";
import { foundation } from "../../lib/layers/foundation/index.ts";
import { ingress } from "../../lib/layers/ingress/index.ts";
import { mesh } from "../../lib/layers/mesh/index.ts";
import { type Document, objectNamed, objectsOf, ofKind, place, resource, resources, stackOf } from "../support.ts";

const prod = () => place("reference", "prod", "us-east-1");
const routes = async (): Promise<Document[]> => objectsOf(ingress, await prod(), "routes");
const HOST = "partners-api.reference.example";

describe("what partners may ask", () => {
  test("is REST and GraphQL on one host and streams of gRPC on another, each with a route of its kind (client.partner-api.integration-types)", async () => {
    const objects = await routes();
    const http = ofKind(objects, "HTTPRoute").filter(({ spec }) => spec.hostnames.includes(HOST));
    expect(http.map(({ metadata }) => metadata.name)).toContain("bff-partner-partners-api");
    const graphql = objectNamed(objects, "HTTPRoute", "apollo-gateway-partners-api").spec.rules.at(-1);
    expect(graphql.matches[0].path.value).toBe("/partners/graphql");
    expect(graphql.filters.at(-1).urlRewrite.path.replaceFullPath).toBe("/graphql");
    const grpc = ofKind(objects, "GRPCRoute");
    expect(grpc.map(({ spec }) => spec.hostnames)).toEqual([["partners-grpc.reference.example"]]);
    expect(grpc[0]?.spec.rules[0]).toMatchObject({
      matches: [{ method: { type: "Exact", service: "reference.partner.v1.Orders" } }],
      backendRefs: [{ name: "partner-streams", port: 80 }],
    });
    expect(grpc[0]?.spec.rules[0].matches[0].method.method).toBeUndefined();
  });

  test("no host has routes of both kinds, of which a gateway would drop one", async () => {
    const objects = await routes();
    const hosts = (kind: string): Set<string> => new Set(ofKind(objects, kind).flatMap(({ spec }) => spec.hostnames));
    const http = hosts("HTTPRoute");
    for (const host of hosts("GRPCRoute")) expect(http.has(host)).toBe(false);
  });

  test("the CDN answers each host, under the certificate that it has", async () => {
    const stack = await stackOf(edge, await place("reference", "prod", "global"));
    const { aliases } = resource(stack, "aws_cloudfront_distribution");
    expect(aliases).toEqual([
      "reference.example",
      "www.reference.example",
      ...["partners-api", "partners-grpc"].map((label) => `${label}.reference.example`),
    ]);
    const records = resources(stack, "aws_route53_record").filter(({ name }) => name === HOST);
    expect(records.map(({ type }) => type).sort()).toEqual(["A", "AAAA"]);
  });

  test("streams want a token with the scope of partners, on their host alone", async () => {
    const { spec } = objectNamed(
      await objectsOf(mesh, await prod(), "partner-streams"),
      "AuthorizationPolicy",
      "partner-streams",
    );
    expect(spec.rules[0].to[0].operation.hosts).toEqual([
      "partners-grpc.reference.example",
      "partners-grpc.reference.example:*",
    ]);
    expect(spec.rules[0].when).toEqual([{ key: "request.auth.claims[scope]", values: ["reference/partner"] }]);
  });
});

describe("the way on from API Gateway", () => {
  const integrations = async (slice: string): Promise<Document[]> => {
    const { body } = resource(await stackOf(client, await prod(), slice), "aws_api_gateway_rest_api");
    return Object.values(JSON.parse(body).paths).map(
      (path: Document) => path["x-amazon-apigateway-any-method"]["x-amazon-apigateway-integration"],
    );
  };

  test.each([
    ["partner-api", "/partners", ["context.authorizer.claims.client_id", "context.authorizer.principalId"]],
    ["partner-sandbox", "/partners-sandbox", ["context.identity.apiKeyId", "context.identity.apiKeyId"]],
  ])(
    "%s goes to the host of its routes, with the gateway's own key and the name of who asks",
    async (slice, path, partners) => {
      const found = await integrations(slice);
      expect(found.map(({ requestParameters: sent }) => sent["integration.request.header.x-partner"])).toEqual(
        partners,
      );
      for (const { uri, requestParameters: sent } of found) {
        expect(uri).toBe(`https://${HOST}${path}/{proxy}`);
        expect(sent["integration.request.header.x-api-key"]).toMatch(/^'reference-partners\.\$\{.*secret_string\}'$/);
        // A partner's token is looked at here: the mesh would refuse the request for an issuer that it does not know.
        expect(sent["integration.request.header.Authorization"]).not.toContain("Bearer");
      }
    },
  );

  test("the gateway knows that key, from the product's own secret", async () => {
    const keys = objectNamed(await objectsOf(ingress, await prod(), "gateway"), "ExternalSecret", "public-api-keys");
    expect(keys.spec.data).toEqual([
      { secretKey: "reference-partners", remoteRef: { key: "reference/prod/use1/partners-key" } },
    ]);
  });

  test("nobody else gets to the routes of partners, whatever key they hold", async () => {
    const { spec } = objectNamed(
      await objectsOf(mesh, await prod(), "bff-partner"),
      "AuthorizationPolicy",
      "bff-partner",
    );
    const rules = spec.rules.filter(({ to }: Document) => to?.[0].operation.hosts !== undefined);
    expect(rules).toHaveLength(4);
    for (const { when } of rules)
      expect(when).toContainEqual({ key: "request.headers[x-api-client]", values: ["reference-partners"] });
  });

  test("no limit for an address stops API Gateway there, at the firewall or at the gateway", async () => {
    const stack = await stackOf(edge, await place("reference", "prod", "global"));
    const rules: Document[] = resource(stack, "aws_wafv2_web_acl").rule;
    const onHost = (one: Document): boolean => JSON.stringify(one.statement).includes(`"search_string":"${HOST}"`);
    const limit = rules.find(({ name }) => name === "requests-of-partners")?.statement.rate_based_statement;
    // What two partners may ask in five minutes, one of each tier.
    expect(limit.limit).toBe(5 * (10_000 + 1_000_000));
    expect(limit.scope_down_statement.byte_match_statement.search_string).toBe(HOST);
    const judged = ["requests-per-address", "AWSManagedRulesAnonymousIpList", "AWSManagedRulesAmazonIpReputationList"];
    for (const name of judged)
      expect([name, rules.some((one) => one.name === name && onHost(one))]).toEqual([name, true]);
    // What is asked is looked at there as anywhere.
    expect(rules.filter(({ name }) => name === "AWSManagedRulesCommonRuleSet").some(onHost)).toBe(false);
    const filter = objectNamed(await objectsOf(ingress, await prod(), "gateway"), "EnvoyFilter", "public-client-limit")
      .spec.configPatches[0].patch.value.typed_config;
    const [{ header_value_match: match }] = filter.rate_limits[0].actions;
    expect(match.expect_match).toBe(false);
    const host = new RegExp(`^${match.headers[0].string_match.safe_regex.regex}$`);
    expect([HOST, `${HOST}:443`, "reference.example", `x.${HOST}`].map((one) => host.test(one))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});

describe("sandbox", () => {
  test("has a namespace of its own, a quota and a policy that denies everything (client.partner-api.portal)", async () => {
    const namespaces = await objectsOf(foundation, await prod(), "namespaces");
    expect(objectNamed(namespaces, "Namespace", "reference-sandbox").metadata.name).toBe("reference-sandbox");
    const quotas = ofKind(namespaces, "ResourceQuota").filter(
      ({ metadata }) => metadata.namespace === "reference-sandbox",
    );
    expect(quotas).toHaveLength(1);
    const [denied] = ofKind(await objectsOf(mesh, await prod(), "policies"), "NetworkPolicy").filter(
      ({ metadata }) => metadata.namespace === "reference-sandbox" && metadata.name === "default-deny",
    );
    expect(denied?.spec).toEqual({ podSelector: {}, policyTypes: ["Ingress", "Egress"] });
  });

  test("has keys of its own and asks for no certificate", async () => {
    const stack = await stackOf(client, await prod(), "partner-sandbox");
    expect(resource(stack, "aws_api_gateway_domain_name")).toMatchObject({
      domain_name: "partners-sandbox.reference.example",
    });
    expect(resource(stack, "aws_api_gateway_domain_name").mutual_tls_authentication).toBeUndefined();
    expect(resources(stack, "aws_api_gateway_api_key").map(({ name }) => name)).toEqual([
      "reference-prod-use1-first-partner-sandbox",
      "reference-prod-use1-largest-partner-sandbox",
    ]);
    expect(resource(stack, "aws_api_gateway_usage_plan").throttle_settings.rate_limit).toBe(1);
  });

  test("lets the portal's page ask from a browser, and no other", async () => {
    const { body } = resource(await stackOf(client, await prod(), "partner-sandbox"), "aws_api_gateway_rest_api");
    const { options } = JSON.parse(body).paths["/oauth/{proxy+}"];
    const said = options["x-amazon-apigateway-integration"].responses.default.responseParameters;
    expect(said["method.response.header.Access-Control-Allow-Origin"]).toBe("'https://developers.reference.example'");
    const cors = objectNamed(await routes(), "EnvoyFilter", "bff-partner-sandbox-cors");
    expect(JSON.stringify(cors.spec)).toContain("https://developers.reference.example");
    expect(JSON.stringify(objectNamed(await routes(), "EnvoyFilter", "bff-partner-cors").spec)).not.toContain(
      "developers",
    );
  });
});

describe("portal", () => {
  const portal = async (): Promise<Document> => stackOf(client, await place("reference", "prod", "global"), "portal");
  const file = async (key: string): Promise<Document> =>
    resources(await portal(), "aws_s3_object").find((one) => one.key === key);

  test("publishes the API as a document of OpenAPI 3.1 and as a collection for Postman (client.partner-api.portal)", async () => {
    const document = JSON.parse((await file("openapi.json")).content);
    expect(document.openapi).toBe("3.1.0");
    expect(document.servers.map(({ url }: Document) => url)).toEqual([
      "https://partners-sandbox.reference.example",
      "https://partners.reference.example",
    ]);
    expect(Object.keys(document.paths).slice(0, 4)).toEqual([
      "/oauth/catalogue/{id}",
      "/oauth/graphql",
      "/oauth/orders",
      "/oauth/orders/{id}",
    ]);
    expect(document.paths["/oauth/orders"].post.parameters).toEqual([
      { name: "Idempotency-Key", in: "header", required: true, schema: { type: "string" } },
    ]);
    expect(Object.keys(document.paths["/signed/orders"].post.security[0])).toEqual(["certificate", "key", "signature"]);
    expect(Object.keys(document.webhooks)).toEqual(["order.placed", "order.shipped"]);
    const collection = JSON.parse((await file("postman.json")).content);
    expect(collection.info.schema).toContain("/v2.1.0/");
    expect(collection.item.map(({ name }: Document) => name)).toContain("POST /orders");
  });

  test("every operation names each parameter of its path, and a scheme that there is", async () => {
    const document = JSON.parse((await file("openapi.json")).content);
    for (const [path, operations] of Object.entries<Document>(document.paths))
      for (const operation of Object.values<Document>(operations)) {
        const named = (operation.parameters ?? [])
          .filter((one: Document) => one.in === "path")
          .map((one: Document) => one.name);
        expect(named).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
        for (const scheme of Object.keys(operation.security[0]))
          expect(Object.keys(document.components.securitySchemes)).toContain(scheme);
      }
  });

  test("the page runs what it names by digest, and asks the sandbox alone", async () => {
    const page: string = (await file("index.html")).content;
    const loaded = [
      ...page.matchAll(/(?:src|href)="(https:[^"]+)"( integrity="sha384-[^"]+" crossorigin="anonymous")?/g),
    ];
    expect(loaded).toHaveLength(2);
    for (const [, , digest] of loaded) expect(digest).toBeDefined();
    const policy: string = resource(await portal(), "aws_cloudfront_response_headers_policy").security_headers_config
      .content_security_policy.content_security_policy;
    for (const [, url] of loaded) expect(policy).toContain(url);
    expect(policy).toContain("connect-src 'self' https://partners-sandbox.reference.example;");
    const started: Document[] = [];
    runInNewContext((await file("portal.js")).content, {
      SwaggerUIBundle: (settings: Document) => started.push(settings),
    });
    expect(started).toMatchObject([{ url: "/openapi.json", dom_id: "#portal" }]);
    expect(page).toContain('id="portal"');
  });

  test("CloudFront alone reads its files", async () => {
    const stack = await portal();
    const { Statement } = JSON.parse(resource(stack, "aws_s3_bucket_policy").policy);
    expect(Statement.map(({ Sid }: Document) => Sid)).toEqual(["Distribution", "OnlyTls"]);
    expect(resource(stack, "aws_cloudfront_distribution")).toMatchObject({
      aliases: ["developers.reference.example"],
      default_root_object: "index.html",
    });
  });
});
