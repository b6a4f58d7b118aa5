import type { Analysis, Table } from "../../lib/analysis/analysis.ts";
import { clientBackends, LACKING } from "../../lib/analysis/client-backends.ts";
import { clientFlow, IN_THE_CLIENT, MISSING } from "../../lib/analysis/client-flow.ts";
import { clientProtocols, UNSPOKEN } from "../../lib/analysis/client-protocols.ts";
import { reAuthentication } from "../../lib/checks/re-authentication.ts";
import { type Graph, graphOf } from "../../lib/estate/graph.ts";
import type { Estate } from "../../lib/estate/index.ts";
import { type Document, repository } from "../support.ts";
import { Broken, synthesized } from "../synthesized.ts";

let whole: Estate;
beforeAll(async () => {
  whole = await synthesized();
});

/** The graph of the reference in prod, with a change. */
function graphAfter(change: (broken: Broken) => void = () => undefined): Graph {
  const broken = new Broken(whole, "reference", "prod");
  change(broken);
  return graphOf(broken.estate);
}

async function tableOf(analysis: Analysis, graph = graphAfter()): Promise<Table> {
  const { deployments } = await repository();
  const deployment = deployments.all.find(({ name, environment }) => name === "reference" && environment === "prod");
  if (deployment === undefined) throw new Error("no reference in prod");
  return analysis.of({ deployment, graph });
}

describe("from a tap to a service", () => {
  test("there are ten hops in this order, and each is somewhere (client.flow.steps)", async () => {
    const { rows } = await tableOf(clientFlow);
    expect(rows.map(([step, hop]) => `${step} ${hop}`)).toEqual([
      "1 user action",
      "2 UI component",
      "3 state manager",
      "4 API client",
      "5 local cache",
      "6 auth token",
      "7 TLS 1.3 / QUIC",
      "8 CDN / edge",
      "9 API gateway",
      "10 microservice",
    ]);
    expect(rows.map(([, , where]) => where).filter((where) => where === IN_THE_CLIENT)).toHaveLength(5);
    expect(rows.map(([, , where]) => where)).not.toContain(MISSING);
    expect(rows[6]?.[3]).toContain("HTTP/3 over QUIC");
  });

  test("a hop that nothing does is missing", async () => {
    const { rows } = await tableOf(
      clientFlow,
      graphAfter((broken) => broken.remove("-global-edge", "aws_cloudfront_distribution")),
    );
    expect(rows.filter(([, , where]) => where === MISSING).map(([step]) => step)).toEqual(["7", "8"]);
  });
});

describe("protocols", () => {
  test("of six families are each answered by a listener or route (client.protocols.table)", async () => {
    const { rows } = await tableOf(clientProtocols);
    expect(rows.map(([family]) => family)).toEqual([
      "REST / HTTPS",
      "WebSocket / SSE",
      "gRPC / HTTP/2",
      "GraphQL",
      "MQTT / CoAP",
      "WebRTC / QUIC",
    ]);
    for (const [, , clients, answer] of rows) {
      expect(clients).not.toBe("");
      expect(answer).not.toBe(UNSPOKEN);
    }
    expect(rows[4]?.[2]).toContain("sensors");
  });

  test("one that nothing answers is said to be so", async () => {
    const { rows } = await tableOf(
      clientProtocols,
      graphAfter((broken) => broken.remove("-client-devices", "aws_iot_domain_configuration")),
    );
    expect(rows.filter(([, , , answer]) => answer === UNSPOKEN).map(([family]) => family)).toEqual(["MQTT / CoAP"]);
  });
});

describe("backends for frontends", () => {
  test("there are three and one for partners, each with pods and a route of its own, which ask several services (client.patterns.bff)", async () => {
    const { rows, notes } = await tableOf(clientBackends);
    expect(rows.map(([backend, family]) => `${backend} ${family}`)).toEqual([
      "bff-web web",
      "bff-mobile mobile",
      "bff-iot IoT",
      "bff-partner partners",
    ]);
    for (const [backend, , , pods, route, asks = ""] of rows) {
      expect([backend, pods, route]).not.toContain(LACKING);
      expect(asks.split(", ").length).toBeGreaterThan(1);
    }
    expect(notes).toEqual([]);
  });

  test("services let in who asks for clients, and not the gateway where they have no route", async () => {
    const policies = graphAfter().ofType("object", "AuthorizationPolicy");
    const content: Document = policies.find(({ body }) => JSON.stringify(body).includes('"name":"content"'))?.body;
    expect(JSON.stringify(content)).toContain("/sa/bff-web");
    expect(JSON.stringify(content)).not.toContain("/ns/istio-ingress/");
  });
});

describe("authentication", () => {
  const said = async (change?: (broken: Broken) => void): Promise<string[]> =>
    reAuthentication(graphAfter(change), (await repository()).deployments).map(
      ({ code, address, summary }) => `${code} ${address} ${summary.slice(0, 60)}`,
    );

  test("no route from outside lacks a token unless the blueprint says that it is public (client.patterns.re-auth)", async () => {
    expect(await said()).toEqual([]);
  });

  test("a rule that asks the gateway's callers for none is found", async () => {
    const found = await said((broken) => {
      for (const { from } of broken.object("AuthorizationPolicy", "payment").spec.rules)
        for (const { source } of from) delete source.requestPrincipals;
    });
    expect(found).toHaveLength(1);
    expect(found[0]).toContain("route-without-token AuthorizationPolicy");
    expect(found[0]).toContain("/api/v2/payments");
  });

  test("a rule for every path is found", async () => {
    const found = await said((broken) => {
      for (const rule of broken.object("AuthorizationPolicy", "user").spec.rules) {
        for (const { source } of rule.from) delete source.requestPrincipals;
        if (JSON.stringify(rule.from).includes("istio-ingress")) delete rule.to;
      }
    });
    expect(found.every((one) => one.includes("a request for /*"))).toBe(true);
    expect(found.length).toBeGreaterThan(0);
  });
});
