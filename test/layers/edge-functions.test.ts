import { createHash, createHmac } from "node:crypto";
import { createContext, runInContext } from "node:vm";
import { requestSteps, responseSteps } from "../../lib/layers/edge/edge-functions.ts";
import { functionSource, MOST_BYTES } from "../../lib/layers/edge/functions/source.ts";
import { edge } from "../../lib/layers/edge/index.ts";
import { type Document, place, resource, resources, stackOf } from "../support.ts";

const dev = async () => place("reference", "dev", "global");
const KEY = "a key of thirty-two characters...";

/** Runs a function as CloudFront does, on an event of a viewer. */
async function run(source: string, event: Document, store: Readonly<Record<string, string>> = {}): Promise<Document> {
  const kvs = () => ({
    get: async (key: string) => {
      if (!Object.hasOwn(store, key)) throw new Error("KeyNotFound");
      return store[key];
    },
  });
  const context = createContext({ cf: { kvs }, crypto: { createHash, createHmac }, Buffer, Date });
  runInContext(source.replace(/^import .*$/gm, ""), context);
  // What comes out is of the other realm: a copy compares as what is written here does.
  return JSON.parse(JSON.stringify(await context["handler"](event)));
}

const request = (changes: Document = {}): Document => ({
  viewer: { ip: "198.51.100.7" },
  request: { method: "GET", uri: "/pages/home", querystring: {}, headers: {}, cookies: {}, ...changes },
});
const requestCode = async (kind: Parameters<typeof requestSteps>[1]): Promise<string> =>
  functionSource("viewer-request", requestSteps(await dev(), kind));

describe("code at the edge", () => {
  test("is published, runs in the second runtime and is attached by its ARN (edge.workers.runtime)", async () => {
    const stack = await stackOf(edge, await dev());
    const functions = resources(stack, "aws_cloudfront_function");
    expect(functions.length).toBeGreaterThan(3);
    for (const one of functions) {
      expect(one).toMatchObject({ runtime: "cloudfront-js-2.0", publish: true });
      expect(Buffer.byteLength(one.code)).toBeLessThan(MOST_BYTES);
    }
    const { default_cache_behavior, ordered_cache_behavior } = resource(stack, "aws_cloudfront_distribution");
    const attached = [default_cache_behavior, ...ordered_cache_behavior].flatMap(
      ({ function_association = [] }: Document) => function_association.map((one: Document) => one.function_arn),
    );
    for (const id of Object.keys(stack.resource.aws_cloudfront_function))
      expect(attached).toContain(`\${aws_cloudfront_function.${id}.arn}`);
  });

  test("is at most one function an event of a behavior (edge.workers.transform)", async () => {
    const stack = await stackOf(edge, await dev());
    const { default_cache_behavior, ordered_cache_behavior } = resource(stack, "aws_cloudfront_distribution");
    for (const { function_association = [] } of [default_cache_behavior, ...ordered_cache_behavior]) {
      const events = function_association.map(({ event_type }: Document) => event_type);
      expect(new Set(events).size).toBe(events.length);
    }
    expect(default_cache_behavior.function_association).toHaveLength(1);
  });

  test("reads the store that it is associated with (edge.workers.kv)", async () => {
    const stack = await stackOf(edge, await dev());
    expect(resources(stack, "aws_cloudfront_key_value_store")).toHaveLength(1);
    for (const { code, key_value_store_associations } of resources(stack, "aws_cloudfront_function"))
      expect(key_value_store_associations !== undefined).toBe(code.includes("cf.kvs()"));
  });
});

describe("what has moved", () => {
  test("is answered with where it is, and what was asked of it", async () => {
    const code = await requestCode("gateway");
    const moved = await run(code, request({ uri: "/home", querystring: { a: { value: "1" }, b: { value: "" } } }));
    expect(moved).toMatchObject({ statusCode: 301, headers: { location: { value: "/pages/home?a=1&b" } } });
    expect(await run(code, request({ uri: "/elsewhere" }))).toMatchObject({ uri: "/elsewhere" });
  });

  test("is no property that every object has", async () => {
    expect(await run(await requestCode("gateway"), request({ uri: "constructor" }))).toMatchObject({
      uri: "constructor",
    });
  });
});

describe("browsers", () => {
  const answered = async (status: number, headers: Document = {}): Promise<Document> => {
    const code = functionSource("viewer-response", responseSteps(await dev(), "scripts"));
    return (await run(code, { ...request(), response: { statusCode: status, headers } })).headers["cache-control"];
  };

  test("are told how long they may keep what was asked for, where its origin does not say", async () => {
    expect((await answered(200)).value).toBe("public, max-age=31536000, immutable");
    expect((await answered(200, { "cache-control": { value: "no-cache" } })).value).toBe("no-cache");
  });

  test.each([403, 404, 503])("are never told to keep a %s", async (status) => {
    expect(await answered(status)).toBeUndefined();
  });

  test("are told by the gateway where it answers", async () => {
    const here = await dev();
    const { contents } = here.blueprint.layers.edge;
    const layers = {
      ...here.blueprint.layers,
      edge: { ...here.blueprint.layers.edge, contents: { ...contents, pages: { from: "gateway" as const } } },
    };
    const names = responseSteps({ ...here, blueprint: { ...here.blueprint, layers } }, "pages").map(({ name }) => name);
    expect(names).toEqual(["remembering"]);
    expect(responseSteps(here, "gateway")).toEqual([]);
  });
});

describe("who asks for www", () => {
  const asking = (host: string): Document =>
    request({ uri: "/home", headers: { host: { value: host } }, querystring: { a: { value: "1" } } });

  test("is sent to the domain by what runs anyway, before anything else", async () => {
    for (const kind of ["gateway", "pages", "images", "media"] as const)
      expect(await run(await requestCode(kind), asking("www.dev.reference.example"))).toEqual({
        statusCode: 301,
        statusDescription: "Moved Permanently",
        headers: { location: { value: "https://dev.reference.example/home?a=1" } },
      });
  });

  test("is nobody who asks for the domain or for another host", async () => {
    for (const host of ["dev.reference.example", "partners-api.dev.reference.example"])
      expect((await run(await requestCode("images"), asking(host))).uri).toBe("/home");
  });

  test("costs nothing where nothing else runs: the gateway knows the host", async () => {
    const shortener = await place("url-shortener", "dev", "global");
    expect(requestSteps(shortener, "gateway")).toEqual([]);
    expect(requestSteps(await dev(), "scripts")).toEqual([]);
  });
});

describe("experiments", () => {
  const halfOf = async (changes: Document, store = {}): Promise<string> =>
    (await run(await requestCode("pages"), changes, store)).headers["x-experiment-checkout"].value;
  const callers = Array.from({ length: 400 }, (_, index) => `203.0.${index % 256}.${index}`);

  test("put about the released share of callers into the new half (edge.workers.ab)", async () => {
    const halves = await Promise.all(callers.map((ip) => halfOf({ ...request(), viewer: { ip } })));
    const share = halves.filter((half) => half === "b").length / callers.length;
    expect(share).toBeGreaterThan(0.08);
    expect(share).toBeLessThan(0.22);
    expect((await dev()).blueprint.layers.edge.functions?.experiments?.["checkout"]?.share).toBeLessThanOrEqual(15);
  });

  test("follow the store without a release, and the released share where it says nothing sensible", async () => {
    const all = { "experiment-checkout": "100" };
    expect(new Set(await Promise.all(callers.map((ip) => halfOf({ ...request(), viewer: { ip } }, all))))).toEqual(
      new Set(["b"]),
    );
    for (const said of ["", "many", "-1"]) {
      const half = await halfOf(request(), { "experiment-checkout": said });
      expect(half).toBe(await halfOf(request()));
    }
  });

  test("keep a caller where its cookie says, and give it one that comes to the same", async () => {
    for (const value of ["a", "b"])
      expect(await halfOf(request({ cookies: { "experiment-checkout": { value } } }))).toBe(value);
    const code = functionSource("viewer-response", responseSteps(await dev(), "pages"));
    const { cookies } = await run(code, { ...request(), response: { statusCode: 200, headers: {} } });
    expect(cookies["experiment-checkout"].value).toBe(await halfOf(request()));
    expect(cookies["experiment-checkout"].attributes).toContain("Secure");
    const known = request({ cookies: { "experiment-checkout": { value: "b" } } });
    expect((await run(code, { ...known, response: { headers: {} } })).cookies).toEqual({});
  });
});

describe("pages", () => {
  test.each([
    ["de-AT,de;q=0.9,en;q=0.8", "de"],
    ["fr,en;q=0.5,hi;q=0.9", "hi"],
    ["fr", "en"],
    ["de;q=0,fr", "en"],
    [undefined, "en"],
  ])("for %s are in %s (edge.workers.personalise)", async (accepted, language) => {
    const headers = accepted === undefined ? {} : { "accept-language": { value: accepted } };
    const made = await run(await requestCode("pages"), request({ headers }));
    expect(made.headers["x-language"].value).toBe(language);
  });
});

describe("images", () => {
  test.each([
    ["image/avif,image/webp,*/*;q=0.8", "image/avif"],
    ["image/webp,*/*", "image/webp"],
    ["image/avif;q=0, image/webp;q=0.9", "image/webp"],
    ["*/*", "image/*"],
    [undefined, "image/*"],
  ])("for %s come as %s (edge.static-cache.image-negotiation)", async (accepted, format) => {
    const headers = accepted === undefined ? {} : { accept: { value: accepted } };
    expect((await run(await requestCode("images"), request({ headers }))).headers.accept.value).toBe(format);
  });
});

describe("tokens", () => {
  const encoded = (value: Document): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const tokenOf = (claims: Document, { key = KEY, alg = "HS256" } = {}): string => {
    const head = `${encoded({ alg, typ: "JWT" })}.${encoded(claims)}`;
    return `${head}.${createHmac("sha256", key).update(head).digest("base64url")}`;
  };
  const later = Math.floor(Date.now() / 1000) + 60;
  const shown = async (token: string, store: Readonly<Record<string, string>> = { "token-key": KEY }) =>
    run(await requestCode("media"), request({ uri: "/media/1.mp4", querystring: { token: { value: token } } }), store);

  test("let their bearer in without a trip to the origin, and are seen by nobody behind (edge.workers.auth)", async () => {
    const made = await shown(tokenOf({ exp: later }));
    expect(made).toMatchObject({ uri: "/media/1.mp4", querystring: {} });
    const cookies = { "edge-token": { value: tokenOf({ exp: later, path: "/media/" }) } };
    expect(
      await run(await requestCode("media"), request({ uri: "/media/1.mp4", cookies }), { "token-key": KEY }),
    ).toMatchObject({
      cookies: {},
    });
    const stack = await stackOf(edge, await dev());
    const media = resource(stack, "aws_cloudfront_distribution").ordered_cache_behavior.find(
      ({ path_pattern }: Document) => path_pattern === "/media/*",
    );
    expect(media.function_association[0]).toMatchObject({ event_type: "viewer-request" });
  });

  test.each([
    ["is too old", tokenOf({ exp: later - 120 })],
    ["never ends", tokenOf({})],
    ["is not good yet", tokenOf({ exp: later, nbf: later })],
    ["is for another path", tokenOf({ exp: later, path: "/pages/" })],
    ["was made by somebody else", tokenOf({ exp: later }, { key: "another key" })],
    ["claims to need no key", tokenOf({ exp: later }, { alg: "none" })],
    ["is no token", "anything"],
  ])("whose bearer is refused: one that %s", async (_, token) => {
    expect(await shown(token)).toMatchObject({ statusCode: 403 });
  });

  test("let nobody in without a key, or without a token", async () => {
    expect(await shown(tokenOf({ exp: later }), {})).toMatchObject({ statusCode: 403 });
    expect(await shown(tokenOf({ exp: later }, { key: "" }), { "token-key": "" }).catch(() => 0)).toMatchObject({
      statusCode: 403,
    });
    expect(await run(await requestCode("media"), request(), { "token-key": KEY })).toMatchObject({ statusCode: 403 });
  });
});
