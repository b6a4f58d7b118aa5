import type { Change } from "../../estate/diff.ts";
import type { Rule, Suspicion } from "../risk.ts";
import { titleOf } from "./stateful.ts";

/** Attributes that bound how far something scales, by kind of object or type of resource. */
const BOUNDS: Readonly<Record<string, readonly string[]>> = {
  HorizontalPodAutoscaler: ["spec.minReplicas", "spec.maxReplicas"],
  ScaledObject: ["spec.minReplicaCount", "spec.maxReplicaCount"],
  Deployment: ["spec.replicas"],
  StatefulSet: ["spec.replicas"],
  NodePool: ["spec.limits.cpu", "spec.limits.memory"],
  aws_appautoscaling_target: ["min_capacity", "max_capacity"],
  aws_rds_cluster: [
    "serverlessv2_scaling_configuration.min_capacity",
    "serverlessv2_scaling_configuration.max_capacity",
  ],
};

/** The floor or ceiling of an autoscaler is lower than it was. */
export const scalingCut: Rule = {
  id: "scaling-cut",
  severity: "medium",
  consequence: "Load that was served until now may not be: fewer run at rest, or no more are started at the peak.",
  undo: "Put the bound back and apply: it takes effect within minutes.",
  judge: ({ changes }) => changes.flatMap(cuts),
};

const cuts = (change: Change): Suspicion[] =>
  change.attributes.flatMap(({ path, before, after }): Suspicion[] => {
    if (!BOUNDS[change.node.type]?.includes(path)) return [];
    const [was, is] = [Number(before), Number(after)];
    return Number.isFinite(was) && Number.isFinite(is) && is < was
      ? [{ change, what: `${titleOf(change.node)} has ${path} cut from ${was} to ${is}` }]
      : [];
  });
