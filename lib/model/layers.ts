import { z } from "zod";
import { duration, rate } from "./quantities.ts";

/** The twelve layers in reference order. */
export const LAYERS = [
  "foundation",
  "client",
  "edge",
  "ingress",
  "mesh",
  "streaming",
  "data",
  "analytics",
  "observability",
  "delivery",
  "security",
  "ai",
] as const;
export type LayerId = (typeof LAYERS)[number];

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

export const edgeSettings = z.strictObject({
  /** Zone of the product; each environment gets a subdomain, prod the zone itself. @default no edge: reachable inside the network only */
  domain: z.hostname().optional(),
  /**
   * Name servers of other environments' zones, by environment: prod's zone delegates to them. They are an output of the
   * other environment's edge stack, which is in another account, and never change. @default none: not delegated yet
   */
  delegations: z.record(z.string(), z.array(z.hostname()).min(2)).optional(),
  /** Web application firewall. @default the managed groups and the limit below */
  waf: z
    .strictObject({
      /** Requests per five minutes and address. @default 2000 */
      requestsPerAddress: z.int().min(10).optional(),
      /** ISO country codes to refuse. @default none */
      blockedCountries: z.array(z.string().length(2)).optional(),
    })
    .optional(),
  /** Serves a bucket of static assets below /static. @default false */
  staticAssets: z.boolean().optional(),
  /** @default by tier */
  priceClass: z.enum(["PriceClass_100", "PriceClass_200", "PriceClass_All"]).optional(),
});

export const ingressSettings = z.strictObject({
  /** Issuer of tokens for routes with `jwt`. Required as soon as one has it. */
  jwt: z
    .strictObject({
      issuer: z.url({ protocol: /^https$/ }),
      audiences: z.array(z.string()).min(1),
      jwksUri: z.url({ protocol: /^https$/ }).optional(),
    })
    .optional(),
  cors: z
    .strictObject({
      origins: z.array(z.string()).min(1),
      /** @default "1h" */
      maxAge: duration.optional(),
    })
    .optional(),
  /** Gateway pods per region. @default by tier */
  replicas: z.strictObject({ min: z.int().min(1), max: z.int().min(1) }).optional(),
  /** Requests of one client, over all routes. @default "6000/min" */
  clientRateLimit: rate.optional(),
});

export const streamingSettings = z.strictObject({
  kafka: z
    .strictObject({
      /** Brokers per zone. @default by tier: 1 in dev and staging, 3 in prod (catalogue: streaming.kafka-cluster.brokers) */
      brokersPerZone: z.int().min(1).max(10).optional(),
      /** @default by tier */
      instanceType: z.string().optional(),
      /** GiB per broker. @default by tier */
      storage: z.int().min(1).max(16_384).optional(),
    })
    .optional(),
});

export const observabilitySettings = z.strictObject({
  /** Days that logs stay in CloudWatch. @default by tier: 7, 14, 30 */
  logRetention: z.int().positive().optional(),
  /** Where runbooks live; the alert's name is appended. @default "https://runbooks.<domain>/" */
  runbooks: z.url().optional(),
});

export const deliverySettings = z.strictObject({
  /** GitHub repository that holds blueprints and output, `owner/name`. */
  repository: z
    .string()
    .regex(/^[\w.-]+\/[\w.-]+$/)
    .optional(),
  /** Branch that is applied. @default "main" */
  branch: z.string().optional(),
});

export const securitySettings = z.strictObject({
  /** Secrets that only people know; they are created empty and listed as to be seeded. @default none */
  secrets: z.record(z.string(), z.strictObject({ description: z.string() })).optional(),
});

/** Settings of a layer as a user writes them; every one has a default. */
export const layerSettings = z.strictObject({
  foundation: foundationSettings.optional(),
  edge: edgeSettings.optional(),
  ingress: ingressSettings.optional(),
  streaming: streamingSettings.optional(),
  observability: observabilitySettings.optional(),
  delivery: deliverySettings.optional(),
  security: securitySettings.optional(),
});
export type LayerSettings = z.infer<typeof layerSettings>;
