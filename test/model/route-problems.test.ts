import type { ResolvedBlueprint } from "../../lib/model/resolved.ts";
import { routeProblems } from "../../lib/model/route-problems.ts";
import { type Document, place } from "../support.ts";

async function problemsAfter(change: (services: Document, layers: Document) => void): Promise<string[]> {
  const { blueprint } = await place("reference", "prod", "us-east-1");
  const changed: ResolvedBlueprint = structuredClone(blueprint);
  change(changed.services, changed.layers);
  return routeProblems(changed).map(({ at, code }) => `${at.join(".")}: ${code}`);
}

describe("routes", () => {
  test("the reference's can all be answered", async () => {
    expect(await problemsAfter(() => undefined)).toEqual([]);
  });

  test.each<[string, Record<string, number>, string[]]>([
    ["nobody has", { serach: 30 }, ["services.search-v1.routes.0.split.serach: unknown-service"]],
    ["is its own", { "search-v1": 30 }, ["services.search-v1.routes.0.split.search-v1: unknown-service"]],
    ["has another namespace", { payment: 30 }, ["services.search-v1.routes.0.split.payment: split-over-namespaces"]],
    ["leaves nothing", { search: 60, content: 40 }, ["services.search-v1.routes.0.split: split-too-large"]],
  ])("cannot be split to a service that %s", async (_, split, expected) => {
    const found = await problemsAfter((services) => {
      services["search-v1"].routes[0].split = split;
    });
    expect(found).toEqual(expected);
  });

  test.each([
    ["60s", []],
    ["61s", ["services.config-flags.traffic.timeout: slower-than-cdn"]],
    ["5m", ["services.config-flags.traffic.timeout: slower-than-cdn"]],
  ])("of a service that may take %s are answered before the CDN gives up", async (timeout, expected) => {
    const found = await problemsAfter((services) => {
      services["config-flags"].traffic.timeout = timeout;
    });
    expect(found).toEqual(expected);
  });

  test("may take as long as they like where nothing waits for the whole of an answer", async () => {
    const slow = async (change: (services: Document, layers: Document) => void) =>
      problemsAfter((services, layers) => {
        services["config-flags"].traffic.timeout = "5m";
        change(services, layers);
      });
    const streamed = await slow((services) => {
      services["config-flags"].routes[0].protocol = "sse";
    });
    const inside = await slow((services) => {
      services["config-flags"].routes = [];
    });
    const withoutCdn = await slow((_, { edge }) => {
      delete edge.domain;
    });
    for (const found of [streamed, inside, withoutCdn])
      expect(found.filter((one) => one.includes("slower-than-cdn"))).toEqual([]);
  });

  test("do not end before that is announced", async () => {
    const found = await problemsAfter((services) => {
      services["search-v1"].routes[0].deprecated = { since: "2027-09-01", sunset: "2026-09-01" };
    });
    expect(found).toEqual(["services.search-v1.routes.0.deprecated.sunset: sunset-before-deprecation"]);
  });

  test("a GraphQL router caches what it calls, and reads its key", async () => {
    const found = await problemsAfter((services) => {
      services["apollo-gateway"].graphql.cache.subgraphs = { file: "10s" };
      services["apollo-gateway"].secrets = [];
    });
    expect(found).toEqual([
      "services.apollo-gateway.graphql.cache.subgraphs.file: unused-subgraph",
      "services.apollo-gateway.graphql.secret: unread-secret",
    ]);
  });

  test("JSON is translated only for services that speak gRPC", async () => {
    const found = await problemsAfter((services) => {
      services.user.protocol = "http";
    });
    expect(found).toEqual(["services.user.transcoding: transcoding-without-grpc"]);
  });

  test.each<[string, object, string]>([
    ["keys of a secret that nobody declared", { apiKeys: { secret: "kyes" } }, "apiKeys.secret: unknown-secret"],
    [
      "an accelerator whose clients are shut out",
      { globalLoadBalancer: "global-accelerator" },
      "globalLoadBalancer: accelerator-shut-out",
    ],
    [
      "tokens that an issuer makes for anybody",
      { jwt: { issuer: "https://login.example" } },
      "jwt.audiences: any-audience",
    ],
    [
      "tokens that a second issuer makes for anybody",
      {
        jwt: {
          issuer: "https://login.example",
          audiences: ["shop"],
          also: [
            { issuer: "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Example" },
            { issuer: "https://other.example" },
          ],
        },
      },
      "jwt.also.1.audiences: any-audience",
    ],
  ])("the gateway cannot have %s", async (_, settings, expected) => {
    const found = await problemsAfter((_services, layers) => {
      Object.assign(layers.ingress, settings);
    });
    expect(found).toEqual([`layers.ingress.${expected}`]);
  });

  test("a pool of Cognito is the product's own, whose tokens name nobody", async () => {
    const found = await problemsAfter((_services, layers) => {
      layers.ingress.jwt = { issuer: "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Example" };
    });
    expect(found).toEqual([]);
  });
});
