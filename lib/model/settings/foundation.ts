import { z } from "zod";

const nodePool = z.strictObject({
  /** Karpenter instance categories, such as `m` or `c`. @default ["c", "m", "r"] */
  categories: z.array(z.string()).optional(),
  architecture: z.enum(["arm64", "amd64"]).optional(),
  /** @default by tier: spot in dev, on-demand elsewhere */
  capacity: z.enum(["spot", "on-demand"]).optional(),
  /** Most vCPUs that the pool may have. @default by tier */
  maxCpu: z.int().positive().optional(),
  /** NVIDIA GPUs; nodes are tainted. @default false */
  gpu: z.boolean().optional(),
});

/** Network, cluster and nodes. Every setting has a default. */
export const foundationSettings = z.strictObject({
  /** Size of a region's network, /16 to /20. @default by tier */
  networkPrefix: z.int().min(16).max(20).optional(),
  /** `per-zone` survives the loss of a zone and costs about $33 a month and zone. @default by tier */
  nat: z.enum(["per-zone", "single"]).optional(),
  /** Kubernetes minor version. @default the newest of the version matrix */
  kubernetes: z.string().optional(),
  /** IAM roles of people who administer the cluster, by name in the account. @default none */
  clusterAdmins: z.array(z.string()).optional(),
  nodePools: z.record(z.string(), nodePool).optional(),
});
