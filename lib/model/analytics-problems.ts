import { nearest, type Problem } from "./problem.ts";
import type { ResolvedBlueprint } from "./resolved.ts";

type Finding = Omit<Problem, "path"> & { readonly at: readonly string[] };

/** Services that settings of the analytics layer name and the blueprint does not have. */
export const analyticsProblems = ({ layers, services }: ResolvedBlueprint): Finding[] =>
  (layers.analytics?.profiles?.services ?? []).flatMap((service, index): Finding[] => {
    if (services[service] !== undefined) return [];
    const meant = nearest(service, Object.keys(services));
    return [
      {
        at: ["layers", "analytics", "profiles", "services", String(index)],
        code: "unknown-service",
        message: "the blueprint has no such service",
        given: service,
        allowed: Object.keys(services),
        ...(meant === undefined ? {} : { nearest: meant }),
        fix: meant === undefined ? "name one of them" : `write "${meant}"`,
      },
    ];
  });
