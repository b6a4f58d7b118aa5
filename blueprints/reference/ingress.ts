import type { LayerSettings } from "../../lib/index.ts";

/**
 * The gateways of the reference. An environment adds the issuer of its own pool (`jwt.also`) once the first apply has said it: see
 * docs/apply.md. Catalogue: ingress.pkce-flow.jwks, ingress.routing-table.search, ingress.grpc.grpc-web.
 */
export const ingress = {
  jwt: { issuer: "https://login.reference.example", audiences: ["reference"] },
  cors: { origins: ["https://reference.example"] },
  apiKeys: { secret: "api-keys" },
  grpcWeb: true,
} satisfies LayerSettings["ingress"];

/** Requests are counted once for all gateways where it is tried before prod has it. Catalogue: ingress.rate-limiter. */
export const countedTogether = {
  rateLimits: {
    store: "shared",
    total: "100000/s",
    tenants: { claim: "tenant", rate: "60000/min" },
  },
} satisfies LayerSettings["ingress"];

/** The firewall stands in the gateway too, so that clients may come around the CDN. Catalogue: ingress.glb.provider. */
export const anycast = {
  globalLoadBalancer: "global-accelerator",
  loadBalancer: { reachableFrom: "internet" },
} satisfies LayerSettings["ingress"];
