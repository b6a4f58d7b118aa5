import { matches } from "../../model/content-paths.ts";
import type { Place } from "../../model/place.ts";
import { InvalidInput } from "../../model/problem.ts";
import { routesOf } from "../../model/routes.ts";

/**
 * The CDN chooses by path alone: what it keeps for the domain it would answer on every other host too.
 *
 * @param kept patterns of what is answered from cache or from a bucket
 * @throws InvalidInput when a route with a host of its own has such a path
 */
export function refuseShadowedHosts(place: Place, kept: readonly string[]): void {
  const { name, environment } = place.deployment;
  const problems = routesOf(place.blueprint).flatMap(({ host, path, service, index }) => {
    if (host === undefined) return [];
    const pattern = kept.find((one) => covers(one, path));
    return pattern === undefined
      ? []
      : [
          {
            code: "shadowed-host",
            path: `${name}.services.${service}.routes.${index}.path`,
            environment,
            layer: "edge",
            message: `the CDN keeps what matches ${pattern} for the domain, and would answer ${host} with it`,
            given: path,
            fix: "write another path",
          },
        ];
  });
  if (problems.length > 0) throw new InvalidInput(problems);
}

/** Whether a request along a route would match a pattern of the CDN. */
const covers = (pattern: string, path: string): boolean =>
  matches(pattern, path.replace(/\{[^}]+\}/g, "x").replace(/\*$/, "x"));
