import type { LayerSettings } from "../../lib/index.ts";

/** The gateways of the reference. Catalogue: ingress.pkce-flow.jwks, ingress.grpc.grpc-web. */
export const ingress = {
  jwt: { issuer: "https://login.reference.example", audiences: ["reference"] },
  cors: { origins: ["https://reference.example"] },
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
