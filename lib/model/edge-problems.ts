import { CONTENT_PATHS } from "./content-paths.ts";
import { nearest, type Problem } from "./problem.ts";
import type { ResolvedBlueprint } from "./resolved.ts";
import { routesOf } from "./routes.ts";

type EdgeProblem = Omit<Problem, "path"> & { readonly at: readonly string[] };

const EDGE = ["layers", "edge"];

/** Settings of what the CDN serves that the rest of the blueprint contradicts. */
export const edgeProblems = (blueprint: ResolvedBlueprint): EdgeProblem[] => [
  ...withoutBucket(blueprint),
  ...imageService(blueprint),
  ...withoutPages(blueprint),
  ...guardedNothing(blueprint),
];

/** What is kept in the bucket needs one. */
function withoutBucket({ layers }: ResolvedBlueprint): EdgeProblem[] {
  const { staticAssets, contents = {}, frontends } = layers.edge;
  if (staticAssets) return [];
  const fromBucket = Object.keys(contents).filter((kind) => kind !== "pages" || contents.pages?.from !== "gateway");
  const asking = [...fromBucket.map((kind) => ["contents", kind]), ...(frontends === undefined ? [] : [["frontends"]])];
  return asking.map((at) => ({
    at: [...EDGE, ...at],
    code: "no-static-assets",
    message: "it is served from the bucket of static assets, and there is none",
    fix: "set layers.edge.staticAssets",
  }));
}

/** The service that makes images answers for their paths. */
function imageService(blueprint: ResolvedBlueprint): EdgeProblem[] {
  const given = blueprint.layers.edge.contents?.images?.service;
  if (given === undefined) return [];
  const at = [...EDGE, "contents", "images", "service"];
  const services = Object.keys(blueprint.services);
  if (!services.includes(given)) {
    const near = nearest(given, services);
    return [
      {
        at,
        code: "unknown-service",
        message: "no service is named so",
        given,
        allowed: services,
        ...(near === undefined ? {} : { nearest: near }),
        fix: near === undefined ? "name a service, or leave it out" : `write "${near}"`,
      },
    ];
  }
  const paths = (blueprint.layers.edge.contents?.images?.paths ?? CONTENT_PATHS.images).map(beginning);
  const routes = routesOf(blueprint).filter(({ service }) => service === given);
  if (routes.some((route) => paths.some((path) => route.path.startsWith(path)))) return [];
  return [
    {
      at,
      code: "no-route-for-images",
      message: `${given} has no route for ${paths.join(" or ")}, so only the originals would be served`,
      given,
      fix: `add a route such as { path: "${paths[0]}*", auth: "none", cache: "1d" } to ${given}`,
    },
  ];
}

const beginning = (pattern: string): string => pattern.split("*")[0] ?? pattern;

/** What pages differ by needs pages. */
function withoutPages({ layers }: ResolvedBlueprint): EdgeProblem[] {
  const { contents, functions = {} } = layers.edge;
  if (contents?.pages !== undefined) return [];
  return (["experiments", "personalise"] as const).flatMap((setting) =>
    functions[setting] === undefined
      ? []
      : [
          {
            at: [...EDGE, "functions", setting],
            code: "no-pages",
            message: "pages differ by it, and the CDN keeps none",
            fix: "add layers.edge.contents.pages",
          },
        ],
  );
}

/** A token guards kinds of content that there are. */
function guardedNothing({ layers }: ResolvedBlueprint): EdgeProblem[] {
  const { contents = {}, functions } = layers.edge;
  return (functions?.tokens?.for ?? [])
    .filter((kind) => contents[kind] === undefined)
    .map((kind) => ({
      at: [...EDGE, "functions", "tokens", "for"],
      code: "unguarded-content",
      message: "a token is asked for content that the CDN does not keep",
      given: kind,
      fix: `add layers.edge.contents.${kind}, or leave it out`,
    }));
}
