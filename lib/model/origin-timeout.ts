import type { Problem } from "./problem.ts";
import { type Duration, milliseconds, seconds } from "./quantities.ts";
import type { ResolvedBlueprint } from "./resolved.ts";
import { endless } from "./routes.ts";

/** Seconds that the CDN waits for the next byte of an answer: as it does by itself, and at most without a quota of its own. */
export const ORIGIN_TIMEOUT = { least: 30, most: 60 } as const;

/** Services that the gateway gives a time to answer in, with that time. Streams have none. */
const deadlines = ({ services }: ResolvedBlueprint): readonly (readonly [service: string, timeout: Duration])[] =>
  Object.entries(services).flatMap(([name, { routes, traffic }]) =>
    routes.some((route) => !endless(route)) ? [[name, traffic.timeout] as const] : [],
  );

/** Seconds that the CDN has to wait for the slowest answer of a product. */
export const originTimeout = (blueprint: ResolvedBlueprint): number =>
  Math.max(ORIGIN_TIMEOUT.least, ...deadlines(blueprint).map(([, timeout]) => Math.ceil(seconds(timeout))));

/** Services that may take longer than the CDN waits: their callers would get an error while they still answer. */
export const slowProblems = (blueprint: ResolvedBlueprint): (Omit<Problem, "path"> & { at: readonly string[] })[] =>
  blueprint.layers.edge.domain === undefined
    ? []
    : deadlines(blueprint)
        .filter(([, timeout]) => milliseconds(timeout) > ORIGIN_TIMEOUT.most * 1000)
        .map(([service, timeout]) => ({
          at: ["services", service, "traffic", "timeout"],
          code: "slower-than-cdn",
          message: `its routes are behind the CDN, which waits ${ORIGIN_TIMEOUT.most} seconds for an answer`,
          given: timeout,
          allowed: [`${ORIGIN_TIMEOUT.most}s or less`],
          fix: `write "${ORIGIN_TIMEOUT.most}s", and have clients ask again or hear of what took longer by a stream`,
        }));
