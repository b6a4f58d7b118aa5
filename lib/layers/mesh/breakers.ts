import type { ResolvedService } from "../../model/resolved.ts";
import { BREAKER } from "../ingress/contract.ts";

/** Where Spring finds the settings of its breakers. */
export const BREAKERS_FOLDER = "/etc/dodeca/breakers";

/** Calls that decide whether a breaker closes again. Catalogue: ingress.circuit-breaker.half-open. */
export const TRIALS = 5;

/** Calls that a service has open with one thing that it uses. */
const CONCURRENT = 25;

/**
 * Settings of Resilience4j as Spring Boot reads them: one circuit breaker and one bulkhead for each thing that the service
 * uses, so that none takes the threads of another. Envoy, which puts pods aside, knows no trial calls: they are the
 * library's. JSON is YAML.
 */
export function breakersFile({ uses, egress }: ResolvedService): string {
  const dependencies = [...Object.keys(uses), ...egress];
  const each = (value: object): object =>
    Object.fromEntries(dependencies.map((name) => [name.replaceAll(".", "-"), { ...value }]));
  return JSON.stringify(
    {
      resilience4j: {
        circuitbreaker: {
          configs: {
            default: {
              slidingWindowType: "COUNT_BASED",
              slidingWindowSize: BREAKER.calls,
              minimumNumberOfCalls: BREAKER.calls,
              failureRateThreshold: BREAKER.errorPercent,
              waitDurationInOpenState: BREAKER.open,
              permittedNumberOfCallsInHalfOpenState: TRIALS,
              automaticTransitionFromOpenToHalfOpenEnabled: true,
              registerHealthIndicator: false,
            },
          },
          instances: each({ baseConfig: "default" }),
        },
        "thread-pool-bulkhead": {
          configs: {
            default: { coreThreadPoolSize: CONCURRENT, maxThreadPoolSize: CONCURRENT, queueCapacity: CONCURRENT },
          },
          instances: each({ baseConfig: "default" }),
        },
      },
    },
    undefined,
    2,
  );
}
