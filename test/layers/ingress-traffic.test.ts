import { delivery } from "../../lib/layers/delivery/index.ts";
import { edge } from "../../lib/layers/edge/index.ts";
import { ingress } from "../../lib/layers/ingress/index.ts";
import { mesh } from "../../lib/layers/mesh/index.ts";
import { namespaceOf } from "../../lib/model/place.ts";
import { routesOf } from "../../lib/model/routes.ts";
import { type Document, objectNamed, objectsOf, ofKind, place, resource, resources, stackOf } from "../support.ts";

const prod = () => place("reference", "prod", "us-east-1");
const all = async (): Promise<Document[]> => objectsOf(mesh, await prod());
/** All but the one that leads to another host. */
const routes = async (): Promise<Document[]> =>
  ofKind(await objectsOf(ingress, await prod(), "routes"), "HTTPRoute").filter(
    ({ metadata }) => metadata.name !== "www-redirect",
  );

/** Names of the reference's services that speak gRPC. */
const grpc = async (): Promise<string[]> =>
  Object.entries((await prod()).blueprint.services).flatMap(([name, { protocol }]) =>
    protocol === "grpc" ? [name] : [],
  );

describe("balancing", () => {
  test("pods that answer with errors are put aside, whichever service they are of (ingress.glb.passive-health)", async () => {
    const rules = ofKind(await all(), "DestinationRule").filter(({ spec }) => spec.host.endsWith(".cluster.local"));
    expect(rules.map(({ metadata }) => metadata.name).sort()).toEqual(
      Object.keys((await prod()).blueprint.services).sort(),
    );
    for (const { spec } of rules) {
      const { outlierDetection } = spec.trafficPolicy;
      expect(outlierDetection).toMatchObject({ interval: "10s", baseEjectionTime: "30s", maxEjectionPercent: 50 });
      expect(outlierDetection.consecutive5xxErrors).toBeGreaterThan(0);
    }
  });

  test("the pod with the fewest requests is next, unless a service says otherwise (ingress.lb-algorithms.least-conn)", async () => {
    const others = ofKind(await all(), "DestinationRule").filter(
      ({ spec }) => spec.host.endsWith(".cluster.local") && spec.trafficPolicy.loadBalancer.simple !== "LEAST_REQUEST",
    );
    expect(others.map(({ metadata }) => metadata.name)).toEqual(["messaging"]);
  });

  test("sockets keep to a pod by a consistent hash (ingress.lb-algorithms.ip-hash)", async () => {
    const { loadBalancer } = objectNamed(await all(), "DestinationRule", "messaging").spec.trafficPolicy;
    expect(Object.keys(loadBalancer)).toEqual(["consistentHash"]);
  });

  test("callers are led to the region that answers fastest (ingress.lb-algorithms.latency)", async () => {
    const stack = await stackOf(edge, await place("reference", "prod", "global"));
    const { origin } = resource(stack, "aws_cloudfront_distribution");
    const host = origin.find(({ origin_id }: Document) => origin_id === "gateway").domain_name;
    const all = resources(stack, "aws_route53_record");
    // Who is in no continent that is named gets the fastest of all.
    const rest = all.find((one) => one.name === host && one.geolocation_routing_policy?.country === "*");
    const records = all.filter(({ name }) => name === rest.records[0]);
    expect(records).toHaveLength(10);
    for (const record of records) expect(record.latency_routing_policy.region).toBe(record.set_identifier);
    // The same name is the API's: the gateways serve their routes under it.
    for (const { spec } of await routes()) if (spec.hostnames.length > 1) expect(spec.hostnames).toContain(host);
  });
});

describe("deadlines", () => {
  test("every route has a deadline but those of sockets and streams (ingress.circuit-breaker.timeout)", async () => {
    for (const { spec } of ofKind(await all(), "VirtualService"))
      for (const { name, timeout } of spec.http)
        if (name === "streams") expect(timeout).toBeUndefined();
        else expect(timeout).toMatch(/^[1-9]\d*(?:ms|s|m)$/);
    const endless = (await routes()).flatMap(({ spec }) =>
      spec.rules.flatMap(({ matches, timeouts }: Document) =>
        timeouts?.request === undefined || timeouts.request === "0s" ? [matches[0].path.value] : [],
      ),
    );
    expect(endless.sort()).toEqual([
      "/graphql",
      "/partners/graphql",
      "/reference.geo.v1.Positions",
      "/sse/v2/chat",
      "/ws/v2/chat",
    ]);
  });
});

describe("gateway", () => {
  test("one gateway, of the mesh's own, takes REST, GraphQL, gRPC and sockets over HTTPS (ingress.gateway.provider)", async () => {
    const here = await prod();
    const gateways = ofKind(await objectsOf(ingress, here, "gateway"), "Gateway");
    expect(gateways.map(({ spec }) => spec.gatewayClassName)).toEqual(["istio"]);
    for (const { protocol } of gateways[0]?.spec.listeners ?? []) expect(protocol).toBe("HTTPS");
    const istiod = objectNamed(await objectsOf(delivery, here), "Application", "istiod");
    expect(istiod.spec.source.targetRevision).toMatch(/^\d+\.\d+\.\d+$/);
    const protocols = routesOf(here.blueprint).map(({ protocol }) => protocol);
    for (const protocol of ["http", "graphql", "grpc", "websocket"]) expect(protocols).toContain(protocol);
  });
});

describe("gRPC and GraphQL", () => {
  test("services that speak gRPC say so to Envoy, behind the mesh's own gateway (ingress.grpc.provider)", async () => {
    expect((await grpc()).sort()).toEqual(["geo", "partner-streams", "user"]);
    const objects = await all();
    for (const name of await grpc())
      expect(objectNamed(objects, "Service", name).spec.ports).toEqual([
        expect.objectContaining({ name: "grpc", appProtocol: "grpc" }),
      ]);
    const gateway = objectNamed(await objectsOf(ingress, await prod(), "gateway"), "Gateway", "public");
    expect(gateway.spec.gatewayClassName).toBe("istio");
  });

  // ALTS is Google's own: on AWS there is none.
  test("gRPC calls carry both a certificate and, as metadata, a token (ingress.grpc.auth)", async () => {
    const here = await prod();
    const objects = await all();
    expect(ofKind(objects, "PeerAuthentication").map(({ spec }) => spec.mtls.mode)).toEqual(["STRICT"]);
    for (const name of await grpc()) {
      const tokens = ofKind(objects, "RequestAuthentication").filter(
        ({ metadata }) => metadata.namespace === namespaceOf(here, name),
      );
      expect(tokens).toHaveLength(1);
      // Without a selector it covers the namespace; without `fromHeaders` the token is in `authorization`.
      expect(tokens[0].spec.selector).toBeUndefined();
      expect(tokens[0].spec.jwtRules[0].fromHeaders).toBeUndefined();
    }
  });

  test("keys of tokens are fetched once, not asked for with every request (ingress.kpis.jwt-latency)", async () => {
    const rules = ofKind(await all(), "RequestAuthentication").flatMap(({ spec }) => spec.jwtRules);
    expect(rules.length).toBeGreaterThan(0);
    for (const { jwksUri } of rules) expect(jwksUri).toBe("https://login.reference.example/.well-known/jwks.json");
  });
});

describe("errors", () => {
  test("are for no cache, whatever the route says of its answers", async () => {
    const gateway = await objectsOf(ingress, await prod(), "gateway");
    const { configPatches, workloadSelector } = objectNamed(gateway, "EnvoyFilter", "public-error-caching").spec;
    expect(workloadSelector.labels).toEqual({ "gateway.networking.k8s.io/gateway-name": "public" });
    expect(configPatches).toHaveLength(1);
    const script = configPatches[0].patch.value.typed_config.default_source_code.inline_string;
    expect(script).toContain('status >= 400 then headers:replace("cache-control", "no-store")');
    // Nothing is done on requests: they pass without the script.
    expect(script).not.toContain("envoy_on_request");
  });
});
