import type { Problem } from "./problem.ts";
import type { ResolvedBlueprint } from "./resolved.ts";

type Finding = Omit<Problem, "path"> & { readonly at: readonly string[] };

/** What partners ask for and could not be given. */
export function partnerProblems({ layers, services }: ResolvedBlueprint): Finding[] {
  const { apps, identity, partners } = layers.client;
  const api = partners?.api;
  const at = ["layers", "client", "partners", "api"];
  const tiers = Object.keys(api?.tiers ?? {});
  const routes = Object.values(services).flatMap((service) => service.routes);
  return [
    ...Object.entries(apps).flatMap(([name, app]): Finding[] =>
      app.kind !== "partner" || app.tier === undefined || tiers.includes(app.tier)
        ? []
        : [
            {
              at: ["layers", "client", "apps", name, "tier"],
              code: "unknown-tier",
              message: "layers.client.partners.api has no such tier",
              given: app.tier,
              allowed: tiers,
              fix: "name one of them, or add it there",
            },
          ],
    ),
    ...(api === undefined || identity?.provider === "cognito"
      ? []
      : [
          {
            at,
            code: "no-tokens",
            message: "partners' tokens come from the product's own identity provider, and it has none",
            given: identity?.provider ?? "no identity",
            allowed: ["cognito"],
            fix: 'write layers.client.identity.provider: "cognito"',
          },
        ]),
    ...(api === undefined || routes.some(({ path, auth }) => path === `${api.path}/*` && auth === "api-key")
      ? []
      : [
          {
            at: [...at, "path"],
            code: "no-way-on",
            message: "requests of partners go on to a route of the product, and there is none",
            given: api.path,
            fix: `add a route to a service with path "${api.path}/*" and auth "api-key"`,
          },
        ]),
  ];
}
