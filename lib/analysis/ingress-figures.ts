import type { Graph } from "../estate/graph.ts";
import { at, list, text, texts } from "../estate/json.ts";
import type { Node } from "../estate/node.ts";
import type { Analysis, Subject, Table } from "./analysis.ts";

const NOWHERE = "nowhere";

/** The nodes of the deployment's environment. */
const nodes = ({ graph, deployment }: Subject, kind: "resource" | "object", type: string): readonly Node[] =>
  graph.ofType(kind, type).filter(({ environment }) => environment === deployment.environment);

/** The number that an alert compares with. */
function thresholdOf(subject: Subject, figure: string): string {
  const [rule] = nodes(subject, "object", "PrometheusRule")
    .flatMap(({ body }) => list(at(body, "spec", "groups")))
    .flatMap((group) => list(at(group, "rules")))
    .filter((one) => at(one, "labels", "figure") === figure);
  const [, threshold] = / > ([\d.]+)$/.exec(text(at(rule, "expr")) ?? "") ?? [];
  return threshold === undefined ? NOWHERE : `${threshold} ms`;
}

/** What the gateway's and the sidecars' limits answer with, besides 429. */
function refusal(subject: Subject): string {
  const [header] = nodes(subject, "object", "EnvoyFilter")
    .flatMap(({ body }) => list(at(body, "spec", "configPatches")))
    .flatMap((patch) => list(at(patch, "patch", "value", "typed_config", "response_headers_to_add")))
    .map((one) => text(at(one, "header", "key")));
  return header === undefined ? NOWHERE : `HTTP 429 with ${header}`;
}

/** For how long a pod that fails is left alone. */
function openFor(subject: Subject): string {
  const [found] = nodes(subject, "object", "EnvoyFilter")
    .flatMap(({ body }) => list(at(body, "spec", "configPatches")))
    .flatMap((patch) => text(at(patch, "patch", "value", "outlier_detection", "base_ejection_time")) ?? []);
  return found ?? NOWHERE;
}

/** Life of an access token, in minutes where the client says so. */
function tokenLife(subject: Subject): string {
  const [client] = nodes(subject, "resource", "aws_cognito_user_pool_client").filter(({ body }) =>
    texts(body["allowed_oauth_flows"]).includes("code"),
  );
  const life = client?.body["access_token_validity"];
  return life === undefined ? "the issuer's own" : `${String(life)} min`;
}

/** Where tokens' keys come from: fetched once by the mesh's control plane, or asked for with each request. */
function keysOf(subject: Subject): string {
  const rules = nodes(subject, "object", "RequestAuthentication").flatMap(({ body }) =>
    list(at(body, "spec", "jwtRules")),
  );
  return rules.some((rule) => text(at(rule, "jwksUri")) !== undefined) ? "< 1 ms: keys in memory" : NOWHERE;
}

/** The eight figures of the ingress with what the output says of each. Catalogue: ingress.kpis.table. */
export const ingressFigures: Analysis = {
  id: "ingress-figures",
  title: "Figures of the ingress",
  of: (subject: Subject): Table => {
    const { workload, objectives } = subject.deployment.blueprint;
    const peak = workload?.peakRequestsPerSecond;
    return {
      columns: ["figure", "value"],
      rows: [
        ["throughput", peak === undefined ? NOWHERE : `${peak / 1_000_000}M req/s`],
        ["gateway overhead P99", thresholdOf(subject, "overhead")],
        ["JWT validation", keysOf(subject)],
        ["rate limit check", thresholdOf(subject, "limit-latency")],
        ["breaker open", openFor(subject)],
        ["rate exceeded", refusal(subject)],
        ["access token TTL", tokenLife(subject)],
        ["availability", objectives?.availability === undefined ? NOWHERE : `${objectives.availability} %`],
      ],
      notes: [
        "99.999 % is the edge's design goal; the gateway's own objective is that of the table of objectives.",
        "Where each pod counts for itself, no limiter is asked and no time is lost.",
      ],
    };
  },
};

/** What stands for a standard in an output. */
const STANDARDS: readonly (readonly [standard: string, find: (graph: Graph) => readonly Node[]])[] = [
  [
    "OAuth 2.0, RFC 6749",
    (graph) =>
      graph
        .ofType("resource", "aws_cognito_user_pool_client")
        .filter(({ body }) => texts(body["allowed_oauth_flows"]).includes("code")),
  ],
  [
    "PKCE, RFC 7636",
    (graph) =>
      graph
        .ofType("resource", "aws_cognito_user_pool_client")
        .filter(({ body }) => texts(body["allowed_oauth_flows"]).includes("code") && body["generate_secret"] !== true),
  ],
  ["JWT, RFC 7519", (graph) => graph.ofType("object", "RequestAuthentication")],
  [
    "FIDO2 / WebAuthn",
    (graph) =>
      graph
        .ofType("resource", "aws_cognito_user_pool")
        .filter(({ body }) => texts(at(body, "sign_in_policy", "allowed_first_auth_factors")).includes("WEB_AUTHN")),
  ],
  ["OpenAPI 3.1", (graph) => graph.ofType("object", "HTTPRoute")],
];

/** The standards that the ingress keeps to, and by what. Catalogue: ingress.kpis.standards. */
export const ingressStandards: Analysis = {
  id: "standards",
  title: "Standards of the ingress",
  of: (subject: Subject): Table => ({
    columns: ["standard", "by"],
    rows: STANDARDS.map(([standard, find]) => {
      const [first] = find(subject.graph).filter(({ environment }) => environment === subject.deployment.environment);
      return [standard, first === undefined ? NOWHERE : `${first.unit} ${first.address}`];
    }),
    notes: [
      "Public clients have no secret, so Cognito lets them in with PKCE alone.",
      "Routes are what an OpenAPI 3.1 document has under `paths`; the document itself is each service's own.",
    ],
  }),
};
