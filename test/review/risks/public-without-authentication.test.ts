import type { Json, JsonObject } from "../../../lib/model/merge.ts";
import { networkOpened } from "../../../lib/review/risks/network-opened.ts";
import { publicWithoutAuthentication } from "../../../lib/review/risks/public-without-authentication.ts";
import { application, evidence, type Given, kube, said } from "../support.ts";

const GATEWAY = "cluster.local/ns/istio-ingress/sa/public-istio";
const labels = { matchLabels: { app: "cart" } };
const deployment = kube(
  "Deployment",
  "cart",
  { spec: { selector: labels, template: { metadata: { labels: { app: "cart" } } } } },
  "apps/v1",
);
const rule = (paths: Json, source: JsonObject): JsonObject => ({
  from: [{ source }],
  to: [{ operation: { methods: ["GET"], paths } }],
});
const user = { principals: [GATEWAY], requestPrincipals: ["https://login.example/*"] };
const anybody = { principals: [GATEWAY] };
const objects = (...rules: JsonObject[]): Given =>
  application([
    deployment,
    kube("AuthorizationPolicy", "cart", { spec: { selector: labels, rules } }, "security.istio.io/v1"),
  ]);
const routes = (...all: JsonObject[]): Given => ({
  blueprints: { "shop/prod": { leaves: { "services.cart.image": "cart", "services.cart.routes": all } } },
});
const route = (path: string, auth: string): JsonObject => ({ method: "GET", path, auth });

describe("a path that asks nobody", () => {
  const cases: [string, Given, Given, string[]][] = [
    [
      "asked for a user before",
      objects(rule(["/a"], user)),
      objects(rule(["/a"], anybody)),
      [
        `high: AuthorizationPolicy shop/cart now allows GET /a from ${GATEWAY}, whoever asks; before: GET /a from ${GATEWAY} with users https://login.example/*`,
      ],
    ],
    [
      "is one more",
      objects(rule(["/a"], anybody)),
      objects(rule(["/a", "/b"], anybody)),
      [
        `high: AuthorizationPolicy shop/cart now allows GET /b from ${GATEWAY}, whoever asks; before: GET /a from ${GATEWAY}`,
      ],
    ],
    ["was there before", objects(rule(["/a"], anybody)), objects(rule(["/a"], anybody), rule(["/b"], user)), []],
    ["asks for a user now", objects(rule(["/a"], anybody)), objects(rule(["/a"], user)), []],
    [
      "is called from inside only",
      objects(rule(["/a"], user)),
      objects(rule(["/a"], user), rule(["/metrics"], { principals: ["cluster.local/ns/monitoring/sa/prometheus"] })),
      [],
    ],
    [
      "is told by the blueprint alone",
      routes(route("/a", "jwt")),
      routes(route("/a", "none")),
      ["high: cart answers GET /a to anybody; before: jwt"],
    ],
    [
      "is new in the blueprint",
      routes(route("/a", "jwt")),
      routes(route("/a", "jwt"), route("/b", "none")),
      ["high: cart answers GET /b to anybody; before: no such route"],
    ],
    [
      "comes with its service",
      { blueprints: { "shop/prod": {} } },
      routes(route("/a", "jwt"), route("/b", "none")),
      ["high: cart answers GET /b to anybody; before: no such route"],
    ],
    ["comes with its environment", { blueprints: {} }, routes(route("/b", "none")), []],
    [
      "is cached for longer",
      routes({ ...route("/a", "none"), cache: "1m" }),
      routes({ ...route("/a", "none"), cache: "2m" }),
      [],
    ],
    ["is gone", routes(route("/a", "none"), route("/b", "jwt")), routes(route("/b", "jwt")), []],
    ["asks for more", routes(route("/a", "jwt")), routes(route("/a", "jwt+mfa")), []],
  ];
  test.each(cases)("%s", (_, before, after, expected) => {
    expect(said(publicWithoutAuthentication, before, after)).toEqual(expected);
  });

  test("is told once where the output shows it, and by no other rule", () => {
    const before = { ...objects(rule(["/a"], user)), ...routes(route("/a", "jwt")) };
    const after = { ...objects(rule(["/a"], anybody)), ...routes(route("/a", "none")) };
    expect(publicWithoutAuthentication.judge(evidence(before, after))).toHaveLength(1);
    expect(said(networkOpened, before, after)).toEqual([]);
  });
});

describe("tokens", () => {
  const tokens = (...jwtRules: JsonObject[]): Given =>
    application([deployment, kube("RequestAuthentication", "tokens", { spec: { jwtRules } }, "security.istio.io/v1")]);
  const shop = { issuer: "https://login.example", audiences: ["shop"] };
  test.each<[string, Given, Given, string[]]>([
    [
      "of any audience",
      tokens(shop),
      tokens({ issuer: shop.issuer }),
      [
        "high: RequestAuthentication shop/tokens now believes tokens of https://login.example for any audience; before for shop",
      ],
    ],
    [
      "of another issuer",
      tokens(shop),
      tokens(shop, { issuer: "https://other.example" }),
      [
        "high: RequestAuthentication shop/tokens now believes tokens of https://other.example; before: https://login.example",
      ],
    ],
    ["of one issuer fewer", tokens(shop, { issuer: "https://other.example" }), tokens(shop), []],
    [
      "that nobody looks at any more",
      tokens(shop),
      application([deployment]),
      ["medium: RequestAuthentication shop/tokens is gone: tokens of https://login.example are not looked at any more"],
    ],
  ])("%s", (_, before, after, expected) => {
    expect(said(publicWithoutAuthentication, before, after)).toEqual(expected);
  });
});
