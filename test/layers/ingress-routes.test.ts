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

async function rowOf(name: string, path: string): Promise<Row> {
  const objects = await routes();
  const { metadata, spec } = objectNamed(objects, "HTTPRoute", name);
  const [rule] = spec.rules.filter(({ matches }: Document) => matches[0].path.value === path);
  const { method } = rule.matches[0];
  const [filter] = ofKind(objects, "EnvoyFilter").filter((one) => one.metadata.name === `${name}-rate-limits`);
  const limits: Document[] = filter?.spec.configPatches[0].patch.value.typed_config.descriptors ?? [];
  const limit = limits.find(({ entries }) => entries[0].value === `${method} ${path}`)?.token_bucket;
  if (limit !== undefined) expect(limit).toMatchObject({ fill_interval: "60s", tokens_per_fill: limit.max_tokens });
  const policy = objectNamed(await service(name), "AuthorizationPolicy", name);
  const [allowed] = policy.spec.rules.filter(({ to }: Document) => to?.[0].operation.paths.includes(path));
  return { namespace: metadata.namespace, rule, perMinute: limit?.max_tokens, allowed };
}

const TOKEN = ["https://login.reference.example/*"];
const MFA = { key: "request.auth.claims[amr]", values: ["mfa"] };
const KEY = { key: "request.headers[idempotency-key]", values: ["*"] };
const KEY_MATCH = [{ type: "RegularExpression", name: "Idempotency-Key", value: ".+" }];

/** What the response says about caching. */
const caching = ({ filters }: Document): string =>
  filters[0].responseHeaderModifier.set.find(({ name }: Document) => name === "Cache-Control").value;

describe("routing table", () => {
  test("requests are told apart by host, path, method and header (ingress.gateway.matching)", async () => {
    const found = ofKind(await routes(), "HTTPRoute");
    for (const { spec } of found)
      expect(spec.hostnames).toEqual([
        "reference.example",
        "origin.reference.example",
        "origin.use1.reference.example",
      ]);
    const rows = found.flatMap(({ metadata, spec }) =>
      spec.rules.map(({ matches: [match] }: Document) => [
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
      // Before the login there is no row in the catalogue's table.
      ["auth", "POST", "Exact", "/api/v2/accounts", undefined],
      ["auth", "POST", "Exact", "/api/v2/login", undefined],
      ["bff-iot", "GET", "PathPrefix", "/bff/iot", undefined],
      ["bff-mobile", "GET", "PathPrefix", "/bff/mobile", undefined],
      ["bff-partner", "GET", "PathPrefix", "/partners", undefined],
      ["bff-partner", "POST", "PathPrefix", "/partners", undefined],
      ["bff-web", "GET", "PathPrefix", "/bff/web", undefined],
      ["config-flags", "GET", "Exact", "/api/v2/flags/changes", undefined],
      ["messaging", "GET", "Exact", "/ws/v2/chat", undefined],
      ["order", "POST", "Exact", "/api/v2/orders", "Idempotency-Key"],
      ["payment", "POST", "Exact", "/api/v2/payments", "Idempotency-Key"],
      ["search", "GET", "Exact", "/api/v2/search", undefined],
      ["user", "GET", "RegularExpression", "/api/v2/users/[^/]+", undefined],
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

  test("writes that must not happen twice are turned away without a key, by the gateway and by the mesh (client.protocols.idempotency)", async () => {
    const here = await prod();
    const flagged = Object.entries(here.blueprint.services).flatMap(([name, { routes: own }]) =>
      own.flatMap(({ method, path, idempotencyKey }) => (idempotencyKey ? [{ name, method, path }] : [])),
    );
    expect(flagged.map(({ name, method }) => `${method} ${name}`).sort()).toEqual(["POST order", "POST payment"]);
    for (const { name, path } of flagged) {
      const { rule, allowed } = await rowOf(name, path);
      expect(rule.matches).toHaveLength(1);
      expect(rule.matches[0].headers).toEqual(KEY_MATCH);
      expect(allowed.when).toContainEqual(KEY);
      // No other rule takes the path without the header.
      const others = ofKind(await routes(), "HTTPRoute").flatMap(({ spec }) =>
        spec.rules.filter((one: Document) => one.matches[0].path.value === path),
      );
      expect(others).toHaveLength(1);
    }
  });
});
