import type { Problem } from "./problem.ts";
import type { ResolvedBlueprint } from "./resolved.ts";
import { ambiguous, routesOf } from "./routes.ts";

/** Routes of which nobody could say where a request goes, or who may send it. */
export function routeProblems(
  blueprint: ResolvedBlueprint,
): (Omit<Problem, "path"> & { readonly at: readonly string[] })[] {
  const routes = routesOf(blueprint);
  const findings = routes.flatMap((route, index) =>
    routes
      .slice(index + 1)
      .filter((other) => other.method === route.method && ambiguous(route.path, other.path))
      .map((other) => ({
        at: ["services", other.service, "routes", String(other.index), "path"],
        code: "overlapping-routes",
        message: `a ${other.method} request could match this route and ${route.path} of ${route.service}`,
        given: other.path,
        fix: "give one of them another path or method",
      })),
  );
  const jwt =
    blueprint.layers.ingress.jwt === undefined ? routes.find(({ auth }) => auth.startsWith("jwt")) : undefined;
  const missingIssuer =
    jwt === undefined
      ? []
      : [
          {
            at: ["services", jwt.service, "routes", String(jwt.index), "auth"],
            code: "missing-issuer",
            message: "the route wants a token, and layers.ingress.jwt names no issuer",
            given: jwt.auth,
            fix: "add layers.ingress.jwt with issuer and audiences",
          },
        ];
  return [...findings, ...missingIssuer];
}
