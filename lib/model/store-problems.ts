import type { Problem } from "./problem.ts";
import type { ResolvedBlueprint, ResolvedStore } from "./resolved.ts";

type Finding = Omit<Problem, "path"> & { readonly at: readonly string[] };

/** What stores ask for and their engine does not have. */
export const storeProblems = ({ data }: ResolvedBlueprint): Finding[] =>
  Object.entries(data).flatMap(([name, store]) =>
    problemsOf(store).map(({ at, ...problem }) => ({ at: ["data", name, ...at], ...problem })),
  );

function problemsOf(store: ResolvedStore): Finding[] {
  if (store.kind === "relational" && store.engine === "mysql" && store.extensions.length > 0)
    return [
      {
        at: ["extensions"],
        code: "no-extensions",
        message: "MySQL has no extensions",
        given: store.extensions.join(", "),
        allowed: ["an empty list"],
        fix: 'remove them, or write engine "postgres"',
      },
    ];
  if (store.kind === "memcached" && (store.classification === "confidential" || store.classification === "restricted"))
    return [
      {
        at: ["classification"],
        code: "unprotected-store",
        message: "Memcached knows no users and does not encrypt what it holds",
        given: store.classification,
        allowed: ["public", "internal"],
        fix: 'write engine "valkey", or keep such data out of it',
      },
    ];
  return [];
}
