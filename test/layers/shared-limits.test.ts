import { ingress } from "../../lib/layers/ingress/index.ts";
import { limiterActions, limiterRules, windowOf } from "../../lib/layers/ingress/limiter-rules.ts";
import { bucketOf } from "../../lib/layers/ingress/rate-limits.ts";
import { mesh } from "../../lib/layers/mesh/index.ts";
import { limitOf, routesOf } from "../../lib/model/routes.ts";
import { type Document, objectNamed, objectsOf, ofKind, place, resource, stackOf } from "../support.ts";

const dev = () => place("reference", "dev", "us-east-1");
const gateway = async (): Promise<Document[]> => objectsOf(ingress, await dev(), "gateway");
const rules = async (): Promise<Document> =>
  JSON.parse(objectNamed(await gateway(), "ConfigMap", "rate-limiter-rules").data["gateway.yaml"]);
const filter = async (): Promise<Document[]> =>
  objectNamed(await gateway(), "EnvoyFilter", "public-shared-limits").spec.configPatches;

describe("limits that are counted together", () => {
  test("are counted in a Valkey of their own, encrypted and with failover (ingress.rate-limiter.store)", async () => {
    const stack = await stackOf(ingress, await dev(), "rate-limit");
    expect(resource(stack, "aws_elasticache_replication_group")).toMatchObject({
      engine: "valkey",
      cluster_mode: "enabled",
      transit_encryption_enabled: true,
      transit_encryption_mode: "required",
      automatic_failover_enabled: true,
    });
    // Who reaches the counters can count, and nothing else: neither list nor read nor empty them.
    const { access_string } = resource(stack, "aws_elasticache_user");
    expect(access_string).toContain("-@all +incrby +expire");
    expect(access_string).not.toMatch(/\+@|\+(?:get|keys|scan|flush)/);
    const secret = objectNamed(await gateway(), "ExternalSecret", "rate-limiter-connection");
    expect(secret.spec.data[0].remoteRef.key).toBe("/dodeca/reference/dev/ingress/rate-limit/endpoint");
    const network = objectNamed(await gateway(), "NetworkPolicy", "rate-limiter").spec;
    expect(network.egress.at(-1).ports).toEqual([{ port: 6379, protocol: "TCP" }]);
    const [container] = objectNamed(await gateway(), "Deployment", "rate-limiter").spec.template.spec.containers;
    expect(container.env).toContainEqual({ name: "REDIS_TLS", value: "true" });
  });

  test.each([
    ["user", "user", 1000],
    ["API key", "api_key", 500],
    ["address", "remote_address", 20],
  ])("know callers by %s (ingress.rate-limiter.dimensions)", async (_, key, requests) => {
    const nested = (await rules()).descriptors.flatMap(({ descriptors = [] }: Document) => descriptors);
    expect(nested).toContainEqual({ key, rate_limit: { unit: "minute", requests_per_unit: requests } });
  });

  test("know callers by address where the gateway verifies no token, since a product names no issuer", async () => {
    const { name, environment } = (await dev()).deployment;
    const blueprint: Document = structuredClone((await dev()).blueprint);
    delete blueprint.layers.ingress.jwt;
    const products = [{ name, environment, domain: "reference.example", blueprint }];
    const settings = { store: "shared", nodeType: undefined, total: undefined, tenants: undefined } as const;
    const { descriptors } = limiterRules(products, settings);
    const users = descriptors.find(({ value }) => value === "reference GET /api/v2/users/{id}");
    expect(users?.descriptors?.map(({ key }) => key)).toEqual(["remote_address"]);
    expect(JSON.stringify(limiterActions(products, settings, true))).not.toContain("x-user-id");
  });

  test("know endpoints, tenants and everybody together (ingress.rate-limiter.dimensions)", async () => {
    const { domain, descriptors } = await rules();
    expect(descriptors).toContainEqual({
      key: "tenant",
      rate_limit: { unit: "minute", requests_per_unit: 60_000 },
    });
    expect(descriptors).toContainEqual({
      key: "everybody",
      value: "all",
      rate_limit: { unit: "second", requests_per_unit: 100_000 },
    });
    expect(descriptors[0]).toMatchObject({ key: "route", value: "reference GET /api/v2/users/{id}" });
    const [ask, actions] = await filter();
    expect(ask.patch.value.typed_config).toMatchObject({ domain, failure_mode_deny: false });
    // The gateway tells the limiter all that it knows, in the same words.
    const told = actions.patch.value.rate_limits.map(({ actions: each }: Document) =>
      each.map((one: Document) => Object.keys(one)[0]).join(),
    );
    expect(new Set(told)).toEqual(
      new Set([
        "header_value_match,request_headers",
        "header_value_match,remote_address",
        // An address says nothing where API Gateway asks for all partners.
        "header_value_match,masked_remote_address",
        "request_headers",
        "generic_key",
      ]),
    );
    // Who a tenant is, a caller does not say: the gateway takes it from the token.
    const tokens = objectNamed(await gateway(), "RequestAuthentication", "public-tokens");
    expect(tokens.spec.jwtRules[0].outputClaimToHeaders).toContainEqual({ header: "x-tenant-id", claim: "tenant" });
    expect(JSON.stringify(objectNamed(await gateway(), "EnvoyFilter", "public-identity"))).toContain("x-tenant-id");
  });

  test("are windows of a minute that hold what the route says (ingress.rate-strategies.fixed-window)", async () => {
    const { descriptors } = await rules();
    for (const route of routesOf((await dev()).blueprint)) {
      const limit = limitOf(route);
      const found = descriptors.find(({ value }: Document) => value === `reference ${route.method} ${route.path}`);
      expect([route.path, found?.descriptors[0].rate_limit]).toEqual([
        route.path,
        limit?.strategy === "fixed-window" ? windowOf(limit.rate) : undefined,
      ]);
    }
    // What is counted together is not counted again in front of each pod.
    const local = ofKind(await objectsOf(ingress, await dev(), "routes"), "EnvoyFilter").filter(({ metadata }) =>
      metadata.name.endsWith("-rate-limits"),
    );
    expect(local.map(({ metadata }) => metadata.name).sort()).toEqual([
      "apollo-gateway-rate-limits",
      "auth-rate-limits",
    ]);
  });

  test("a leaky bucket drips, and only so many wait (ingress.rate-strategies.leaky-bucket)", async () => {
    const limits = objectNamed(await objectsOf(ingress, await dev(), "routes"), "EnvoyFilter", "auth-rate-limits");
    const [drip] = limits.spec.configPatches[0].patch.value.typed_config.descriptors;
    expect(drip.token_bucket).toEqual({ max_tokens: 1, tokens_per_fill: 1, fill_interval: "3s" });
    const pool = objectNamed(await objectsOf(mesh, await dev(), "auth"), "DestinationRule", "auth").spec.trafficPolicy;
    expect(pool.connectionPool.http.http1MaxPendingRequests).toBe(64);
  });

  test("the gateway asks after it has verified tokens, and answers how to go on (ingress.rate-limiter.headers)", async () => {
    const [ask] = await filter();
    expect(ask.patch.operation).toBe("INSERT_BEFORE");
    expect(ask.match.listener.filterChain.filter.subFilter.name).toBe("envoy.filters.http.router");
    expect(ask.patch.value.typed_config.enable_x_ratelimit_headers).toBe("DRAFT_VERSION_03");
    expect(ask.patch.value.typed_config.response_headers_to_add[0].header.key).toBe("retry-after");
  });
});

describe("strategies", () => {
  test("every route that is limited names one that there is (ingress.rate-strategies.table)", async () => {
    const strategies = routesOf((await dev()).blueprint).flatMap((route) => limitOf(route)?.strategy ?? []);
    expect(new Set(strategies)).toEqual(new Set(["fixed-window", "token-bucket", "leaky-bucket"]));
  });

  test.each([
    ["token-bucket", { max_tokens: 200, tokens_per_fill: 100, fill_interval: "1s" }],
    ["fixed-window", { max_tokens: 6000, tokens_per_fill: 6000, fill_interval: "60s" }],
    ["leaky-bucket", { max_tokens: 5, tokens_per_fill: 5, fill_interval: "0.05s" }],
  ] as const)("%s is compiled to its own bucket (ingress.rate-strategies.table)", (strategy, bucket) => {
    expect(bucketOf({ rate: "100/s", strategy })).toEqual(bucket);
  });
});

describe("figures", () => {
  const alert = async (name: string): Promise<Document> =>
    objectNamed(await gateway(), "PrometheusRule", `gateway-${name}`).spec.groups[0].rules[0];

  test("somebody learns when the gateway adds more than 5 ms (ingress.kpis.overhead)", async () => {
    const { expr, labels } = await alert("overhead");
    expect(expr).toMatch(/reporter="source".* - .*reporter="destination".* > 5$/);
    expect(labels).toMatchObject({ severity: "p3", namespace: "reference" });
  });

  test("somebody learns when the limiter takes more than 2 ms, which is in the gateway's zones (ingress.kpis.limit-latency)", async () => {
    const { expr } = await alert("limit-latency");
    expect(expr).toMatch(/destination_workload="rate-limiter".* > 2$/);
    const subnets = resource(await stackOf(ingress, await dev(), "rate-limit"), "aws_elasticache_subnet_group");
    expect(subnets.subnet_ids).toContain("network-dataSubnetIds");
  });
});

describe("plugins", () => {
  test("the gateway checks tokens, answers other origins, counts and keeps a log (ingress.gateway.plugins)", async () => {
    const routes = await objectsOf(ingress, await dev(), "routes");
    expect(ofKind(routes, "EnvoyFilter").some(({ metadata }) => metadata.name.endsWith("-cors"))).toBe(true);
    expect((await filter())[0]?.patch.value.name).toBe("envoy.filters.http.ratelimit");
    expect(objectNamed(await gateway(), "RequestAuthentication", "public-tokens").spec.jwtRules).toHaveLength(1);
    const [telemetry] = ofKind(await objectsOf(mesh, await dev(), "mesh"), "Telemetry");
    expect(telemetry?.spec.accessLogging).toEqual([{ providers: [{ name: "envoy" }] }]);
  });
});
