import type { Problem } from "./problem.ts";
import type { ResolvedBlueprint } from "./resolved.ts";

type Finding = Omit<Problem, "path"> & { readonly at: readonly string[] };

/** What Sentry in the product's own cluster lacks, or would share with somebody. */
export function crashProblems({ layers, services }: ResolvedBlueprint): Finding[] {
  const { crashes } = layers.client;
  if (crashes?.tool !== "sentry") return [];
  const at = ["layers", "client", "crashes"];
  return [
    ...(layers.edge.domain === undefined
      ? [
          {
            at,
            code: "missing-domain",
            message: "clients report to a host below the product's domain, and there is none",
            given: crashes.tool,
            allowed: ["bugsnag", "crashlytics"],
            fix: "add layers.edge.domain, or report to a vendor",
          },
        ]
      : []),
    ...(layers.security.secrets[crashes.secret] === undefined
      ? [
          {
            at: [...at, "secret"],
            code: "unknown-secret",
            message: "the secret is not declared in layers.security.secrets",
            given: crashes.secret,
            allowed: Object.keys(layers.security.secrets),
            fix: "declare it",
          },
        ]
      : []),
    ...Object.entries(services).flatMap(([name, { isolation }]): Finding[] =>
      isolation === "crashes"
        ? [
            {
              at: ["services", name, "isolation"],
              code: "taken-namespace",
              message: "layers.client.crashes has this namespace, in which every pod reaches every other",
              given: isolation,
              fix: "choose another scope",
            },
          ]
        : [],
    ),
  ];
}
