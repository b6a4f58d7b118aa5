import type { Analysis, Table } from "../../lib/analysis/analysis.ts";
import { breakerScope, breakerStates } from "../../lib/analysis/breakers.ts";
import { ingressFigures, ingressStandards } from "../../lib/analysis/ingress-figures.ts";
import { requestPath } from "../../lib/analysis/request-path.ts";
import { routingTable } from "../../lib/analysis/routing-table.ts";
import { graphOf } from "../../lib/estate/graph.ts";
import type { Estate } from "../../lib/estate/index.ts";
import { repository } from "../support.ts";
import { Broken, synthesized } from "../synthesized.ts";

let whole: Estate;
beforeAll(async () => {
  whole = await synthesized();
});

async function tableOf(
  analysis: Analysis,
  environment = "dev",
  change: (broken: Broken) => void = () => undefined,
): Promise<Table> {
  const { deployments } = await repository();
  const deployment = deployments.all.find((one) => one.name === "reference" && one.environment === environment);
  if (deployment === undefined) throw new Error(`no reference in ${environment}`);
  const broken = new Broken(whole, "reference", environment);
  change(broken);
  return analysis.of({ deployment, graph: graphOf(broken.estate) });
}

describe("the way of a request", () => {
  test("has eight steps, tokens before limits before breakers (ingress.lifecycle.steps)", async () => {
    const { rows, notes } = await tableOf(requestPath);
    expect(rows.map(([step, what, , stage]) => `${step} ${what}: ${stage}`)).toEqual([
      "1 from CDN or edge: edge",
      "2 global load balancer: balancer",
      "3 API gateway: gateway",
      "4 auth check: tokens",
      "5 rate limiter: before the router",
      "6 circuit breaker: cluster",
      "7 gRPC proxy: sidecar",
      "8 microservice: service",
    ]);
    expect(notes).toEqual([]);
    for (const [, , , , address] of rows) expect(address).not.toBe("missing");
  });

  test("says where limits are counted in front of each pod", async () => {
    const { notes } = await tableOf(requestPath, "prod");
    expect(notes).toEqual(["circuit breaker (cluster) is met before rate limiter (sidecar)"]);
  });

  test("says what is missing", async () => {
    const { rows } = await tableOf(requestPath, "dev", (broken) => {
      for (const application of broken.estate.applications)
        Object.assign(application, { objects: application.objects.filter(({ kind }) => kind !== "EnvoyFilter") });
    });
    expect(rows.filter((row) => row[4] === "missing").map((row) => row[1])).toEqual([
      "rate limiter",
      "circuit breaker",
    ]);
  });
});

describe("routing table", () => {
  test.each(["dev", "prod"])(
    "has every row with its columns in %s (ingress.routing-table.table)",
    async (environment) => {
      const { rows, notes } = await tableOf(routingTable, environment);
      const domain = environment === "prod" ? "reference.example" : `${environment}.reference.example`;
      for (const row of [
        ["GET", "/api/v2/users/[^/]+", "user", "JWT", "1000", "60", ""],
        ["POST", "/api/v2/orders", "order", "JWT+MFA", "100", "0", "Idempotency-Key required"],
        ["GET", "/api/v2/search", "search", "API key", "500", "10", ""],
        ["GET", "/ws/v2/chat", "messaging", "JWT", "unlimited", "0", ""],
        ["POST", "/api/v2/payments", "payment", "JWT+MFA", "20", "0", "Idempotency-Key required"],
        ["POST", "/graphql", "apollo-gateway", "JWT", "200", "0", ""],
        ["POST", "/api/[1-9][0-9]*/.+", "sentry-relay", "none", "unlimited", "0", `on crashes.${domain}`],
      ])
        expect(rows).toContainEqual(row);
      // As many as the blueprint declares, and one for crash reports; the seventh of the catalogue's is no gateway's.
      const { deployments } = await repository();
      const deployment = deployments.all.find((one) => one.name === "reference" && one.environment === environment);
      const declared = Object.values(deployment?.blueprint.services ?? {}).flatMap(({ routes }) => routes);
      expect(rows).toHaveLength(declared.length + 1);
      expect(notes?.[0]).toContain("/health and /metrics");
    },
  );
});

describe("circuit breakers", () => {
  test("have four states, with the same figures in proxy and library (ingress.circuit-breaker.states)", async () => {
    const { rows, notes } = await tableOf(breakerStates);
    expect(rows.map(([state, , leaves, to]) => [state, leaves, to])).toEqual([
      ["CLOSED", "more than 50 % of 100 calls fail", "OPEN"],
      ["OPEN", "30s are over", "HALF-OPEN"],
      ["HALF-OPEN", "most succeed, or not", "CLOSED or OPEN"],
      ["FALLBACK", "", ""],
    ]);
    expect(rows[2]?.[1]).toBe("5 trial calls");
    expect(notes).toHaveLength(1);
  });

  test("that differ between proxy and library are told", async () => {
    const { notes } = await tableOf(breakerStates, "dev", (broken) => {
      const [patch] = broken.object("EnvoyFilter", "public-breaker").spec.configPatches;
      patch.patch.value.outlier_detection.base_ejection_time = "60s";
    });
    expect(notes?.slice(1)).toEqual(["wait: 60s in the proxy, 30s in the library"]);
  });

  test("are there for every kind of dependency, or something in their place (ingress.circuit-breaker.scope)", async () => {
    const { rows } = await tableOf(breakerScope);
    expect(rows.map(([kind]) => kind)).toEqual(["HTTP", "gRPC", "async queue", "database pool"]);
    for (const [kind, , address] of rows) expect([kind, address]).toEqual([kind, expect.stringContaining("reference")]);
  });
});

describe("figures", () => {
  test("of the ingress are those of the output (ingress.kpis.table)", async () => {
    const { rows } = await tableOf(ingressFigures);
    expect(rows).toEqual([
      ["throughput", "5M req/s"],
      ["gateway overhead P99", "5 ms"],
      ["JWT validation", "< 1 ms: keys in memory"],
      ["rate limit check", "2 ms"],
      ["breaker open", "30s"],
      ["rate exceeded", "HTTP 429 with retry-after"],
      ["access token TTL", "15 min"],
      ["availability", "99.99 %"],
    ]);
  });

  test("five standards are kept to, each by something (ingress.kpis.standards)", async () => {
    const { rows } = await tableOf(ingressStandards);
    expect(rows.map(([standard]) => standard)).toEqual([
      "OAuth 2.0, RFC 6749",
      "PKCE, RFC 7636",
      "JWT, RFC 7519",
      "FIDO2 / WebAuthn",
      "OpenAPI 3.1",
    ]);
    for (const [, by] of rows) expect(by).toMatch(/^\S+ \S+/);
  });
});
