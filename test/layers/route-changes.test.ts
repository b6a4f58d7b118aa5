import { ingress } from "../../lib/layers/ingress/index.ts";
import { mesh } from "../../lib/layers/mesh/index.ts";
import { balancingOf, callsOf } from "../../lib/layers/mesh/traffic-rules.ts";
import { epochOf, httpDate } from "../../lib/model/days.ts";
import type { ResolvedService } from "../../lib/model/resolved.ts";
import { BALANCES } from "../../lib/model/service.ts";
import { type Document, objectNamed, objectsOf, ofKind, place } from "../support.ts";

const prod = () => place("reference", "prod", "us-east-1");
const route = async (name: string): Promise<Document> =>
  objectNamed(await objectsOf(ingress, await prod(), "routes"), "HTTPRoute", name).spec;
const service = async (name: string): Promise<Document[]> => objectsOf(mesh, await prod(), name);
const headers = (rule: Document): Record<string, string> =>
  Object.fromEntries(rule.filters[0].responseHeaderModifier.set.map(({ name, value }: Document) => [name, value]));

describe("versions of an API", () => {
  test("the old one says when it ends, and what replaces it (ingress.gateway.versioning)", async () => {
    const [old] = (await route("search-v1")).rules;
    const [current] = (await route("search")).rules;
    expect(old.matches[0].path.value).toBe("/api/v1/search");
    expect(current.matches[0].path.value).toBe("/api/v2/search");
    expect(old.backendRefs[0].name).not.toBe(current.backendRefs[0].name);
    expect(headers(old)).toMatchObject({
      Deprecation: "@1788220800",
      Sunset: "Wed, 01 Sep 2027 00:00:00 GMT",
      Link: '</api/v2/search>; rel="successor-version"',
    });
    expect(Object.keys(headers(current))).not.toContain("Sunset");
  });

  test.each([
    ["1970-01-01", 0, "Thu, 01 Jan 1970 00:00:00 GMT"],
    ["2024-02-29", 1_709_164_800, "Thu, 29 Feb 2024 00:00:00 GMT"],
    ["2026-12-31", 1_798_675_200, "Thu, 31 Dec 2026 00:00:00 GMT"],
    ["2100-03-01", 4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"],
  ])("the day %s is written for machines and for HTTP", (day, epoch, date) => {
    expect([epochOf(day), httpDate(day)]).toEqual([epoch, date]);
  });

  test("requests and responses are changed on the way, without a script (ingress.gateway.transformation)", async () => {
    const [old] = (await route("search-v1")).rules;
    const [response, request, rewrite] = old.filters;
    expect(response.responseHeaderModifier.remove).toEqual(["server", "x-powered-by"]);
    expect(request.requestHeaderModifier.set).toEqual([{ name: "x-api-version", value: "1" }]);
    expect(rewrite.urlRewrite.path).toEqual({ type: "ReplaceFullPath", replaceFullPath: "/api/v2/search" });
    // The mesh lets in what arrives, not what was asked for.
    const policy = objectNamed(await service("search-v1"), "AuthorizationPolicy", "search-v1");
    expect(policy.spec.rules[0].to[0].operation.paths).toEqual(["/api/v2/search"]);
  });

  test("seven of ten requests go to one service, three to another, which lets them in (ingress.lb-algorithms.weighted-rr)", async () => {
    const [old] = (await route("search-v1")).rules;
    expect(old.backendRefs.map(({ name, weight }: Document) => [name, weight])).toEqual([
      ["search-v1", 70],
      ["search", 30],
    ]);
    for (const { spec } of ofKind(await objectsOf(ingress, await prod(), "routes"), "HTTPRoute"))
      for (const { backendRefs } of spec.rules.filter((rule: Document) => rule.backendRefs !== undefined))
        expect(backendRefs.reduce((sum: number, { weight = 100 }: Document) => sum + weight, 0)).toBe(100);
    const rules = objectNamed(await service("search"), "AuthorizationPolicy", "search").spec.rules;
    const keyed = rules.filter(({ when }: Document) => when?.[0].key === "request.headers[x-api-key]");
    expect(keyed).toHaveLength(2);
  });
});

describe("algorithms of balancing", () => {
  test.each<[string, Partial<ResolvedService["traffic"]>, object]>([
    ["weighted round robin", { balance: "round-robin" }, { simple: "ROUND_ROBIN" }],
    ["least connections", { balance: "least-request" }, { simple: "LEAST_REQUEST" }],
    ["any", { balance: "random" }, { simple: "RANDOM" }],
    [
      "IP hash",
      { balance: "address-hash" },
      { consistentHash: { useSourceIp: true, ringHash: { minimumRingSize: 1024 } } },
    ],
    ["hash of a header", { stickyHeader: "x-user-id" }, { consistentHash: { httpHeaderName: "x-user-id" } }],
    ["no word", {}, { simple: "LEAST_REQUEST" }],
  ])("%s is compiled to its own setting (ingress.glb.algorithms)", async (_, traffic, expected) => {
    const { traffic: defaults } = (await prod()).blueprint.services["content"] ?? {};
    if (defaults === undefined) throw new Error("no service content");
    expect(balancingOf({ ...defaults, ...traffic })).toMatchObject(expected);
  });

  test("each name has a setting of its own (ingress.glb.algorithms)", async () => {
    const { traffic } = (await prod()).blueprint.services["content"] ?? {};
    if (traffic === undefined) throw new Error("no service content");
    const settings = BALANCES.map((balance) => JSON.stringify(balancingOf({ ...traffic, balance })));
    expect(new Set(settings).size).toBe(BALANCES.length);
  });
});

describe("resilience", () => {
  const services = async () => (await prod()).blueprint.services;

  test("what a service cannot have seen is sent again, three times, and what it may have done is not (ingress.circuit-breaker.retry)", async () => {
    const search = (await services())["search"];
    if (search === undefined) throw new Error("no service search");
    const [writes, rest] = callsOf(search, "search");
    expect(writes).toMatchObject({ match: [{ method: { regex: "POST|PATCH" } }], retries: { attempts: 3 } });
    expect(writes?.retries?.retryOn).not.toContain("5xx");
    expect(rest?.retries).toMatchObject({ attempts: 3, perTryTimeout: "250ms" });
    expect(rest?.retries?.retryOn).toMatch(/^5xx,/);
    for (const [name, { routes, traffic }] of Object.entries(await services()))
      if (routes.some(({ idempotencyKey }) => idempotencyKey))
        expect([name, traffic.retries.on]).toEqual([name, "idempotent"]);
  });

  test("each thing that is called has connections of its own, inside and outside (ingress.circuit-breaker.bulkhead)", async () => {
    const rules = ofKind(await objectsOf(mesh, await prod()), "DestinationRule");
    const outside = rules.filter(({ spec }) => !spec.host.endsWith(".cluster.local"));
    expect(outside.map(({ spec }) => spec.host)).toContain("api.stripe.com");
    for (const { spec } of outside) expect(spec.trafficPolicy.connectionPool.tcp.maxConnections).toBe(100);
    const inside = rules.filter(({ spec }) => spec.host.endsWith(".cluster.local"));
    expect(inside).toHaveLength(Object.keys(await services()).length);
    for (const { spec } of inside)
      expect(spec.trafficPolicy.connectionPool).toMatchObject({
        tcp: { maxConnections: expect.any(Number) },
        http: { http2MaxRequests: expect.any(Number), http1MaxPendingRequests: expect.any(Number) },
      });
  });

  test("a library waits thirty seconds, then lets five calls decide (ingress.circuit-breaker.half-open)", async () => {
    const objects = await service("payment");
    const { resilience4j } = JSON.parse(objectNamed(objects, "ConfigMap", "payment-breakers").data["application.yaml"]);
    expect(resilience4j.circuitbreaker.configs.default).toMatchObject({
      failureRateThreshold: 50,
      waitDurationInOpenState: "30s",
      permittedNumberOfCallsInHalfOpenState: 5,
      automaticTransitionFromOpenToHalfOpenEnabled: true,
    });
    expect(Object.keys(resilience4j["thread-pool-bulkhead"].instances)).toContain("api-stripe-com");
    const [container] = objectNamed(objects, "Deployment", "payment").spec.template.spec.containers;
    expect(container.env).toContainEqual({
      name: "SPRING_CONFIG_ADDITIONAL_LOCATION",
      value: "file:/etc/dodeca/breakers/",
    });
    expect(container.volumeMounts).toContainEqual(expect.objectContaining({ mountPath: "/etc/dodeca/breakers" }));
  });

  test("connections are shared and raised to HTTP/2 in the mesh, and TLS ends at the gateway (ingress.glb.features)", async () => {
    const gateway = objectNamed(await objectsOf(ingress, await prod(), "gateway"), "Gateway", "public");
    for (const { protocol, tls } of gateway.spec.listeners)
      expect([protocol, tls.mode]).toEqual(["HTTPS", "Terminate"]);
    const { connectionPool } = objectNamed(await service("geo"), "DestinationRule", "geo").spec.trafficPolicy;
    expect(connectionPool.http).toMatchObject({ h2UpgradePolicy: "UPGRADE", maxConcurrentStreams: 100 });
  });
});
