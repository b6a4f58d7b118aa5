import { ingress } from "../../lib/layers/ingress/index.ts";
import type { Place } from "../../lib/model/place.ts";
import { type Document, objectNamed, objectsOf, place } from "../support.ts";

const prod = () => place("reference", "prod", "us-east-1");

/** Rules of the limits in front of a service's pods. */
async function rulesOf(service: string, here: Place): Promise<Document[]> {
  const objects = await objectsOf(
    { id: "ingress", stacks: () => [], applications: () => ingress.applications?.(here) ?? [] },
    here,
    "routes",
  );
  const [{ patch }] = objectNamed(objects, "EnvoyFilter", `${service}-rate-limits`).spec.configPatches;
  return patch.value.typed_config.rate_limits;
}

/** Whether a request's headers are what a rule of Envoy's looks for. */
const fits = ({ name, present_match, string_match }: Document, headers: Readonly<Record<string, string>>): boolean => {
  const value = headers[name];
  if (present_match !== undefined) return (value !== undefined) === present_match;
  if (value === undefined) return false;
  const { exact, safe_regex } = string_match;
  return safe_regex === undefined ? value === exact : new RegExp(`^(?:${safe_regex.regex})$`).test(value);
};

/** Routes by whose limits a request is counted: Envoy counts it by every rule that fits. */
const countedBy = (rules: readonly Document[], headers: Readonly<Record<string, string>>): string[] =>
  rules
    .map(({ actions: [{ header_value_match }] }) => header_value_match)
    .filter((match) => match.headers.every((one: Document) => fits(one, headers)))
    .map(({ descriptor_value }) => descriptor_value);

/** Header by which callers of a route are told apart. */
const callerOf = (rules: readonly Document[], route: string): string =>
  rules.find(({ actions }) => actions[0].header_value_match.descriptor_value === route).actions[1].request_headers
    .header_name;

describe("limits of routes", () => {
  test("a request counts by the route that it came along, whatever others are served under the same path", async () => {
    const rules = await rulesOf("search", await prod());
    const served = { ":method": "GET", ":path": "/api/v2/search?q=a" };
    expect(countedBy(rules, served)).toEqual(["GET /api/v2/search"]);
    expect(countedBy(rules, { ...served, "x-envoy-original-path": "/api/v1/search?q=a" })).toEqual([
      "GET /api/v1/search",
    ]);
    const graphql = { ":method": "POST", ":path": "/graphql" };
    const router = await rulesOf("apollo-gateway", await prod());
    expect(countedBy(router, graphql)).toEqual(["POST /graphql"]);
    // What partners ask is counted by their tiers.
    expect(countedBy(router, { ...graphql, "x-envoy-original-path": "/partners/graphql" })).toEqual([]);
  });

  test("callers count as whoever their tokens speak for: neither another token nor another place for it begins anew", async () => {
    expect(callerOf(await rulesOf("user", await prod()), "GET /api/v2/users/{id}")).toBe("x-user-id");
    const tenant = await place("promo-links", "prod", "us-east-1");
    expect(tenant.neighbours).toContain(tenant.deployment);
    expect(callerOf(await rulesOf("shortener", tenant), "POST /api/links")).toBe("x-user-id");
  });

  test("callers count by their tokens where the gateway verifies none, since a neighbour names no issuer", async () => {
    const here = await prod();
    const blueprint: Document = structuredClone(here.blueprint);
    delete blueprint.layers.ingress.jwt;
    const neighbour: Document = { ...here.deployment, name: "tenant", regions: [{ region: here.region, blueprint }] };
    const rules = await rulesOf("user", { ...here, neighbours: [neighbour] });
    expect(callerOf(rules, "GET /api/v2/users/{id}")).toBe("authorization");
  });
});
