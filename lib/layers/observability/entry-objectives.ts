import { namespaceOf, type Place } from "../../model/place.ts";
import { milliseconds } from "../../model/quantities.ts";
import { bucketOf, type Objective } from "./burn-rates.ts";

/** Name under which the way in stands in alerts. */
export const ENTRY = "entry";

/** Workload of the gateway, as the mesh's figures name who sent a request. */
const GATEWAY = 'reporter="source",source_workload_namespace="istio-ingress"';

/** Days over which the way in is judged. */
const WINDOW_DAYS = 30;

/**
 * What a product promises of its way in, measured at the gateway: that requests are answered, that none fails by the gateway
 * itself, and that reads are fast. Catalogue: foundation.targets.sla, foundation.targets.latency, conflict
 * availability-targets: 99.999 is the edge's own figure, since what the services behind it do is theirs to keep.
 */
export function entryObjectives(place: Place): readonly Objective[] {
  const { availability, entryAvailability, p99 } = place.blueprint.objectives ?? {};
  const behind = `${GATEWAY},destination_service_namespace=~"${namespaceOf(place)}(-.+)?"`;
  const requests = (filter: string, window: string): string =>
    `sum(rate(istio_requests_total{${behind}${filter}}[${window}]))`;
  const objective = (kind: Objective["kind"], target: number, errorRatio: Objective["errorRatio"]): Objective => ({
    service: ENTRY,
    kind,
    target,
    windowDays: WINDOW_DAYS,
    errorRatio,
  });
  return [
    ...(availability === undefined
      ? []
      : [
          objective(
            "availability",
            availability,
            (window) => `${requests(',response_code=~"5.."', window)} / ${requests("", window)}`,
          ),
        ]),
    ...(entryAvailability === undefined
      ? []
      : [
          objective(
            "own-availability",
            entryAvailability,
            // The proxy marks what it answered itself: no upstream said so.
            (window) => `${requests(',response_code=~"5..",response_flags!="-"', window)} / ${requests("", window)}`,
          ),
        ]),
    ...(p99 === undefined
      ? []
      : [
          objective("latency", 99, (window) => {
            const bucket = (le: string): string =>
              `sum(rate(istio_request_duration_milliseconds_bucket{${behind},le="${le}"}[${window}]))`;
            return `1 - ${bucket(bucketOf(milliseconds(p99)))} / ${bucket("+Inf")}`;
          }),
        ]),
  ];
}
