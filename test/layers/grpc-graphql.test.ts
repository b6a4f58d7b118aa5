import { data } from "../../lib/layers/data/index.ts";
import { delivery } from "../../lib/layers/delivery/index.ts";
import { ingress } from "../../lib/layers/ingress/index.ts";
import { mesh } from "../../lib/layers/mesh/index.ts";
import { type Document, objectNamed, objectsOf, ofKind, place, resource, resources, stackOf } from "../support.ts";

const prod = () => place("reference", "prod", "us-east-1");
const service = async (name: string, environment = "prod"): Promise<Document[]> =>
  objectsOf(mesh, await place("reference", environment, "us-east-1"), name);
const router = async (environment = "prod"): Promise<Document> =>
  JSON.parse(
    objectNamed(await service("apollo-gateway", environment), "ConfigMap", "apollo-gateway-router").data["router.yaml"],
  );
const rules = async (name: string): Promise<Document[]> =>
  objectNamed(await objectsOf(ingress, await prod(), "routes"), "HTTPRoute", name).spec.rules;

describe("gRPC", () => {
  test("browsers speak it over HTTP/1.1, and may read how a call ended (ingress.grpc.grpc-web)", async () => {
    const web = objectNamed(await objectsOf(ingress, await prod(), "gateway"), "EnvoyFilter", "public-grpc-web");
    expect(web.spec.configPatches[0].patch).toMatchObject({
      operation: "INSERT_FIRST",
      value: { name: "envoy.filters.http.grpc_web" },
    });
    const cors = objectNamed(await objectsOf(ingress, await prod(), "routes"), "EnvoyFilter", "geo-cors");
    expect(JSON.stringify(cors.spec)).toContain("grpc-status,grpc-message");
  });

  test("JSON is translated in front of the service, after its caller was let in (ingress.grpc.transcoding, ingress.gateway.translation)", async () => {
    const { configPatches, workloadSelector } = objectNamed(
      await service("user"),
      "EnvoyFilter",
      "user-transcoding",
    ).spec;
    expect(workloadSelector.labels).toEqual({ "app.kubernetes.io/name": "user" });
    const { operation, value } = configPatches[0].patch;
    expect([operation, value.name]).toEqual(["INSERT_BEFORE", "envoy.filters.http.grpc_json_transcoder"]);
    expect(value.typed_config.services).toEqual(["reference.user.v1.Users"]);
    const descriptor = Buffer.from(value.typed_config.proto_descriptor_bin, "base64").toString("latin1");
    expect(descriptor).toContain("/api/v2/users/{id}");
    expect(descriptor).toContain("GetUser");
  });

  test("streams have no deadline and are never sent again (ingress.grpc.streaming)", async () => {
    const { http } = objectNamed(await service("geo"), "VirtualService", "geo").spec;
    expect(http[0]).toMatchObject({
      match: [{ uri: { prefix: "/reference.geo.v1.Positions/" } }],
      retries: { attempts: 0 },
    });
    expect(http[0].timeout).toBeUndefined();
    const [stream] = await rules("geo");
    expect(stream?.timeouts).toEqual({ request: "0s" });
    const { http: pool } = objectNamed(await service("geo"), "DestinationRule", "geo").spec.trafficPolicy
      .connectionPool;
    expect(pool.maxConcurrentStreams).toBe(100);
  });

  test("calls are traced in the W3C's words, by a provider that the mesh knows (ingress.grpc.observability)", async () => {
    const here = await prod();
    const [telemetry] = ofKind(await objectsOf(mesh, here, "mesh"), "Telemetry");
    const [{ providers }] = telemetry?.spec.tracing ?? [{}];
    const istiod = objectNamed(await objectsOf(delivery, here), "Application", "istiod");
    const known = istiod.spec.source.helm.valuesObject.meshConfig.extensionProviders;
    expect(known).toContainEqual({
      name: providers[0].name,
      opentelemetry: { service: "opentelemetry-collector.monitoring.svc.cluster.local", port: 4317 },
    });
  });
});

describe("GraphQL", () => {
  test("one router composes the graph, with room for one to go (ingress.graphql.provider)", async () => {
    const objects = await service("apollo-gateway");
    const { template } = objectNamed(objects, "Deployment", "apollo-gateway").spec;
    const [container] = template.spec.containers;
    expect(container.env).toContainEqual({ name: "APOLLO_GRAPH_REF", value: "reference@current" });
    expect(container.env).toContainEqual({ name: "APOLLO_KEY_PATH", value: "/var/run/dodeca/graphos/key" });
    expect(container.readinessProbe.httpGet.path).toBe("/health?ready");
    const [scaler] = objects.filter(({ kind }) => kind === "HorizontalPodAutoscaler" || kind === "ScaledObject");
    expect(scaler?.spec.minReplicas ?? scaler?.spec.minReplicaCount).toBeGreaterThanOrEqual(2);
    expect(objectNamed(objects, "PodDisruptionBudget", "apollo-gateway").spec.maxUnavailable).toBe(1);
  });

  test("a query may be ten levels deep (ingress.graphql.depth)", async () => {
    expect((await router()).limits.router.max_depth).toBe(10);
  });

  test("a query that would cost too much is refused (ingress.graphql.cost)", async () => {
    expect((await router()).demand_control).toMatchObject({
      enabled: true,
      mode: "enforce",
      strategy: { static_estimated: { max: 1000 } },
    });
  });

  test("nobody asks prod for its schema; who builds it may ask dev (ingress.graphql.introspection)", async () => {
    expect((await router()).supergraph.introspection).toBe(false);
    expect((await router("dev")).supergraph.introspection).toBe(true);
  });

  test("clients send a hash of what they sent before (ingress.graphql.persisted)", async () => {
    const { apq } = await router();
    expect(apq.enabled).toBe(true);
    expect(apq.router.cache.redis.urls).toEqual(["redis://apollo-gateway-cache.reference.svc.cluster.local:6379"]);
  });

  test("each subgraph's answers are kept for a time of their own (ingress.graphql.cache)", async () => {
    const { subgraph, enabled } = (await router()).response_cache;
    expect([enabled, subgraph.all.ttl]).toEqual([true, "10s"]);
    expect(subgraph.subgraphs).toEqual({
      content: { ttl: "60s" },
      order: { ttl: "1s" },
      search: { ttl: "10s" },
      recommendation: { ttl: "5m" },
    });
  });

  test("the cache is the router's alone, and its password is in no output", async () => {
    const objects = await service("apollo-gateway");
    const policy = objectNamed(objects, "NetworkPolicy", "apollo-gateway-cache").spec;
    expect(policy.ingress[0]).toEqual({
      from: [{ podSelector: { matchLabels: { "app.kubernetes.io/name": "apollo-gateway" } } }],
      ports: [{ port: 6379 }],
    });
    expect(objectNamed(objects, "ExternalSecret", "apollo-gateway-cache").spec.refreshPolicy).toBe("CreatedOnce");
    expect((await router()).response_cache.subgraph.all.redis.password).toBe(
      "${file./var/run/dodeca/query-cache/password}",
    );
  });

  test("subscriptions are answered in parts, for as long as they last (ingress.graphql.subscriptions)", async () => {
    expect((await router()).subscription).toMatchObject({ enabled: true });
    const [parts, whole] = await rules("apollo-gateway");
    expect(parts).toMatchObject({ matches: [{ headers: [{ name: "Accept" }] }], timeouts: { request: "0s" } });
    expect(whole?.timeouts.request).toBe("2s");
  });
});

describe("sockets", () => {
  test("have a route without a deadline, to pods that are scaled by them (ingress.websocket.provider)", async () => {
    const socket = (await rules("messaging")).find(({ matches }) => matches[0].path.value === "/ws/v2/chat");
    expect(socket?.timeouts).toBeUndefined();
    const [scaler] = ofKind(await service("messaging"), "ScaledObject");
    expect(JSON.stringify(scaler?.spec.triggers)).toContain("downstream_cx_upgrades_active");
  });

  test("have server-sent events beside them, which nothing holds back (ingress.websocket.fallback)", async () => {
    const events = (await rules("messaging")).find(({ matches }) => matches[0].path.value === "/sse/v2/chat");
    expect(events?.timeouts).toEqual({ request: "0s" });
    expect(events?.filters[0].responseHeaderModifier.set).toContainEqual({ name: "X-Accel-Buffering", value: "no" });
  });

  test("are told of each other's messages by a cache that cuts off who reads too slowly (ingress.websocket.fanout)", async () => {
    const stack = await stackOf(data, await prod(), "realtime");
    const parameters = resource(stack, "aws_elasticache_parameter_group").parameter;
    expect(parameters.map(({ name }: Document) => name)).toEqual(
      expect.arrayContaining([
        "client-output-buffer-limit-pubsub-hard-limit",
        "client-output-buffer-limit-pubsub-soft-limit",
      ]),
    );
    // One user that can log in: the messaging service's.
    const users = resources(stack, "aws_elasticache_user").filter(({ access_string }) =>
      access_string.startsWith("on"),
    );
    expect(users.map(({ user_name }) => user_name)).toEqual([expect.stringContaining("messaging")]);
  });
});
