import { nearest, type Problem } from "./problem.ts";
import type { ResolvedBlueprint } from "./resolved.ts";

type Finding = Omit<Problem, "path"> & { readonly at: readonly string[] };

/** What streams say about services that do not consume them. */
export const streamProblems = ({ streams, services }: ResolvedBlueprint): Finding[] =>
  Object.entries(streams).flatMap(([name, stream]): Finding[] => {
    if (stream.kind !== "fanOut") return [];
    const consumers = Object.entries(services).flatMap(([service, { uses }]) =>
      uses[name]?.includes("consume") ? [service] : [],
    );
    return Object.keys(stream.filters)
      .filter((service) => !consumers.includes(service))
      .map((service) => {
        const meant = nearest(service, consumers);
        return {
          at: ["streams", name, "filters", service],
          code: "unknown-consumer",
          message: `no service of this name consumes "${name}"`,
          given: service,
          allowed: consumers,
          ...(meant === undefined ? {} : { nearest: meant }),
          fix: meant === undefined ? "let it consume the stream, or remove the filter" : `write "${meant}"`,
        };
      });
  });
