import { at, list, object, text, texts } from "../estate/json.ts";
import type { Node } from "../estate/node.ts";
import { isPreflightRoute } from "../estate/preflights.ts";
import type { Analysis, Subject, Table } from "./analysis.ts";
import { primaryNodes } from "./own-nodes.ts";

/**
 * Every route as it was synthesized: what the gateway takes, who may send it, how often, and how long its answer is kept.
 * Catalogue: ingress.routing-table.table.
 */
export const routingTable: Analysis = {
  id: "routes",
  title: "What the gateway takes from outside",
  of: (subject: Subject): Table => ({
    columns: ["method", "path", "service", "auth", "per minute", "cache", "notes"],
    rows: [...primaryNodes(subject, "object", "HTTPRoute"), ...primaryNodes(subject, "object", "GRPCRoute")].flatMap(
      (route) =>
        list(at(route.body, "spec", "rules"))
          // What browsers ask before a request is no row of its own, nor is what is sent to another host.
          .filter((rule) => !isPreflightRoute(rule) && list(at(rule, "backendRefs")).length > 0)
          // A second rule for the same path is the same row for those who want a stream.
          .filter(
            (rule) =>
              !texts(list(at(firstMatch(rule), "headers")).map((header) => at(header, "name"))).includes("Accept"),
          )
          .map((rule) => rowOf(subject, route, rule)),
    ),
    notes: ["/health and /metrics have no row: no gateway has them, and the mesh lets in the platform's own alone"],
  }),
};

const firstMatch = (rule: unknown): unknown => list(at(rule, "matches"))[0];

/** The host of a route that has one of its own; others have every name of the domain. */
function ownHostOf({ body }: Node): string | undefined {
  const [host, ...others] = texts(at(body, "spec", "hostnames"));
  return others.length === 0 ? host : undefined;
}

/** Method and path of a rule; every call of gRPC is a POST to its service and method. */
function askedBy(match: unknown): readonly [method: string, path: string] {
  const called = object(at(match, "method"));
  const [service, method] = [text(called["service"]), text(called["method"])];
  return service === undefined
    ? [text(at(match, "method")) ?? "", text(at(match, "path", "value")) ?? ""]
    : ["POST", `/${service}${method === undefined ? "" : `/${method}`}`];
}

function rowOf(subject: Subject, route: Node, rule: unknown): string[] {
  const host = ownHostOf(route);
  const [method, path] = askedBy(firstMatch(rule));
  const service = text(at(list(at(rule, "backendRefs"))[0], "name")) ?? "";
  const rewritten = list(at(rule, "filters")).map((filter) =>
    text(at(filter, "urlRewrite", "path", "replaceFullPath")),
  );
  const served = rewritten.find((one) => one !== undefined) ?? path;
  return [
    method,
    path,
    service,
    meshed(subject, text(at(route.body, "metadata", "namespace")))
      ? authOf(subject, service, host, method, served)
      : "none",
    limitOf(subject, service, method, path),
    cacheOf(rule),
    [...(host === undefined ? [] : [`on ${host}`]), ...notesOf(rule)].join("; "),
  ];
}

/** Whether pods of a namespace have sidecars: without one nothing asks who sends. */
const meshed = (subject: Subject, namespace: string | undefined): boolean =>
  primaryNodes(subject, "object", "Namespace").some(
    ({ body }) =>
      at(body, "metadata", "name") === namespace && at(body, "metadata", "labels", "istio-injection") === "enabled",
  );

/** Who may take a route, by the policy of its service. */
function authOf(subject: Subject, service: string, host: string | undefined, method: string, path: string): string {
  const [rule] = primaryNodes(subject, "object", "AuthorizationPolicy")
    .filter(({ body }) => at(body, "metadata", "name") === service)
    .flatMap(({ body }) => list(at(body, "spec", "rules")))
    .filter((one) =>
      list(at(one, "to")).some((to) => {
        const operation = object(at(to, "operation"));
        const hosts = texts(operation["hosts"]);
        return (
          (host === undefined ? hosts.length === 0 : hosts.includes(host)) &&
          texts(operation["methods"]).includes(method) &&
          texts(operation["paths"]).some((own) => covers(own, path))
        );
      }),
    );
  if (rule === undefined) return "refused";
  const keys = list(at(rule, "when")).map((condition) => text(at(condition, "key")));
  if (keys.includes("request.headers[x-api-key]")) return "API key";
  if (texts(at(list(at(rule, "from"))[0], "source", "requestPrincipals")).length === 0) return "none";
  return keys.includes("request.auth.claims[amr]") ? "JWT+MFA" : "JWT";
}

/** Whether a path of the mesh's policies is that of the gateway's, whose expressions and prefixes it writes in its own way. */
const covers = (policy: string, gateway: string): boolean =>
  policy.replaceAll("{*}", "[^/]+").replace(/\/\*$/, "") === gateway;

/** Requests a minute of one caller, wherever they are counted. */
function limitOf(subject: Subject, service: string, method: string, path: string): string {
  const local = primaryNodes(subject, "object", "EnvoyFilter")
    .filter(({ body }) => at(body, "metadata", "name") === `${service}-rate-limits`)
    .flatMap(({ body }) => list(at(body, "spec", "configPatches")))
    .flatMap((patch) => list(at(patch, "patch", "value", "typed_config", "descriptors")))
    .find((descriptor) => sameRoute(text(at(list(at(descriptor, "entries"))[0], "value")) ?? "", method, path));
  if (local === undefined) return sharedLimitOf(subject, method, path);
  const bucket = object(at(local, "token_bucket"));
  const interval = Number.parseFloat(text(bucket["fill_interval"]) ?? "60");
  return String(Math.round((Number(bucket["tokens_per_fill"]) * 60) / interval));
}

/** The limit that the platform's limiter has for a route. */
function sharedLimitOf(subject: Subject, method: string, path: string): string {
  const [rules] = subject.graph
    .ofType("object", "ConfigMap")
    .filter(
      ({ environment, body }) =>
        environment === subject.deployment.environment && at(body, "metadata", "name") === "rate-limiter-rules",
    );
  const written = text(at(rules?.body, "data", "gateway.yaml"));
  const descriptors: readonly unknown[] = written === undefined ? [] : list(at(JSON.parse(written), "descriptors"));
  const found = descriptors.find((one) =>
    sameRoute((text(at(one, "value")) ?? "").replace(`${subject.deployment.name} `, ""), method, path),
  );
  const limit = object(at(list(at(found, "descriptors"))[0], "rate_limit"));
  const perMinute = { second: 60, minute: 1, hour: 1 / 60 }[text(limit["unit"]) ?? ""];
  return perMinute === undefined ? "unlimited" : String(Math.ceil(Number(limit["requests_per_unit"]) * perMinute));
}

/** Whether a limit's route, with its parameters in braces, is that of a rule of the gateway. */
const sameRoute = (limit: string, method: string, path: string): boolean =>
  limit
    .replace(/\/\/[^/]+/, "")
    .replaceAll(/\{[^}]+\}/g, "[^/]+")
    .replace(/\/\*$/, "") === `${method} ${path}`;

/** Seconds that an answer may be kept. */
function cacheOf(rule: unknown): string {
  const control = list(at(rule, "filters"))
    .flatMap((filter) => list(at(filter, "responseHeaderModifier", "set")))
    .find((header) => at(header, "name") === "Cache-Control");
  return /max-age=(\d+)/.exec(text(at(control, "value")) ?? "")?.[1] ?? "0";
}

function notesOf(rule: unknown): string[] {
  const headers = list(at(firstMatch(rule), "headers")).map((header) => `${text(at(header, "name"))} required`);
  const split = list(at(rule, "backendRefs"));
  const shares =
    split.length > 1 ? [split.map((one) => `${text(at(one, "name"))} ${at(one, "weight")} %`).join(", ")] : [];
  const ends = list(at(rule, "filters"))
    .flatMap((filter) => list(at(filter, "responseHeaderModifier", "set")))
    .filter((header) => at(header, "name") === "Sunset")
    .map((header) => `ends ${text(at(header, "value"))}`);
  return [...headers, ...shares, ...ends];
}
