import type { Finding } from "../checks/finding.ts";
import { Kubernetes } from "../engines/kubernetes.ts";
import { type KubernetesObject, nameOf, objectsBelow } from "../estate/objects.ts";
import type { Scan } from "./checkov.ts";
import { fakeNodes } from "./nodes.ts";
import { type Readiness, readiness } from "./readiness.ts";
import type { Sync } from "./syncs.ts";

/** An object that the server refused, and why. */
export interface Refused {
  readonly object: string;
  readonly because: string;
}

/** What became of a place's objects. */
export interface ClusterReport {
  readonly place: string;
  readonly objects: number;
  readonly refused: readonly Refused[];
  readonly readiness: Readiness;
  /** What a scanner passed, and what components fail on purpose. @default nothing was scanned */
  readonly scan?: Pick<Scan, "passed" | "waived">;
  /** What is wrong with its mesh, alerts and objects. */
  readonly findings: readonly Finding[];
  readonly seconds: number;
  /** Why it ended in the middle. @default it did not */
  readonly broken?: string;
}

export interface BringUpOptions {
  readonly kubeconfig: string;
  /** `blueprint/environment/region`. */
  readonly place: string;
  readonly syncs: readonly Sync[];
  /** Folder of custom resource definitions to load first. @default none: the cluster has them */
  readonly definitions?: string;
  /** Whether nodes are to be made up: on a control plane of ours there are no others. */
  readonly nodes: boolean;
  /** Seconds to wait for everything to be ready. @default 180 */
  readonly patience?: number;
  readonly onProgress?: (what: string) => void;
}

/** Applications of a wave that are applied at the same time. */
const AT_ONCE = 8;

/** Applies a place's objects in the order of their waves, strictly, and waits until everything is ready. */
export async function bringUp(options: BringUpOptions): Promise<ClusterReport> {
  const start = performance.now();
  const kubernetes = new Kubernetes(options.kubeconfig);
  try {
    const refused: Refused[] = [];
    let count = 0;
    const apply = async (objects: readonly KubernetesObject[]): Promise<void> => {
      const queue = [...objects];
      count += queue.length;
      const worker = async (): Promise<void> => {
        for (let one = queue.shift(); one !== undefined; one = queue.shift()) {
          const because = await kubernetes.apply(one);
          if (because !== undefined) refused.push({ object: nameOf(one), because });
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, worker));
    };
    if (options.definitions !== undefined) {
      options.onProgress?.("custom resource definitions");
      const definitions = objectsBelow(options.definitions);
      await apply(definitions);
      for (const definition of definitions) await kubernetes.served(definition);
      kubernetes.forgetKinds();
      count = 0;
    }
    if (options.nodes) await apply(fakeNodes(options.syncs.flatMap(({ objects }) => objects)));
    count = 0;
    const needed = namespacesOf(options.syncs);
    for (const { application, objects } of options.syncs) {
      options.onProgress?.(application);
      // Namespaces of charts come with the charts, which a rehearsal does not install.
      const others = objects.filter(({ kind }) => kind !== "Namespace");
      await apply(objects.filter(({ kind }) => kind === "Namespace"));
      for (const name of needed(others)) {
        const because = await kubernetes.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
        if (because !== undefined) refused.push({ object: `Namespace ${name}`, because });
      }
      // Accounts first: what starts pods would have to try again without them.
      await apply(others.filter(({ kind }) => kind === "ServiceAccount"));
      await apply(others.filter(({ kind }) => kind !== "ServiceAccount"));
    }
    options.onProgress?.("waiting for pods");
    const ready = await wait(kubernetes, options.patience ?? 180);
    return {
      place: options.place,
      objects: count,
      refused,
      readiness: ready,
      findings: [],
      seconds: (performance.now() - start) / 1000,
    };
  } finally {
    kubernetes.close();
  }
}

/** Namespaces that objects stand in and no application makes, each named once. */
function namespacesOf(syncs: readonly Sync[]): (objects: readonly KubernetesObject[]) => string[] {
  const known = new Set(
    syncs.flatMap(({ objects }) =>
      objects.flatMap(({ kind, metadata }) => (kind === "Namespace" ? [metadata.name] : [])),
    ),
  );
  return (objects) => {
    const missing = new Set(
      objects.flatMap(({ metadata: { namespace } }) =>
        namespace === undefined || known.has(namespace) ? [] : [namespace],
      ),
    );
    for (const name of missing) known.add(name);
    return [...missing];
  };
}

async function wait(kubernetes: Kubernetes, seconds: number): Promise<Readiness> {
  const end = performance.now() + seconds * 1000;
  let now = await readiness(kubernetes);
  let calm = 0;
  // Twice in a row: autoscalers raise what they find too low only some time after it came up.
  while (calm < 2 && performance.now() < end) {
    await new Promise((wake) => setTimeout(wake, 1000));
    now = await readiness(kubernetes);
    calm = now.missing.length === 0 ? calm + 1 : 0;
  }
  return now;
}
