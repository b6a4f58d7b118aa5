import { hostProblems } from "../../lib/model/hosts.ts";
import { partnerProblems } from "../../lib/model/partner-problems.ts";
import type { ResolvedBlueprint } from "../../lib/model/resolved.ts";
import { type Document, place } from "../support.ts";

type Problems = typeof hostProblems;

async function problemsAfter(problems: Problems, change: (blueprint: Document) => void): Promise<string[]> {
  const { blueprint } = await place("reference", "prod", "us-east-1");
  const changed: ResolvedBlueprint = structuredClone(blueprint);
  change(changed);
  return problems(changed).map(({ at, code }) => `${at.join(".")}: ${code}`);
}

const route = (blueprint: Document, service: string): Document => blueprint.services[service].routes[0];

describe("a route's own host", () => {
  test("the reference's are nobody else's", async () => {
    expect(await problemsAfter(hostProblems, () => undefined)).toEqual([]);
  });

  test.each<[string, string, (blueprint: Document) => void]>([
    ["taken by the CDN", "user.routes.0.host: taken-host", (one) => Object.assign(route(one, "user"), { host: "www" })],
    [
      "taken by downloads",
      "user.routes.0.host: taken-host",
      (one) => Object.assign(route(one, "user"), { host: "downloads" }),
    ],
    [
      "taken by another environment's zone",
      "user.routes.0.host: taken-host",
      (one) => {
        one.layers.edge.delegations = { dev: ["ns1.example", "ns2.example"] };
        Object.assign(route(one, "user"), { host: "dev" });
      },
    ],
    [
      "cached",
      "bff-partner.routes.0.cache: cached-host",
      (one) => Object.assign(route(one, "bff-partner"), { cache: "60s" }),
    ],
    [
      "of gRPC and of HTTP",
      "partner-streams.routes.0.host: mixed-host",
      (one) => Object.assign(route(one, "partner-streams"), { host: "partners-api" }),
    ],
    [
      "of gRPC with a path that is no method",
      "partner-streams.routes.0.path: grpc-path",
      (one) => Object.assign(route(one, "partner-streams"), { path: "/streams/{id}/all" }),
    ],
    [
      "below no domain",
      "partner-streams.routes.0.host: missing-domain",
      (one) => {
        delete one.layers.edge.domain;
      },
    ],
  ])("that is %s is refused", async (_, expected, change) => {
    expect(await problemsAfter(hostProblems, change)).toContain(`services.${expected}`);
  });
});

describe("partners", () => {
  test.each<[string, string, (blueprint: Document) => void]>([
    [
      "are counted together by a limit of their routes",
      "services.bff-partner.routes.0.rateLimit: partners-counted-together",
      (one) => Object.assign(route(one, "bff-partner"), { rateLimit: "6000/min" }),
    ],
    [
      "come in without API Gateway's key",
      "services.bff-partner.routes.0.auth: partners-without-key",
      (one) => Object.assign(route(one, "bff-partner"), { auth: "none" }),
    ],
    [
      "share limits with everybody on the domain",
      "services.bff-partner.routes.0.host: partners-without-host",
      (one) => {
        delete route(one, "bff-partner").host;
      },
    ],
    [
      "go on to nobody",
      "layers.client.partners.api.path: no-way-on",
      (one) => {
        one.layers.client.partners.api.path = "/b2b";
      },
    ],
    [
      "try out what is real",
      "services.bff-partner-sandbox.uses.orders: sandbox-uses-real",
      (one) => {
        one.services["bff-partner-sandbox"].uses = { orders: "read" };
      },
    ],
    [
      "try things out beside what is real",
      "services.bff-partner-sandbox.isolation: sandbox-not-isolated",
      (one) => {
        delete one.services["bff-partner-sandbox"].isolation;
      },
    ],
    [
      "try things out nowhere",
      "layers.client.partners.api.sandbox.service: unknown-service",
      (one) => {
        one.layers.client.partners.api.sandbox.service = "sandbox";
      },
    ],
    [
      "are told of an API that there is not",
      "layers.client.partners.portal: portal-without-api",
      (one) => {
        delete one.layers.client.partners.api;
      },
    ],
  ])("who would %s are refused", async (_, expected, change) => {
    expect(await problemsAfter(partnerProblems, change)).toContain(expected);
  });
});
