import { clientProblems } from "../../lib/model/client-problems.ts";
import type { ResolvedBlueprint } from "../../lib/model/resolved.ts";
import { type Document, place } from "../support.ts";

async function problemsAfter(change: (client: Document, blueprint: Document) => void): Promise<string[]> {
  const { blueprint } = await place("reference", "prod", "us-east-1");
  const changed: ResolvedBlueprint = structuredClone(blueprint);
  change(changed.layers.client, changed);
  return clientProblems(changed).map(({ at, code }) => `${at.join(".")}: ${code}`);
}

describe("clients", () => {
  test("the reference's ask for nothing that they could not be given", async () => {
    expect(await problemsAfter(() => undefined)).toEqual([]);
  });

  test.each([
    ["15m", "2m", []],
    ["15m", "15m", ["layers.client.identity.tokens.renewBefore: late-renewal"]],
    ["15m", "20m", ["layers.client.identity.tokens.renewBefore: late-renewal"]],
    ["15m", "0s", ["layers.client.identity.tokens.renewBefore: late-renewal"]],
  ])(
    "a token of %s cannot be renewed %s before its end unless that is while it lives (ingress.pkce-flow.refresh-at)",
    async (access, renewBefore, expected) => {
      const found = await problemsAfter((client) => {
        client.identity.tokens = { access, renewBefore };
      });
      expect(found).toEqual(expected);
    },
  );

  test.each([
    ["access", "1m"],
    ["access", "2d"],
    ["refresh", "30m"],
  ])("Cognito makes no %s token of %s", async (token, life) => {
    const found = await problemsAfter((client) => {
      client.identity.tokens = { [token]: life, renewBefore: "10s" };
    });
    expect(found).toEqual([`layers.client.identity.tokens.${token}: token-life`]);
  });

  test("passkeys and a second factor for everybody exclude each other", async () => {
    const found = await problemsAfter((client) => {
      client.identity.mfa = "required";
    });
    expect(found).toEqual(["layers.client.identity.mfa: passkeys-without-second-factor"]);
  });

  test("passkeys need a host that they belong to", async () => {
    const found = await problemsAfter((_, blueprint) => {
      delete blueprint.layers.edge.domain;
    });
    expect(found).toContain("layers.client.identity.passkeys: missing-domain");
  });

  test.each([
    ["/signed-in", ["layers.client.apps.web.callbacks.0: unanswered-path"]],
    ["/", ["layers.client.apps.web.callbacks.0: unanswered-path"]],
    // POST is no link, and a route with a host is on another one.
    ["/api/v2/login", ["layers.client.apps.web.callbacks.0: unanswered-path"]],
    ["/partners/search", ["layers.client.apps.web.callbacks.0: unanswered-path"]],
    ["/pages/signed-in?from=app", []],
    ["/static/shop/signed-in.html", []],
    // A link has no token.
    ["/bff/web/signed-in", ["layers.client.apps.web.callbacks.0: unanswered-path"]],
    ["/home", []],
    ["https://elsewhere.example/signed-in", []],
  ])("nobody who has signed in is sent to %s unless something answers", async (callback, expected) => {
    const found = await problemsAfter((client) => {
      client.apps.web.callbacks = [callback];
    });
    expect(found).toEqual(expected);
  });

  test("nobody who has signed out is sent where nothing answers", async () => {
    const found = await problemsAfter((client, blueprint) => {
      client.apps.web = { ...client.apps.web, callbacks: ["https://elsewhere.example/"], logouts: ["/pages/home"] };
      delete blueprint.layers.edge.contents.pages;
    });
    expect(found).toEqual(["layers.client.apps.web.logouts.0: unanswered-path"]);
  });

  test("a public route is an answer to who has signed in", async () => {
    const found = await problemsAfter((client, blueprint) => {
      client.apps.web.callbacks = ["/signed-in/7"];
      blueprint.services["bff-web"].routes.push({ ...blueprint.services.file.routes[0], path: "/signed-in/{shop}" });
    });
    expect(found).toEqual([]);
  });

  test("paths and hosts need a domain that they are below", async () => {
    const found = await problemsAfter((client, blueprint) => {
      delete client.identity.passkeys;
      delete blueprint.layers.edge.domain;
    });
    expect(found).toEqual([
      "layers.client.apps.web.callbacks.0: missing-domain",
      "layers.client.apps.web.logouts.0: missing-domain",
      "layers.client.devices.endpoint: missing-domain",
      "layers.client.media: missing-domain",
      "layers.client.partners.api: missing-domain",
      "layers.client.partners.portal: missing-domain",
      "layers.client.desktop: missing-domain",
      "layers.client.crashes: missing-domain",
    ]);
  });

  test.each([
    ["user-events", "stream-without-login"],
    ["nothing", "unknown-stream"],
  ])("what devices measure cannot go to %s: %s", async (stream, code) => {
    const found = await problemsAfter((client) => {
      client.devices.ingest = { stream };
    });
    expect(found).toEqual([`layers.client.devices.ingest.stream: ${code}`]);
  });

  test("events of what people do come in by a route and go on to a stream (client.telemetry.product-analytics)", async () => {
    const { blueprint } = await place("reference", "prod", "us-east-1");
    const { events } = blueprint.layers.client.telemetry ?? {};
    expect(events).toEqual({ service: "analytics", stream: "user-events" });
    const collector = blueprint.services["analytics"];
    expect(collector?.routes).toContainEqual(expect.objectContaining({ method: "POST", path: "/api/v2/events" }));
    expect(collector?.uses["user-events"]).toContain("produce");
    const found = await problemsAfter((client) => {
      client.telemetry.events = { service: "recommendation", stream: "user-events" };
    });
    expect(found).toEqual([
      "layers.client.telemetry.events.service: no-way-in",
      "layers.client.telemetry.events.stream: no-way-on",
    ]);
  });

  test("who is told of flags is not cut off", async () => {
    const found = await problemsAfter((client) => {
      client.flags.stream = "search";
    });
    expect(found).toEqual(["services.search.traffic.timeout: stream-cut-short"]);
  });

  test("servers that render need machines with GPUs", async () => {
    const found = await problemsAfter((_, blueprint) => {
      delete blueprint.layers.foundation.nodePools.gpu;
    });
    expect(found).toEqual(["layers.client.media.rendering: no-gpu"]);
  });

  test("partners have a tier, tokens and a way on", async () => {
    const found = await problemsAfter((client) => {
      client.apps["first-partner"].tier = "opne";
      client.partners.api.path = "/nowhere";
      client.identity = { provider: "external" };
    });
    expect(found).toEqual([
      "layers.client.apps.first-partner.tier: unknown-tier",
      "layers.client.partners.api: no-tokens",
      "layers.client.partners.api.path: no-way-on",
    ]);
  });

  test("a backend has a route", async () => {
    const found = await problemsAfter((client) => {
      client.apps.web.backend = "notification";
      client.apps.ios.backend = "nobody";
    });
    expect(found).toEqual([
      "layers.client.apps.ios.backend: unknown-service",
      "layers.client.apps.web.backend: no-way-in",
    ]);
  });

  test("what they name has to be declared", async () => {
    const found = await problemsAfter((client, blueprint) => {
      delete blueprint.layers.security.secrets["apns-key"];
      client.push.service = "nobody";
      client.flags.services = ["nobody"];
    });
    expect(found).toEqual([
      "layers.client.push.apns.secret: unknown-secret",
      "layers.client.push.service: unknown-service",
      "layers.client.flags.services.0: unknown-service",
    ]);
  });
});
