import type { Change } from "../../estate/diff.ts";
import type { Graph } from "../../estate/graph.ts";
import { at, list, text, texts } from "../../estate/json.ts";
import { type Node, placeOf } from "../../estate/node.ts";
import { type Tier, tier } from "../../model/environment.ts";
import { replicasOf, zonesOf } from "../../model/tiers.ts";
import type { Evidence } from "../evidence.ts";
import type { Rule, Suspicion } from "../risk.ts";
import { shown, turnedOff, valueAt, valuesAt } from "../settings.ts";
import { hasUnit } from "../whole.ts";
import { titleOf } from "./stateful.ts";

/** Fewer of something run, or in fewer zones, than the tier of the environment has at least, and fewer than before. */
export const redundancyBelowFloor: Rule = {
  id: "redundancy-below-floor",
  severity: "medium",
  consequence: "The loss of one node or zone takes it down, or leaves too little of it to carry the load.",
  undo: "Put the number back: what is missing is started within minutes, a copy of a store within hours.",
  judge: (evidence) => {
    const floors = new Floors(evidence);
    return [
      ...evidence.changes.flatMap((change) => [
        ...fewerOf(change, floors),
        ...switchedOff(change, floors),
        ...budgetGone(change, evidence, floors),
        ...fewerZones(change, floors),
      ]),
      ...fewerTogether(evidence, floors),
      ...evidence.moves.flatMap(tierLowered),
    ];
  },
};

/** The least that an environment has, by its tier and the role of its region. */
class Floors {
  private readonly evidence: Evidence;

  constructor(evidence: Evidence) {
    this.evidence = evidence;
  }

  /** Replicas and instances of everything; one where nothing is promised. */
  replicas({ blueprint, environment, region }: Node): number {
    const found = this.blueprintIn(blueprint, environment);
    if (found === undefined) return 1;
    // A region that stands by keeps just enough to take traffic while its autoscalers wake up.
    return found.regions[region] === "standby" ? Math.min(2, replicasOf(found.tier)) : replicasOf(found.tier);
  }

  zones({ blueprint, environment }: Node): number {
    const found = this.blueprintIn(blueprint, environment);
    return found === undefined ? 1 : zonesOf(found.tier);
  }

  private blueprintIn(blueprint: string, environment: string) {
    const found = this.evidence.head.estate.blueprints.find(
      (one) => one.blueprint === blueprint && one.environment === environment,
    );
    const parsed = tier.safeParse(found?.tier);
    return found === undefined || !parsed.success ? undefined : { tier: parsed.data, regions: found.regions };
  }
}

/** Attributes that say how many of something run, and how many more than that there are. */
const NUMBERS: Readonly<Record<string, readonly (readonly [path: string, more: number])[]>> = {
  aws_eks_node_group: [["scaling_config.min_size", 0]],
  aws_elasticache_cluster: [["num_cache_nodes", 0]],
  aws_elasticache_replication_group: [
    ["replicas_per_node_group", 1],
    ["num_cache_clusters", 0],
  ],
  aws_msk_cluster: [["number_of_broker_nodes", 0]],
  aws_opensearch_domain: [["cluster_config.instance_count", 0]],
  Deployment: [["spec.replicas", 0]],
  HorizontalPodAutoscaler: [["spec.minReplicas", 0]],
  ScaledObject: [["spec.minReplicaCount", 0]],
  StatefulSet: [["spec.replicas", 0]],
};

const fewerOf = (change: Change, floors: Floors): Suspicion[] => {
  const { node, before, kind } = change;
  if (before === undefined || kind === "removed") return [];
  return (NUMBERS[node.type] ?? []).flatMap(([path, more]): Suspicion[] => {
    const [was, is] = [valueAt(before, path), valueAt(node, path)];
    if (was === undefined || is === undefined) return [];
    const [old, now, floor] = [Number(was) + more, Number(is) + more, floors.replicas(node)];
    return now < old && now < floor
      ? [{ change, what: `${titleOf(node)} has ${now} at least where it had ${old}; the tier's floor is ${floor}` }]
      : [];
  });
};

/** Settings that survive the loss of a zone. */
const SPREADING: Readonly<Record<string, readonly string[]>> = {
  aws_db_instance: ["multi_az"],
  aws_elasticache_replication_group: ["multi_az_enabled", "automatic_failover_enabled"],
  aws_opensearch_domain: ["cluster_config.zone_awareness_enabled", "cluster_config.multi_az_with_standby_enabled"],
};

const switchedOff = (change: Change, floors: Floors): Suspicion[] => {
  const { node, before, kind } = change;
  if (before === undefined || kind === "removed" || floors.replicas(node) < 2) return [];
  return (SPREADING[node.type] ?? [])
    .filter((path) => turnedOff(valueAt(before, path), valueAt(node, path)))
    .map((path) => ({
      change,
      what: `${titleOf(node)} has ${path} changed from true to ${shown(valueAt(node, path))}`,
    }));
};

/** A disruption budget that is gone, or lets everything be evicted at once. */
function budgetGone(change: Change, { after }: Evidence, floors: Floors): Suspicion[] {
  const { node, before, kind } = change;
  if (node.type !== "PodDisruptionBudget" || before === undefined || floors.replicas(node) < 2) return [];
  if (kind === "removed") {
    const name = text(at(node.body, "metadata", "name"));
    const isNeeded = after.where(
      (one) =>
        (one.type === "Deployment" || one.type === "StatefulSet") &&
        placeOf(one) === placeOf(node) &&
        at(one.body, "metadata", "name") === name,
    );
    return isNeeded.length === 0 ? [] : [{ change, what: `${titleOf(node)} is gone: all pods may be evicted at once` }];
  }
  const keepsSome = (of: Node): boolean => {
    const [least, most] = [valueAt(of, "spec.minAvailable"), valueAt(of, "spec.maxUnavailable")];
    return least === undefined
      ? most !== undefined && most !== "100%" && !(Number(most) >= floors.replicas(node))
      : least !== 0 && least !== "0%" && least !== "0";
  };
  const told = (of: Node): string =>
    ["minAvailable", "maxUnavailable"]
      .flatMap((key) => {
        const value = valueAt(of, `spec.${key}`);
        return value === undefined ? [] : [`${key} ${String(value)}`];
      })
      .join(", ") || "nothing";
  return keepsSome(before) && !keepsSome(node)
    ? [{ change, what: `${titleOf(node)} lets all pods be evicted at once: ${told(node)}; before ${told(before)}` }]
    : [];
}

/** Nodes that are started in fewer zones. */
function fewerZones(change: Change, floors: Floors): Suspicion[] {
  const { node, before, kind } = change;
  if (node.type !== "NodePool" || before === undefined || kind === "removed") return [];
  const zones = (of: Node): readonly string[] | undefined => {
    const requirement = list(at(of.body, "spec", "template", "spec", "requirements")).find(
      (one) => at(one, "key") === "topology.kubernetes.io/zone" && at(one, "operator") === "In",
    );
    return requirement === undefined ? undefined : texts(at(requirement, "values"));
  };
  const [was, is, floor] = [zones(before), zones(node), floors.zones(node)];
  if (was === undefined || is === undefined || is.length >= was.length || is.length >= floor) return [];
  return [
    {
      change,
      what: `${titleOf(node)} starts nodes in ${is.length} zones where it did in ${was.length}; the tier's floor is ${floor}`,
    },
  ];
}

/** Resources of which several make up one thing, the attribute that says which, and what their number has as its floor. */
const TOGETHER: Readonly<
  Record<string, { readonly of: (node: Node) => string; readonly floor: (floors: Floors, node: Node) => number }>
> = {
  aws_docdb_cluster_instance: {
    of: ({ body }) => String(body["cluster_identifier"]),
    floor: (floors, node) => floors.replicas(node),
  },
  aws_neptune_cluster_instance: {
    of: ({ body }) => String(body["cluster_identifier"]),
    floor: (floors, node) => floors.replicas(node),
  },
  // Below prod one way out for all zones is meant so.
  aws_nat_gateway: {
    of: () => "the network",
    floor: (floors, node) => (floors.replicas(node) < 3 ? 1 : floors.zones(node)),
  },
  aws_rds_cluster_instance: {
    of: ({ body }) => String(body["cluster_identifier"]),
    floor: (floors, node) => floors.replicas(node),
  },
  aws_subnet: {
    of: (node) => String(valuesAt(node, "tags.dodeca:subnet").values().next().value ?? "the network"),
    floor: (floors, node) => floors.zones(node),
  },
};

/** Things of which one is gone, so that fewer are left together than the floor. */
function fewerTogether({ changes, before, after }: Evidence, floors: Floors): Suspicion[] {
  const gone = changes.filter(
    ({ kind, node }) => kind === "removed" && TOGETHER[node.type] !== undefined && hasUnit(after, node),
  );
  const groupOf = (node: Node): string => `${node.unit} ${node.type} ${TOGETHER[node.type]?.of(node)}`;
  return [...Map.groupBy(gone, ({ node }) => groupOf(node))].flatMap(([group, same]): Suspicion[] => {
    const [change] = same;
    if (change === undefined) return [];
    const count = (graph: Graph): number =>
      graph.where((node) => node.type === change.node.type && groupOf(node) === group).length;
    const [was, is] = [count(before), count(after)];
    const floor = TOGETHER[change.node.type]?.floor(floors, change.node) ?? 1;
    // None left is the end of the thing itself, which is told as such.
    if (is === 0 || is >= was || is >= floor) return [];
    return [
      { change, what: `${titleOf(change.node)} is gone: ${is} are left of ${was}; the tier's floor is ${floor}` },
    ];
  });
}

const TIERS: readonly Tier[] = ["dev", "staging", "prod"];

/** An environment whose floor itself is lower. */
function tierLowered(move: Evidence["moves"][number]): Suspicion[] {
  if (!/^environments\.[^.]+\.tier$/.test(move.path)) return [];
  const [was, is] = [tier.safeParse(move.before), tier.safeParse(move.after)];
  return was.success && is.success && TIERS.indexOf(is.data) < TIERS.indexOf(was.data)
    ? [
        {
          move,
          severity: "high",
          what: `${move.path} is ${is.data} and no longer ${was.data}: the floor is ${replicasOf(is.data)} and not ${replicasOf(was.data)}`,
        },
      ]
    : [];
}
