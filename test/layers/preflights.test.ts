import { Application } from "../../lib/layers/common/application.ts";
import { preflightsOf } from "../../lib/layers/ingress/contract.ts";
import { ingress } from "../../lib/layers/ingress/index.ts";
import { ServiceAuthorization } from "../../lib/layers/mesh/authorization.ts";
import { mesh } from "../../lib/layers/mesh/index.ts";
import type { Place } from "../../lib/model/place.ts";
import { matchOf, routesOf } from "../../lib/model/routes.ts";
import { ChartRoot } from "../../lib/synth/chart-root.ts";
import { type Document, objectNamed, objectsOf, ofKind, place } from "../support.ts";

const prod = () => place("reference", "prod", "us-east-1");
const routes = async (): Promise<Document[]> => objectsOf(ingress, await prod(), "routes");

const PREFLIGHT = ["Origin", "Access-Control-Request-Method"].map((name) => ({
  type: "RegularExpression",
  name,
  value: ".+",
}));

/** What the gateway takes of preflights, as host and path. */
async function taken(): Promise<string[]> {
  return ofKind(await routes(), "HTTPRoute").flatMap(({ spec }) =>
    spec.rules
      .flatMap(({ matches = [] }: Document) => matches)
      .filter(({ method }: Document) => method === "OPTIONS")
      .map(({ path }: Document) => `${spec.hostnames[0]} ${path.value}`),
  );
}

describe("what browsers ask before a request from another origin", () => {
  test("finds a route for every path, once, whatever the route itself wants", async () => {
    const { blueprint } = await prod();
    const expected = routesOf(blueprint)
      .filter(
        ({ protocol, host, path }) =>
          protocol !== "websocket" && (protocol !== "grpc" || host === undefined) && !path.startsWith("/partners"),
      )
      .map(({ path, host }) => `${host === undefined ? "" : `${host}.`}reference.example ${matchOf(path).value}`);
    expect((await taken()).sort()).toEqual([...new Set(expected)].sort());
  });

  test("is a preflight by its headers, and needs no key against repetition", async () => {
    const { rules } = objectNamed(await routes(), "HTTPRoute", "order").spec;
    expect(rules.at(-1)).toEqual({
      matches: [{ path: { type: "Exact", value: "/api/v2/orders" }, method: "OPTIONS", headers: PREFLIGHT }],
      backendRefs: [{ name: "order", port: 80 }],
      timeouts: { request: "1s" },
    });
  });

  test("is let in by the mesh from the gateway alone, without a token and without a key", async () => {
    const { spec } = objectNamed(await objectsOf(mesh, await prod(), "order"), "AuthorizationPolicy", "order");
    const [rule, ...others] = spec.rules.filter(({ to }: Document) => to?.[0].operation.methods.includes("OPTIONS"));
    expect(others).toEqual([]);
    expect(rule).toEqual({
      from: [{ source: { principals: ["cluster.local/ns/istio-ingress/sa/public-istio"] } }],
      to: [{ operation: { methods: ["OPTIONS"], paths: ["/api/v2/orders"] } }],
      when: ["origin", "access-control-request-method"].map((name) => ({
        key: `request.headers[${name}]`,
        values: ["*"],
      })),
    });
  });

  test("is let in on a host of its own on that host alone", async () => {
    const here = await prod();
    const { search } = here.blueprint.services;
    if (search === undefined) throw new Error("no search");
    const hosted = { ...search, routes: search.routes.map((route) => ({ ...route, host: "api" })) };
    const there = { ...here, blueprint: { ...here.blueprint, services: { search: hosted } } };
    const application = new Application(new ChartRoot(), "mesh", { labels: {} });
    new ServiceAuthorization(application, "search", { place: there, name: "search", service: hosted });
    const [{ spec }]: Document[] = application.toJson();
    const [rule] = spec.rules.filter(({ to }: Document) => to?.[0].operation.methods.includes("OPTIONS"));
    expect(rule.to).toEqual([
      {
        operation: {
          hosts: ["api.reference.example", "api.reference.example:*"],
          methods: ["OPTIONS"],
          paths: ["/api/v2/search"],
        },
      },
    ]);
  });

  test("is none on what API Gateway passes on, which has answered by then", async () => {
    expect((await taken()).filter((one) => one.includes("/partners"))).toEqual([]);
  });

  test("is answered by the sidecar, for strangers too, with every method that a path may have", async () => {
    const [{ patch }] = objectNamed(await routes(), "EnvoyFilter", "user-cors").spec.configPatches;
    const policy = patch.value.typed_per_filter_config["envoy.filters.http.cors"];
    expect(policy.forward_not_matching_preflights).toBe(false);
    expect(policy.allow_methods).toBe("GET,OPTIONS,POST");
  });

  test("finds nothing where no page of another origin may call", async () => {
    const here = await prod();
    const { cors, ...others } = here.blueprint.layers.ingress;
    expect(cors).toBeDefined();
    const layers = { ...here.blueprint.layers, ingress: others };
    const without: Place = { ...here, blueprint: { ...here.blueprint, layers } };
    for (const service of Object.keys(here.blueprint.services)) expect(preflightsOf(without, service)).toEqual([]);
  });

  test("is asked of one service where two have the path", async () => {
    const here = await prod();
    const { user, search } = here.blueprint.services;
    if (user === undefined || search === undefined) throw new Error("no services");
    const shared = { ...here, blueprint: { ...here.blueprint, services: { user, "user-too": user, search } } };
    expect(preflightsOf(shared, "user").length).toBeGreaterThan(0);
    expect(preflightsOf(shared, "user-too")).toEqual([]);
  });
});
