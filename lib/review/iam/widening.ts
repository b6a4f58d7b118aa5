import { implies, isAboutAll, isAboutSome } from "./containment.ts";
import type { Several, Statement } from "./statement.ts";

/** What a statement allows that was not allowed before: actions, each on each of the resources, to each of the principals. */
export interface Gain {
  readonly statement: Statement;
  readonly actions: readonly Several[];
  readonly resources: readonly Several[];
  readonly principals: readonly Several[];
  /** Statements that allowed it all along, on conditions that it need not meet any more. */
  readonly conditional: readonly Statement[];
}

/** What policies allow now and did not before. Order, splitting and merging of statements make no difference. */
export function gainsOf(before: readonly Statement[], after: readonly Statement[]): Gain[] {
  const allowed = before.filter(({ effect }) => effect === "Allow");
  const denied = after.filter(({ effect, conditions }) => effect === "Deny" && conditions.length === 0);
  return after
    .filter(({ effect }) => effect === "Allow")
    .flatMap((statement) => {
      const fresh = atomsOf(statement).filter(
        (atom) =>
          !allowed.some((one) => isAboutAll(one, atom) && implies(statement.conditions, one.conditions)) &&
          !denied.some((one) => isAboutAll(one, atom)),
      );
      return grouped(fresh).map(
        (atoms): Gain => ({
          statement,
          actions: distinct(atoms.map(({ actions }) => actions)),
          resources: distinct(atoms.map(({ resources }) => resources)),
          principals: distinct(atoms.map(({ principals }) => principals)),
          conditional: allowed.filter((one) => atoms.every((atom) => isAboutAll(one, atom))),
        }),
      );
    });
}

/**
 * Denials that policies made before and do not make any more.
 * @param allows whether something else may allow what these policies do not, such as the policy of an identity
 */
export function lostDenials(
  before: readonly Statement[],
  after: readonly Statement[],
  allows: "these" | "others",
): Statement[] {
  const denials = after.filter(({ effect }) => effect === "Deny");
  const allowed = after.filter(({ effect }) => effect === "Allow");
  return before
    .filter(({ effect }) => effect === "Deny")
    .filter((was) =>
      atomsOf(was).some(
        (atom) =>
          !denials.some((one) => isAboutAll(one, atom) && implies(was.conditions, one.conditions)) &&
          (allows === "others" || allowed.some((one) => isAboutSome(one, atom))),
      ),
    );
}

type Atom = Pick<Statement, "actions" | "resources" | "principals">;

/** A statement as one for each action, resource and principal. */
const atomsOf = ({ actions, resources, principals }: Statement): Atom[] =>
  single(actions).flatMap((action) =>
    single(resources).flatMap((resource) =>
      single(principals).map((principal) => ({ actions: action, resources: resource, principals: principal })),
    ),
  );

const single = (several: Several): Several[] =>
  several.not ? [several] : several.of.map((one) => ({ not: false, of: [one] }));

/** Atoms such that each group is a product: actions with the same resources and principals. */
function grouped(atoms: readonly Atom[]): Atom[][] {
  const byAction = Map.groupBy(atoms, ({ actions }) => JSON.stringify(actions));
  const bySubject = Map.groupBy(byAction.values(), (same) =>
    JSON.stringify(same.map(({ resources, principals }) => [resources, principals])),
  );
  return [...bySubject.values()].map((groups) => groups.flat());
}

const distinct = (all: readonly Several[]): Several[] => [
  ...new Map(all.map((one) => [JSON.stringify(one), one])).values(),
];
