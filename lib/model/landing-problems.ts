import { contentPaths, matches } from "./content-paths.ts";
import type { Problem } from "./problem.ts";
import type { ResolvedBlueprint } from "./resolved.ts";
import { pathExpression, routesOf } from "./routes.ts";

type Finding = Omit<Problem, "path"> & { readonly at: readonly string[] };

/** Paths to which people are sent after signing in or out, and that nothing of the product answers. */
export function landingProblems(blueprint: ResolvedBlueprint): Finding[] {
  const { client, edge } = blueprint.layers;
  // Without a domain there is no path at all: that is a problem of its own.
  if (edge.domain === undefined) return [];
  const served = servedPaths(blueprint);
  return Object.entries(client.apps).flatMap(([name, app]) =>
    app.kind === "iot" || app.kind === "partner"
      ? []
      : (["callbacks", "logouts"] as const).flatMap((list) =>
          (app[list] ?? []).flatMap((address, index): Finding[] => {
            const path = address.split("?")[0] ?? address;
            return !address.startsWith("/") || served.some(({ answers }) => answers(path))
              ? []
              : [
                  {
                    at: ["layers", "client", "apps", name, list, String(index)],
                    code: "unanswered-path",
                    message: `people are sent there after signing ${list === "callbacks" ? "in" : "out"}, and nothing of the product answers it`,
                    given: address,
                    allowed: served.map(({ told }) => told),
                    fix: `write a path below one of these, or add a GET route for ${path} with auth: "none"`,
                  },
                ];
          }),
        ),
  );
}

interface Served {
  /** How people are told of it. */
  readonly told: string;
  readonly answers: (path: string) => boolean;
}

/** What a browser that follows a link gets an answer from: content, static assets, what has moved, and routes on the domain. */
function servedPaths(blueprint: ResolvedBlueprint): Served[] {
  const { contents, functions, staticAssets } = blueprint.layers.edge;
  const kinds = contentPaths(contents).flatMap(([, paths]) => paths);
  // Frontends lie among static assets.
  const patterns = [...kinds, ...(staticAssets ? ["/static/*"] : [])];
  return [
    ...[...new Set(patterns)].map((pattern) => ({ told: pattern, answers: (path: string) => matches(pattern, path) })),
    ...Object.keys(functions?.redirects ?? {}).map((moved) => ({
      told: moved,
      answers: (path: string) => path === moved,
    })),
    ...routesOf(blueprint)
      // A link carries neither a token nor a key.
      .filter(({ method, host, auth }) => method === "GET" && host === undefined && auth === "none")
      .map((route) => {
        const expression = new RegExp(`^${pathExpression(route.path)}$`);
        return { told: route.path, answers: (path: string) => expression.test(path) };
      }),
  ];
}
