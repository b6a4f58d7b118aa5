import { z } from "zod";
import type { KubernetesObject } from "../estate/objects.ts";

const poolSchema = z.looseObject({
  kind: z.literal("NodePool"),
  metadata: z.looseObject({ name: z.string() }),
  spec: z.looseObject({
    template: z.looseObject({
      metadata: z.looseObject({ labels: z.record(z.string(), z.string()).optional() }).optional(),
      spec: z.looseObject({
        requirements: z.array(
          z.looseObject({ key: z.string(), operator: z.string(), values: z.array(z.string()).optional() }),
        ),
        taints: z
          .array(z.looseObject({ key: z.string(), value: z.string().optional(), effect: z.string() }))
          .optional(),
      }),
    }),
  }),
});

/** Nodes that a rehearsal makes in each zone of each pool. */
const PER_ZONE = 6;

/**
 * Fake nodes over the zones of every pool that the objects declare, with the pool's labels and taints, as Karpenter would
 * make them; and some for the system's own pods.
 */
export function fakeNodes(objects: readonly KubernetesObject[]): KubernetesObject[] {
  const pools = objects.flatMap((object) => {
    const pool = poolSchema.safeParse(object);
    if (!pool.success) return [];
    const { requirements, taints = [] } = pool.data.spec.template.spec;
    const first = (key: string): readonly string[] => requirements.find((one) => one.key === key)?.values ?? [];
    return [
      {
        name: pool.data.metadata.name,
        labels: pool.data.spec.template.metadata?.labels ?? {},
        taints: taints.map(({ key, value, effect }) => ({ key, effect, ...(value === undefined ? {} : { value }) })),
        zones: first("topology.kubernetes.io/zone"),
        architecture: first("kubernetes.io/arch")[0] ?? "arm64",
      },
    ];
  });
  const zones = pools[0]?.zones ?? ["zone-a"];
  const system = {
    name: "system",
    labels: { "dodeca.dev/pool": "system" },
    taints: [],
    zones,
    architecture: "arm64",
  };
  return [system, ...pools].flatMap(({ name, labels, taints, zones: spread, architecture }) =>
    spread.flatMap((zone) =>
      Array.from({ length: name === "system" ? 1 : PER_ZONE }, (_, index) => {
        const node = `${name}-${zone}-${index}`;
        const size = {
          cpu: "16",
          memory: "64Gi",
          pods: "110",
          "ephemeral-storage": "100Gi",
          ...(taints.some(({ key }) => key === "nvidia.com/gpu") ? { "nvidia.com/gpu": "4" } : {}),
        };
        return {
          apiVersion: "v1",
          kind: "Node",
          metadata: {
            name: node,
            annotations: { "kwok.x-k8s.io/node": "fake", "node.alpha.kubernetes.io/ttl": "0" },
            labels: {
              type: "kwok",
              "kubernetes.io/arch": architecture,
              "kubernetes.io/os": "linux",
              "kubernetes.io/hostname": node,
              "topology.kubernetes.io/zone": zone,
              ...labels,
            },
          },
          spec: { providerID: `kwok://${node}`, taints },
          status: { allocatable: size, capacity: size, phase: "Running" },
        };
      }),
    ),
  );
}
