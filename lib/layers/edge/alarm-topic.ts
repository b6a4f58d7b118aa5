import type { Place } from "../../model/place.ts";
import type { Stack } from "../common/stack.ts";
import { alertTopic } from "../observability/contract.ts";

/** The platform's topic in the home region, where it has one: alarms reach topics of their own region only. */
export function topicAt(place: Place, stack: Stack): string[] {
  const here = place.host.regions.some(({ region }) => region.code === place.region.code);
  return here ? [stack.arnOf("sns", alertTopic({ ...place, global: false }))] : [];
}
