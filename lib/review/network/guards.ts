import { selects } from "../../checks/network-policy.ts";
import type { Change } from "../../estate/diff.ts";
import type { Graph } from "../../estate/graph.ts";
import { at, object, text } from "../../estate/json.ts";
import { type Node, placeOf } from "../../estate/node.ts";
import type { Evidence } from "../evidence.ts";
import { hasUnit } from "../whole.ts";
import { selectorCovers } from "./selector.ts";

/** A policy that shuts everything for the pods it selects but what it permits. */
export interface Guard<P> {
  readonly node: Node;
  /** What it shuts, such as `ingress`. */
  readonly shuts: string;
  /** Namespace that it is in. */
  readonly namespace: string;
  /** Whether it holds in every namespace. */
  readonly everywhere: boolean;
  readonly selector: unknown;
  readonly permits: readonly P[];
}

/** A permit that was not there before, or all of them where a guard is gone. */
export interface Opening<P> {
  readonly change: Change;
  readonly guard: Guard<P>;
  /** What is permitted now. @default everything: nothing guards any more */
  readonly permit?: P;
}

/** How permits of some kind are compared. */
export interface Permits<P> {
  /** The guards that a node is. */
  readonly guardsOf: (node: Node) => readonly Guard<P>[];
  /** Whether all of a permit is in another. */
  readonly isWithin: (inner: P, outer: P) => boolean;
  /** A permit as many, none of which is for several of anything. @default they are so already */
  readonly split?: (permit: P) => readonly P[];
  /** One permit from some of those that another was split into. */
  readonly join?: (permits: readonly P[]) => P | undefined;
}

/** The parts of permits that others do not have. */
function freshOf<P>(permits: readonly P[], known: readonly P[], how: Permits<P>): P[] {
  const { isWithin, split = (one) => [one], join = ([one]) => one } = how;
  return permits.flatMap((permit) => {
    const fresh = split(permit).filter((part) => !known.some((one) => isWithin(part, one)));
    return fresh.length === 0 ? [] : (join(fresh) ?? []);
  });
}

/**
 * What pods may do, or what may be done to them, and could not before: policies are taken together, so that it makes no
 * difference which one says what.
 */
export function openings<P>({ changes, before, after }: Evidence, how: Permits<P>): Opening<P>[] {
  const { guardsOf } = how;
  if (!changes.some(({ node, before: was }) => guardsOf(node).length + (was ? guardsOf(was).length : 0) > 0)) return [];
  const [old, now] = [allGuards(before, guardsOf), allGuards(after, guardsOf)];
  return changes.flatMap((change): Opening<P>[] => {
    const was = change.before === undefined ? [] : guardsOf(change.before);
    const is = change.kind === "removed" ? [] : guardsOf(change.node);
    return [
      ...is.flatMap((guard) => {
        const others = guardsFor(old, guard);
        // Without any guard everything was permitted, or there were no such pods.
        if (others.length === 0 || !hadPods(before, guard, was)) return [];
        const known = others.flatMap(({ permits }) => permits);
        return freshOf(guard.permits, known, how).map((permit) => ({ change, guard, permit }));
      }),
      ...was
        .filter((guard) => guardsFor(now, guard).length === 0 && hasPods(before, after, guard))
        .map((guard) => ({ change, guard })),
    ];
  });
}

const allGuards = <P>(graph: Graph, guardsOf: (node: Node) => readonly Guard<P>[]): ReadonlyMap<string, Guard<P>[]> =>
  Map.groupBy(graph.where(({ kind }) => kind === "object").flatMap(guardsOf), ({ node }) => placeOf(node));

/** The guards that hold for all pods of another. */
const guardsFor = <P>(all: ReadonlyMap<string, Guard<P>[]>, guard: Guard<P>): Guard<P>[] =>
  (all.get(placeOf(guard.node)) ?? []).filter(
    (one) =>
      one.shuts === guard.shuts &&
      (one.everywhere || (one.namespace === guard.namespace && !guard.everywhere)) &&
      selectorCovers(one.selector, guard.selector),
  );

const TEMPLATES: Readonly<Record<string, readonly string[]>> = {
  CronJob: ["spec", "jobTemplate", "spec", "template"],
  DaemonSet: ["spec", "template"],
  Deployment: ["spec", "template"],
  Job: ["spec", "template"],
  StatefulSet: ["spec", "template"],
};

/** Whether an estate has workloads that a guard selects. */
const selected = <P>(graph: Graph, { node, namespace, everywhere, selector }: Guard<P>): boolean =>
  graph.where((one) => {
    const keys = one.kind === "object" ? TEMPLATES[one.type] : undefined;
    return (
      keys !== undefined &&
      placeOf(one) === placeOf(node) &&
      (everywhere || text(at(one.body, "metadata", "namespace")) === namespace) &&
      selects(selector, object(at(one.body, ...keys, "metadata", "labels")))
    );
  }).length > 0;

/** Pods may come from charts, which no estate shows: then the guard that was there speaks for them. */
const hadPods = <P>(before: Graph, guard: Guard<P>, was: readonly Guard<P>[]): boolean =>
  was.length > 0 || selected(before, guard);

export const hasPods = <P>(before: Graph, after: Graph, guard: Guard<P>): boolean =>
  selected(before, guard) ? selected(after, guard) : hasUnit(after, guard.node);

/** What policies refused and do not refuse any more, where each permit of a guard is something refused. */
export function lostRefusals<P>({ changes, before, after }: Evidence, how: Permits<P>): Opening<P>[] {
  const { guardsOf } = how;
  const lost = changes.filter((change) => change.before !== undefined && guardsOf(change.before).length > 0);
  if (lost.length === 0) return [];
  const now = allGuards(after, guardsOf);
  return lost.flatMap((change) =>
    (change.before === undefined ? [] : guardsOf(change.before)).flatMap((guard) => {
      if (!hasPods(before, after, guard)) return [];
      const still = guardsFor(now, guard).flatMap(({ permits }) => permits);
      return freshOf(guard.permits, still, how).map((permit) => ({ change, guard, permit }));
    }),
  );
}

/** Labels of a guard that is about one thing that is no pod, such as a gateway. */
export const selectorOfTargets = (targets: unknown): unknown =>
  targets === undefined ? undefined : { matchLabels: { "(targets)": JSON.stringify(targets) } };
