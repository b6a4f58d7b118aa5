import type { Problem } from "./problem.ts";
import type { ResolvedBlueprint } from "./resolved.ts";

type Finding = Omit<Problem, "path"> & { readonly at: readonly string[] };

/** What stores ask for and their engine does not have. */
export const storeProblems = ({ data }: ResolvedBlueprint): Finding[] =>
  Object.entries(data).flatMap(([name, store]): Finding[] =>
    store.kind === "relational" && store.engine === "mysql" && store.extensions.length > 0
      ? [
          {
            at: ["data", name, "extensions"],
            code: "no-extensions",
            message: "MySQL has no extensions",
            given: store.extensions.join(", "),
            allowed: ["an empty list"],
            fix: 'remove them, or write engine "postgres"',
          },
        ]
      : [],
  );
