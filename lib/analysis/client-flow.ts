import { at, list, object, text, texts } from "../estate/json.ts";
import type { Node } from "../estate/node.ts";
import type { Analysis, Subject, Table } from "./analysis.ts";
import { ownNodes } from "./own-nodes.ts";

/** Where a hop is in code of the client alone. */
export const IN_THE_CLIENT = "code of the client";
/** Where the output has nothing for a hop. */
export const MISSING = "missing";

/** What an output has for a hop: its address, and the figures that matter. */
type Found = readonly [address: string, detail: string] | undefined;
type Hop = readonly [hop: string, found: (subject: Subject) => Found];

/** What happens between a tap and business logic, in order. Catalogue: client.flow.steps. */
const HOPS: readonly Hop[] = [
  ["user action", () => [IN_THE_CLIENT, "tap, click, voice"]],
  ["UI component", () => [IN_THE_CLIENT, "event handler"]],
  ["state manager", () => [IN_THE_CLIENT, "store or view model"]],
  ["API client", () => [IN_THE_CLIENT, "request with its headers"]],
  ["local cache", () => [IN_THE_CLIENT, "looked at first, also offline"]],
  ["auth token", tokenOf],
  ["TLS 1.3 / QUIC", encryptionOf],
  ["CDN / edge", cacheOf],
  ["API gateway", gatewayOf],
  ["microservice", serviceOf],
];

/** The way of a request from a tap to a service, hop by hop, with what of the output each hop is. */
export const clientFlow: Analysis = {
  id: "client-flow",
  title: "From a tap to a service",
  of: (subject: Subject): Table => ({
    columns: ["step", "hop", "where", "detail"],
    rows: HOPS.map(([hop, find], index) => {
      const [where, detail] = find(subject) ?? [MISSING, "nothing in the output does this"];
      return [String(index + 1), hop, where, detail];
    }),
    notes: [
      "certificates are pinned by the apps: to the keys of the authorities, never to a certificate that is renewed",
    ],
  }),
};

function tokenOf(subject: Subject): Found {
  const client = ownNodes(subject, "resource", "aws_cognito_user_pool_client").find(({ body }) =>
    texts(body["allowed_oauth_flows"]).includes("code"),
  );
  const rules = ownNodes(subject, "object", "RequestAuthentication");
  const named = rules
    .flatMap(({ body }) => list(at(body, "spec", "jwtRules")))
    .flatMap((rule) => texts(at(rule, "issuer")));
  const issuer = named.length === 0 ? undefined : [...new Set(named)].join(" or ");
  if (client !== undefined) return [client.address, `JWT, checked against ${issuer ?? "no issuer yet"}`];
  return rules[0] === undefined ? undefined : [rules[0].address, `JWT of ${issuer ?? "?"}`];
}

/** The distribution of the product itself: one of files beside it is no part of this way. */
const distributionOf = (subject: Subject): Node | undefined =>
  ownNodes(subject, "resource", "aws_cloudfront_distribution").find(({ layer }) => layer === "edge");

function encryptionOf(subject: Subject): Found {
  const distribution = distributionOf(subject);
  if (distribution === undefined) return undefined;
  const { body } = distribution;
  const quic = text(body["http_version"])?.includes("3") === true ? "HTTP/3 over QUIC" : "no QUIC";
  const least = text(object(first(body["viewer_certificate"]))["minimum_protocol_version"]) ?? "?";
  return [distribution.address, `${quic}, TLS 1.3, at least ${least}`];
}

function cacheOf(subject: Subject): Found {
  const distribution = distributionOf(subject);
  if (distribution === undefined) return undefined;
  const paths = list(distribution.body["ordered_cache_behavior"]).flatMap((one) => texts(at(one, "path_pattern")));
  return [distribution.address, paths.length === 0 ? "nothing is cached" : `cached: ${paths.join(", ")}`];
}

function gatewayOf(subject: Subject): Found {
  const [route] = routesOf(subject);
  if (route === undefined) return undefined;
  const limited = new Set(
    ownNodes(subject, "object", "EnvoyFilter").flatMap(({ part, body }) =>
      JSON.stringify(body).includes("ratelimit") ? [part] : [],
    ),
  );
  return [route.address, limited.size === 0 ? "no rate limit" : "routed, with a rate limit"];
}

function serviceOf(subject: Subject): Found {
  const called = new Set(routesOf(subject).flatMap(backendsOf));
  const all = ownNodes(subject, "object", "Deployment").filter(({ body }) =>
    called.has(text(at(body, "metadata", "name")) ?? ""),
  );
  const [one] = all;
  return one === undefined ? undefined : [one.address, `one of ${all.length} that are called from outside`];
}

const routesOf = (subject: Subject): readonly Node[] => [
  ...ownNodes(subject, "object", "HTTPRoute"),
  ...ownNodes(subject, "object", "GRPCRoute"),
];

const backendsOf = ({ body }: Node): readonly string[] =>
  list(at(body, "spec", "rules"))
    .flatMap((rule) => list(at(rule, "backendRefs")))
    .flatMap((ref) => texts(at(ref, "name")));

const first = (value: unknown): unknown => (Array.isArray(value) ? value[0] : value);
