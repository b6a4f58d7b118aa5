import { z } from "zod";
import { percent } from "../quantities.ts";

/** How connections are encrypted. Catalogue: edge.tls. */
export const tlsSettings = z.strictObject({
  /**
   * Oldest version that browsers may use with the CDN. `1.3` shuts out browsers from before 2019 and needs version 6.20 of the
   * provider. @default "1.2"
   */
  viewers: z.enum(["1.2", "1.3"]).optional(),
  /**
   * Names the suites and curves of the platform's gateways: `true` for what FIPS 140 approves, without ChaCha20 and X25519, and
   * `false` for those too. TLS 1.2 is taken in any case: the CDN speaks nothing newer to its origins. @default Envoy's own
   */
  fips: z.boolean().optional(),
  /**
   * A private certificate authority with a key in an HSM, for certificates of machines outside of the mesh, which it revokes by
   * list and by OCSP: $400 a month, `short-lived` (seven days at most, not revoked) $50. @default none
   */
  authority: z.enum(["general", "short-lived"]).optional(),
});

/** What is watched at the edge, told to the platform's alert topic. Catalogue: edge.kpis. */
export const monitoringSettings = z.strictObject({
  /** Percent of requests that are to be answered from cache; $2 a month for the metrics, as for those below. @default 95 */
  hitRate: percent.optional(),
  /** Milliseconds that the origin may take until it answers, as the 90th of a hundred. @default 1000 */
  originLatency: z.int().positive().optional(),
  /** Percent of requests that may fail with 5xx. @default 1 */
  errors: percent.optional(),
  /**
   * Measures how long the edge itself takes for what it has in its cache, from a log of every request: $0.50 a gigabyte, about
   * $0.25 a million requests. Milliseconds that 95 of a hundred may take at most, such as 5. @default not measured
   */
  edgeLatency: z.int().positive().optional(),
});
