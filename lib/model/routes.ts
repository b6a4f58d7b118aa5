import type { z } from "zod";
import type { Rate } from "./quantities.ts";
import { oncePer } from "./reads.ts";
import type { ResolvedBlueprint, ResolvedRoute } from "./resolved.ts";
import type { limitStrategy } from "./service.ts";

/** A route with the service that answers it. */
export interface ServiceRoute extends ResolvedRoute {
  readonly service: string;
  /** Position in the service's list. */
  readonly index: number;
}

/** A limit with its defaults. */
export interface Limit {
  readonly rate: Rate;
  readonly strategy: z.infer<typeof limitStrategy>;
  readonly burst?: number | undefined;
}

/** The limit of a route for each caller. Undefined when it has none. */
export function limitOf({ rateLimit }: ResolvedRoute): Limit | undefined {
  if (rateLimit === "unlimited") return undefined;
  return typeof rateLimit === "string"
    ? { rate: rateLimit, strategy: "fixed-window" }
    : { ...rateLimit, strategy: rateLimit.strategy ?? "fixed-window" };
}

/** All routes of a blueprint, the more specific before the less. */
export const routesOf = oncePer((blueprint: ResolvedBlueprint): readonly ServiceRoute[] =>
  Object.entries(blueprint.services)
    .flatMap(([service, { routes }]) =>
      routes.map((route, index) => ({ rank: specificity(route.path), route: { ...route, service, index } })),
    )
    .sort(
      (a, b) =>
        compareKeys(a.rank, b.rank) ||
        compareKeys(a.route.path, b.route.path) ||
        (a.route.method < b.route.method ? -1 : 1),
    )
    .map(({ route }) => route),
);

/** Path under which the service of a route gets its requests. */
export const servedPath = (route: Pick<ResolvedRoute, "path" | "transform">): string =>
  route.transform?.path ?? route.path;

/** Whether a route's responses go on for as long as both sides want to: no deadline, no second try. */
export const endless = ({ protocol, streaming }: ResolvedRoute): boolean =>
  protocol === "websocket" || protocol === "sse" || streaming === true;

/** Routes whose requests a service gets: its own, and those of which it answers a part. */
export const routesTo = (blueprint: ResolvedBlueprint, service: string): ServiceRoute[] =>
  Object.entries(blueprint.services).flatMap(([owner, { routes }]) =>
    routes.flatMap((route, index) =>
      owner === service || route.split?.[service] !== undefined ? [{ ...route, service: owner, index }] : [],
    ),
  );

/** Services that answer a route, with the percent of its requests that each gets. */
export const weightsOf = (route: ServiceRoute): readonly (readonly [service: string, weight: number])[] => {
  const others = Object.entries(route.split ?? {});
  return [[route.service, others.reduce((left, [, weight]) => left - weight, 100)], ...others];
};

const segments = (path: string): string[] => path.split("/").slice(1);
const isParameter = (segment: string): boolean => segment.startsWith("{");

/** Sorts literals before parameters before a rest, segment by segment, and long paths before short ones. */
function specificity(path: string): string {
  return segments(path)
    .map((segment) => (segment.endsWith("*") ? "2" : isParameter(segment) ? "1" : "0"))
    .join("")
    .concat("3");
}

const compareKeys = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Whether one request could match both paths and neither is plainly the more specific. */
export function ambiguous(a: string, b: string): boolean {
  const left = segments(a);
  const right = segments(b);
  const restA = left.at(-1)?.endsWith("*") === true;
  const restB = right.at(-1)?.endsWith("*") === true;
  if (left.length !== right.length || restA !== restB) return false;
  let leftWins = false;
  let rightWins = false;
  for (const [index, one] of left.entries()) {
    const other = right[index] ?? "";
    const oneOpen = isParameter(one);
    const otherOpen = isParameter(other);
    if (!oneOpen && !otherOpen && one !== other) return false;
    if (!oneOpen && otherOpen) leftWins = true;
    if (oneOpen && !otherOpen) rightWins = true;
  }
  return leftWins === rightWins;
}

/** The path as an RE2 expression, for meshes and gateways. */
export function pathExpression(path: string): string {
  const body = segments(path)
    .map((segment) => (isParameter(segment) ? "[^/]+" : segment.replace(/[.~]/g, "\\$&").replace(/\*$/, ".*")))
    .join("/");
  return `/${body}`;
}

/** How a path is matched: exactly, by prefix, or by expression when it has parameters. */
export function matchOf(path: string): {
  readonly type: "Exact" | "PathPrefix" | "RegularExpression";
  readonly value: string;
} {
  if (path.includes("{")) return { type: "RegularExpression", value: pathExpression(path) };
  if (path.endsWith("/*")) return { type: "PathPrefix", value: path.slice(0, -2) || "/" };
  return path.endsWith("*")
    ? { type: "RegularExpression", value: pathExpression(path) }
    : { type: "Exact", value: path };
}
