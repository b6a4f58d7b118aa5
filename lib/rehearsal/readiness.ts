import { z } from "zod";
import type { Kubernetes } from "../engines/kubernetes.ts";

const metadata = z.looseObject({ name: z.string(), namespace: z.string().default("") });
const condition = z.looseObject({
  type: z.string(),
  status: z.string(),
  reason: z.string().optional(),
  message: z.string().optional(),
});

const deployment = z.looseObject({
  metadata,
  spec: z.looseObject({ replicas: z.number().default(1) }),
  status: z.looseObject({ availableReplicas: z.number().default(0), conditions: z.array(condition).optional() }),
});
const statefulSet = z.looseObject({
  metadata,
  spec: z.looseObject({ replicas: z.number().default(1) }),
  status: z.looseObject({ availableReplicas: z.number().default(0) }),
});
const daemonSet = z.looseObject({
  metadata,
  status: z.looseObject({ desiredNumberScheduled: z.number().default(0), numberAvailable: z.number().default(0) }),
});
const job = z.looseObject({
  metadata,
  status: z.looseObject({ succeeded: z.number().default(0), conditions: z.array(condition).optional() }),
});
const pod = z.looseObject({
  metadata,
  status: z.looseObject({ phase: z.string().default("Pending"), conditions: z.array(condition).optional() }),
});
const scaler = z.looseObject({
  metadata,
  spec: z.looseObject({
    minReplicas: z.number().default(1),
    scaleTargetRef: z.looseObject({ name: z.string() }),
  }),
});
const service = z.looseObject({
  metadata,
  spec: z.looseObject({ selector: z.record(z.string(), z.string()).optional() }),
});
const slice = z.looseObject({
  metadata: metadata.extend({ labels: z.record(z.string(), z.string()).optional() }),
  endpoints: z
    .array(z.looseObject({ conditions: z.looseObject({ ready: z.boolean().nullish() }).optional() }))
    .nullish(),
});

/** Something that is not there yet, and why as far as the server says. */
export interface Missing {
  /** Such as `Deployment reference/user`. */
  readonly object: string;
  readonly because: string;
}

/** How far a cluster has come. */
export interface Readiness {
  readonly workloads: number;
  readonly pods: number;
  readonly podsReady: number;
  readonly missing: readonly Missing[];
}

/** Asks the server how far everything in it has come: workloads available, jobs done, pods running, services with endpoints. */
export async function readiness(kubernetes: Kubernetes): Promise<Readiness> {
  const read = async <S extends z.ZodType>(path: string, schema: S): Promise<z.infer<S>[]> =>
    z.array(schema).parse(await kubernetes.list(path));
  const deployments = await read("/apis/apps/v1/deployments", deployment);
  const sets = await read("/apis/apps/v1/statefulsets", statefulSet);
  const daemons = await read("/apis/apps/v1/daemonsets", daemonSet);
  const jobs = await read("/apis/batch/v1/jobs", job);
  const pods = await read("/api/v1/pods", pod);
  const scalers = await read("/apis/autoscaling/v2/horizontalpodautoscalers", scaler);
  const services = await read("/api/v1/services", service);
  const slices = await read("/apis/discovery.k8s.io/v1/endpointslices", slice);

  const least = new Map(
    scalers.map((one) => [`${one.metadata.namespace}/${one.spec.scaleTargetRef.name}`, one.spec.minReplicas]),
  );
  const missing: Missing[] = [];
  const report = (kind: string, at: { readonly namespace: string; readonly name: string }, because: string): void => {
    missing.push({ object: `${kind} ${at.namespace}/${at.name}`, because });
  };
  for (const { metadata: at, spec, status } of deployments) {
    const wanted = Math.max(spec.replicas, least.get(`${at.namespace}/${at.name}`) ?? 0);
    if (status.availableReplicas >= wanted) continue;
    const failure = status.conditions?.find(({ type }) => type === "ReplicaFailure");
    report("Deployment", at, failure?.message ?? `${status.availableReplicas} of ${wanted} pods are available`);
  }
  for (const { metadata: at, spec, status } of sets)
    if (status.availableReplicas < spec.replicas)
      report("StatefulSet", at, `${status.availableReplicas} of ${spec.replicas} pods are available`);
  for (const { metadata: at, status } of daemons)
    if (status.numberAvailable < status.desiredNumberScheduled)
      report("DaemonSet", at, `${status.numberAvailable} of ${status.desiredNumberScheduled} pods are available`);
  for (const { metadata: at, status } of jobs) {
    if (status.succeeded > 0) continue;
    const failed = status.conditions?.find(({ type, status: is }) => type === "Failed" && is === "True");
    report("Job", at, failed?.message ?? "it has not succeeded");
  }
  for (const { metadata: at, status } of pods) {
    if (status.phase === "Succeeded" || isReady(status.conditions)) continue;
    const scheduled = status.conditions?.find(({ type, status: is }) => type === "PodScheduled" && is !== "True");
    report("Pod", at, scheduled?.message ?? `its phase is ${status.phase}`);
  }
  for (const { metadata: at, spec } of services) {
    if (spec.selector === undefined || Object.keys(spec.selector).length === 0) continue;
    const filled = slices.some(
      ({ metadata: own, endpoints }) =>
        own.namespace === at.namespace &&
        own.labels?.["kubernetes.io/service-name"] === at.name &&
        (endpoints ?? []).some(({ conditions }) => conditions?.ready !== false),
    );
    if (!filled) report("Service", at, "no ready pod stands behind it");
  }
  return {
    workloads: deployments.length + sets.length + daemons.length + jobs.length,
    pods: pods.length,
    podsReady: pods.filter(({ status }) => status.phase === "Succeeded" || isReady(status.conditions)).length,
    missing,
  };
}

const isReady = (conditions: readonly z.infer<typeof condition>[] | undefined): boolean =>
  conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false;
