import { ingress } from "../../lib/layers/ingress/index.ts";
import { mesh } from "../../lib/layers/mesh/index.ts";
import { type Document, objectNamed, objectsOf, ofKind, place } from "../support.ts";

const prod = () => place("reference", "prod", "us-east-1");
const routes = async (): Promise<Document[]> => objectsOf(ingress, await prod(), "routes");
const service = async (name: string): Promise<Document[]> => objectsOf(mesh, await prod(), name);

/** What a row of the routing table is compiled to: a rule of the gateway, a limit, and the mesh's word on who may. */
interface Row {
  readonly namespace: string;
  readonly rule: Document;
  /** Requests a minute for each caller; undefined where nobody counts. */
  readonly perMinute: number | undefined;
  readonly allowed: Document;
}

async function rowOf(name: string, path: string, host?: string): Promise<Row> {
  const objects = await routes();
  const { metadata, spec } = objectNamed(objects, "HTTPRoute", host === undefined ? name : `${name}-${host}`);
  // The last one: before it stands the rule for those who want a stream.
  const rule = spec.rules.filter((one: Document) => isNoPreflight(one) && one.matches[0].path.value === path).at(-1);
  const { method } = rule.matches[0];
  const [filter] = ofKind(objects, "EnvoyFilter").filter((one) => one.metadata.name === `${name}-rate-limits`);
  const limits: Document[] = filter?.spec.configPatches[0].patch.value.typed_config.descriptors ?? [];
  const template = path.replaceAll("[^/]+", "{id}");
  const limit = limits.find(({ entries }) => entries[0].value === `${method} ${template}`)?.token_bucket;
  const minutely = limit && (limit.tokens_per_fill * 60) / Number.parseInt(limit.fill_interval, 10);
  const policy = objectNamed(await service(name), "AuthorizationPolicy", name);
  const [allowed] = policy.spec.rules.filter(({ to }: Document) =>
    to?.[0].operation.paths.includes(path.replaceAll("[^/]+", "{*}")),
  );
  return { namespace: metadata.namespace, rule, perMinute: minutely, allowed };
}

const TOKEN = ["https://login.reference.example/*"];
const MFA = { key: "request.auth.claims[amr]", values: ["mfa"] };
const KEY = { key: "request.headers[idempotency-key]", values: ["*"] };
const KEY_MATCH = [{ type: "RegularExpression", name: "Idempotency-Key", value: ".+" }];

/** What browsers ask before a request is no row: preflights.test.ts tells of it. */
const isNoPreflight = ({ matches }: Document): boolean => matches?.[0].method !== "OPTIONS";

/** What the response says about caching. */
const caching = ({ filters }: Document): string =>
  filters[0].responseHeaderModifier.set.find(({ name }: Document) => name === "Cache-Control").value;

describe("routing table", () => {
  test("requests are told apart by host, path, method and header (ingress.gateway.matching)", async () => {
    const found = ofKind(await routes(), "HTTPRoute").filter(({ metadata }) => metadata.name !== "www-redirect");
    const names = ["reference.example", "origin.reference.example", "origin.use1.reference.example"];
    for (const { metadata, spec } of found)
      expect(spec.hostnames).toEqual(
        metadata.name.endsWith("-partners-api") ? ["partners-api.reference.example"] : names,
      );
    const rows = found
      .filter(({ spec }) => spec.hostnames.length > 1)
      .flatMap(({ metadata, spec }) =>
        spec.rules
          .filter(isNoPreflight)
          .map(({ matches: [match] }: Document) => [
            metadata.name,
            match.method,
            match.path.type,
            match.path.value,
            match.headers?.[0].name,
          ]),
      );
    // A path without a parameter is matched whole: a prefix would let in more than the row says.
    expect(rows.sort()).toEqual([
      // What clients call beside the table: events, and the backends that speak for them.
      ["analytics", "POST", "Exact", "/api/v2/events", undefined],
      ["apollo-gateway", "POST", "Exact", "/graphql", undefined],
      ["apollo-gateway", "POST", "Exact", "/graphql", "Accept"],
      // Before the login there is no row in the catalogue's table.
      ["auth", "POST", "Exact", "/api/v2/accounts", undefined],
      ["auth", "POST", "Exact", "/api/v2/login", undefined],
      ["bff-iot", "GET", "PathPrefix", "/bff/iot", undefined],
      ["bff-mobile", "GET", "PathPrefix", "/bff/mobile", undefined],
      ["bff-web", "GET", "PathPrefix", "/bff/web", undefined],
      ["config-flags", "GET", "Exact", "/api/v2/flags/changes", undefined],
      // Nor is there one for images, or for the gRPC that apps speak.
      ["file", "GET", "PathPrefix", "/img", undefined],
      ["geo", "POST", "PathPrefix", "/reference.geo.v1.Positions", undefined],
      ["messaging", "GET", "Exact", "/sse/v2/chat", undefined],
      ["messaging", "GET", "Exact", "/ws/v2/chat", undefined],
      ["order", "POST", "Exact", "/api/v2/orders", "Idempotency-Key"],
      ["payment", "POST", "Exact", "/api/v2/payments", "Idempotency-Key"],
      ["search", "GET", "Exact", "/api/v2/search", undefined],
      ["search-v1", "GET", "Exact", "/api/v1/search", undefined],
      ["user", "GET", "RegularExpression", "/api/v2/users/[^/]+", undefined],
      ["user", "POST", "PathPrefix", "/reference.user.v2.Users", undefined],
    ]);
  });

  test("orders: 100 a minute, a second factor, a key against repetition, no cache (ingress.routing-table.orders)", async () => {
    const { rule, perMinute, allowed } = await rowOf("order", "/api/v2/orders");
    expect(rule.matches[0]).toMatchObject({ method: "POST", headers: KEY_MATCH });
    expect(perMinute).toBe(100);
    expect(allowed.from[0].source.requestPrincipals).toEqual(TOKEN);
    expect(allowed.when).toEqual([MFA, KEY]);
    expect(caching(rule)).toBe("no-store");
  });

  test("payments: 20 a minute, a second factor, a key, in the PCI namespace (ingress.routing-table.payments)", async () => {
    const { namespace, rule, perMinute, allowed } = await rowOf("payment", "/api/v2/payments");
    expect(rule.matches[0]).toMatchObject({ method: "POST", headers: KEY_MATCH });
    expect(perMinute).toBe(20);
    expect(allowed.from[0].source.requestPrincipals).toEqual(TOKEN);
    expect(allowed.when).toEqual([MFA, KEY]);
    expect(caching(rule)).toBe("no-store");
    // The route lives beside its backend: no namespace has to grant another one anything.
    expect(namespace).toBe("reference-pci");
    expect(rule.backendRefs).toEqual([{ name: "payment", port: 80 }]);
    expect(objectNamed(await service("payment"), "Service", "payment").metadata.namespace).toBe("reference-pci");
  });

  test("chat: a token, sticky instead of limited, never cached (ingress.routing-table.chat)", async () => {
    const { rule, perMinute, allowed } = await rowOf("messaging", "/ws/v2/chat");
    expect(perMinute).toBeUndefined();
    expect(allowed.from[0].source.requestPrincipals).toEqual(TOKEN);
    expect(caching(rule)).toBe("no-store");
    const { trafficPolicy } = objectNamed(await service("messaging"), "DestinationRule", "messaging").spec;
    expect(trafficPolicy.loadBalancer.consistentHash).toEqual({ httpHeaderName: "x-user-id" });
    expect(trafficPolicy.connectionPool.tcp.maxConnections).toBe(10_000_000);
  });

  test("users: 1000 a minute, a token, a minute in cache for the caller alone (ingress.routing-table.users)", async () => {
    const { rule, perMinute, allowed } = await rowOf("user", "/api/v2/users/[^/]+");
    expect(rule.matches[0].method).toBe("GET");
    expect(perMinute).toBe(1000);
    expect(allowed.from[0].source.requestPrincipals).toEqual(TOKEN);
    expect(allowed.when).toEqual([{ key: "request.auth.claims[scope]", values: ["profile"] }]);
    expect(caching(rule)).toBe("max-age=60, stale-while-revalidate=60");
    // Nobody is answered from what another one's token fetched.
    expect(rule.filters[0].responseHeaderModifier.set).toContainEqual({ name: "Vary", value: "Authorization" });
  });

  test("search: a key that the gateway knows, 500 a minute, ten seconds in cache (ingress.routing-table.search)", async () => {
    const { rule, perMinute, allowed } = await rowOf("search", "/api/v2/search");
    expect(rule.matches[0].method).toBe("GET");
    expect(perMinute).toBe(500);
    expect(caching(rule)).toBe("max-age=10, stale-while-revalidate=10");
    expect(allowed.when).toEqual([{ key: "request.headers[x-api-key]", values: ["*"] }]);
    const gateway = await objectsOf(ingress, await prod(), "gateway");
    const { dataFrom, target } = objectNamed(gateway, "ExternalSecret", "public-api-keys").spec;
    expect(dataFrom[0].extract.key).toMatch(/api-keys$/);
    const { deployment } = objectNamed(gateway, "ConfigMap", "public-options").data;
    const { containers, volumes } = JSON.parse(deployment).spec.template.spec;
    expect(volumes[0].secret.secretName).toBe(target.name);
    const { configPatches, priority } = objectNamed(gateway, "EnvoyFilter", "public-api-keys").spec;
    const script = configPatches[0].patch.value.typed_config.default_source_code.inline_string;
    expect(script).toContain(containers[0].volumeMounts[0].mountPath);
    expect(script).toContain('[":status"] = "401"');
    // Before the limiter, which counts by key.
    expect(priority).toBeLessThan(0);
  });

  test("graphql: 200 a minute, a token, ten levels at most (ingress.routing-table.graphql)", async () => {
    const { rule, perMinute, allowed } = await rowOf("apollo-gateway", "/graphql");
    expect(rule.matches[0].method).toBe("POST");
    expect(perMinute).toBe(200);
    expect(allowed.from[0].source.requestPrincipals).toEqual(TOKEN);
    const router = objectNamed(await service("apollo-gateway"), "ConfigMap", "apollo-gateway-router");
    expect(JSON.parse(router.data["router.yaml"]).limits.router.max_depth).toBe(10);
    expect(caching(rule)).toBe("no-store");
  });

  test("writes that must not happen twice are turned away without a key, by the gateway and by the mesh (client.protocols.idempotency)", async () => {
    const here = await prod();
    const flagged = Object.entries(here.blueprint.services).flatMap(([name, { routes: own }]) =>
      own.flatMap(({ method, path, host, idempotencyKey }) => (idempotencyKey ? [{ name, method, path, host }] : [])),
    );
    expect(flagged.map(({ name, method }) => `${method} ${name}`).sort()).toEqual([
      "POST bff-partner",
      "POST bff-partner-sandbox",
      "POST order",
      "POST payment",
    ]);
    for (const { name, path, host } of flagged) {
      const { rule, allowed } = await rowOf(name, path, host);
      expect(rule.matches).toHaveLength(1);
      expect(rule.matches[0].headers).toEqual(KEY_MATCH);
      expect(allowed.when).toContainEqual(KEY);
      // No other rule takes the path without the header.
      const others = ofKind(await routes(), "HTTPRoute").flatMap(({ spec }) =>
        spec.rules.filter((one: Document) => isNoPreflight(one) && one.matches?.[0].path.value === path),
      );
      expect(others).toHaveLength(1);
    }
  });
});
