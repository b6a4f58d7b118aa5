import { z } from "zod";
import type { BlueprintIn } from "../estate/blueprints.ts";
import type { Location } from "../estate/node.ts";
import { type Acknowledgement, acknowledgement } from "../model/acknowledgement.ts";
import { globOf } from "./glob.ts";
import type { Suspicion } from "./risk.ts";

const declared = z.array(acknowledgement);

/**
 * Whether blueprints accept a risk. Everything that a rule has found has to be accepted where it is.
 * @param date today; without it, an acknowledgement that expires does not count
 */
export function acknowledge(
  rule: string,
  suspicions: readonly Suspicion[],
  blueprints: readonly BlueprintIn[],
  date: string | undefined,
): { readonly acknowledged?: Acknowledgement; readonly unacknowledged?: string } {
  const found = suspicions.map((suspicion) =>
    acknowledgementsAt(suspicion, blueprints).filter((one) => one.risk === rule && covers(one, suspicion)),
  );
  const [first] = found.flat();
  if (first === undefined || found.some((one) => one.length === 0)) return {};
  const expired = found.map((all) =>
    all.every(({ until }) => until !== undefined && (date === undefined || until < date)),
  );
  if (!expired.includes(true)) return { acknowledged: first };
  return {
    unacknowledged:
      date === undefined
        ? `it was accepted until ${first.until}: say with --date what day it is`
        : `it was accepted until ${first.until}, which is past`,
  };
}

function acknowledgementsAt({ change, move }: Suspicion, blueprints: readonly BlueprintIn[]): Acknowledgement[] {
  const place: Location | undefined = change?.node ?? move?.places[0];
  const of = blueprints.find(
    ({ blueprint, environment }) => blueprint === place?.blueprint && environment === place.environment,
  );
  const region = place?.region === "global" ? undefined : place?.region;
  const parsed = declared.safeParse(of?.leaves(region).get("acknowledgements")?.value ?? []);
  return parsed.success ? parsed.data : [];
}

/** Whether an acknowledgement is about this part: the layer and slice of a stack, an application, or the leaf that moved. */
const covers = ({ at }: Acknowledgement, { change, move }: Suspicion): boolean =>
  at === undefined || globOf(at).test(change?.node.part ?? "") || globOf(at).test(move?.path ?? "");
