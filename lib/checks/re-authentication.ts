import { namespaceOf } from "../estate/cluster-edges.ts";
import type { Graph } from "../estate/graph.ts";
import { at, list, texts } from "../estate/json.ts";
import type { Node } from "../estate/node.ts";
import { arePreflights } from "../estate/preflights.ts";
import type { Deployments } from "../model/deployment.ts";
import type { ResolvedBlueprint } from "../model/resolved.ts";
import { servedPath } from "../model/routes.ts";
import { error, type Finding } from "./finding.ts";
import { GATEWAYS } from "./platform-namespaces.ts";

/**
 * Every request from outside is authenticated anew by the service that it is for: a rule that admits the gateway asks for a
 * verified token, unless the blueprint says that the route is public, or asks for a key. What browsers ask before a request is
 * none. Catalogue: client.patterns.re-auth.
 */
export function reAuthentication(graph: Graph, deployments: Deployments): Finding[] {
  return graph.ofType("object", "AuthorizationPolicy").flatMap((policy) => {
    const blueprint = blueprintOf(deployments, policy);
    return blueprint === undefined || besideGateway(policy)
      ? []
      : list(at(policy.body, "spec", "rules"))
          .filter((rule) => admitsGateway(rule) && !asksForToken(rule) && !letsInPreflights(rule))
          .flatMap((rule) => pathsOf(rule).filter((path) => !mayLackToken(blueprint, rule, path)))
          .map((path) =>
            error(
              "route-without-token",
              policy.unit,
              `a request for ${path} is let in without a verified token, and no route of the blueprint says that it may be`,
              policy.address,
              'give the route `auth: "none"` where everybody may call it, or name the issuer in layers.ingress.jwt',
            ),
          );
  });
}

function blueprintOf(
  deployments: Deployments,
  { blueprint, environment, region }: Node,
): ResolvedBlueprint | undefined {
  const deployment = deployments.all.find((one) => one.name === blueprint && one.environment === environment);
  return deployment?.regions.find((one) => one.region.code === region)?.blueprint;
}

/** What stands beside the gateway is asked by it, never by a caller through it. */
const besideGateway = (policy: Node): boolean => namespaceOf(policy) === GATEWAYS;

/** Whether a rule is for what comes through a gateway. */
const admitsGateway = (rule: unknown): boolean =>
  sourcesOf(rule).some((source) => texts(at(source, "principals")).some((one) => one.includes(`/ns/${GATEWAYS}/`)));

const asksForToken = (rule: unknown): boolean =>
  sourcesOf(rule).every((source) => texts(at(source, "requestPrincipals")).length > 0);

/** A preflight has no data, and a token never: what follows it has. */
const letsInPreflights = (rule: unknown): boolean =>
  arePreflights(
    list(at(rule, "to")).map((to) => at(to, "operation")),
    list(at(rule, "when")),
  );

const sourcesOf = (rule: unknown): readonly unknown[] => list(at(rule, "from")).map((from) => at(from, "source"));

/** Paths of a rule; every path where it names none. */
function pathsOf(rule: unknown): readonly string[] {
  const paths = list(at(rule, "to")).flatMap((to) => texts(at(to, "operation", "paths")));
  return paths.length === 0 ? ["/*"] : paths;
}

/** Whether a route with this path is public, or asks for a key that the rule asks for too. */
function mayLackToken({ services }: ResolvedBlueprint, rule: unknown, path: string): boolean {
  const asksForKey = list(at(rule, "when")).some((one) => at(one, "key") === "request.headers[x-api-key]");
  return Object.values(services).some(({ routes }) =>
    routes.some(
      (route) =>
        comparable(servedPath(route)) === comparable(path) &&
        (route.auth === "none" || (route.auth === "api-key" && asksForKey)),
    ),
  );
}

/** A path without the names of its parameters, which the mesh does not keep. */
const comparable = (path: string): string => path.replace(/\{\*?\*?[A-Za-z0-9]*\}/g, "{}").replace(/(?:\{\}|\*)$/, "*");
