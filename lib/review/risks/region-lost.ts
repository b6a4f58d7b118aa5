import type { Change } from "../../estate/diff.ts";
import { at, list, text } from "../../estate/json.ts";
import { placeOf } from "../../estate/node.ts";
import type { Evidence } from "../evidence.ts";
import type { Move } from "../moves.ts";
import type { Rule, Suspicion } from "../risk.ts";
import { hasPlace } from "../whole.ts";
import { titleOf } from "./stateful.ts";

/** A region is given up, serves no more, or writers are elsewhere; or a store has no copy in it any more. */
export const regionLost: Rule = {
  id: "region-lost",
  severity: "high",
  consequence:
    "Users near it are served from afar or not at all, and what was to survive the loss of a region may not.",
  undo: "Put the region or its role back before the apply. After it, a region is built anew and its data copied back.",
  judge: (evidence) => [
    ...evidence.changes.flatMap((change) => [...placeGone(change), ...copyGone(change, evidence)]),
    ...evidence.moves.flatMap((move) => roleMoved(move, evidence)),
  ],
};

/** Everything that is in a place goes with it: told once for the place. */
const placeGone = (change: Change): Suspicion[] => {
  const { node, kind } = change;
  return kind === "removed" && node.kind === "place" && node.region !== "global" && node.blueprint !== "account"
    ? [{ change, what: `${node.blueprint} is no longer in ${node.region} in ${node.environment}` }]
    : [];
};

const REGION = /^environments\.([^.]+)\.regions\.([a-z0-9-]+)$/;

function roleMoved(move: Move, { before, after }: Evidence): Suspicion[] {
  const [, environment, region] = REGION.exec(move.path) ?? [];
  const [was, is] = [text(move.before), text(move.after)];
  const [place] = move.places;
  if (region === undefined || was === undefined || place === undefined) return [];
  if (is === undefined)
    // The place says so itself where anything was in it.
    return hasPlace(before, place) && !hasPlace(after, place)
      ? []
      : [{ move, what: `${region} is no longer a region of ${environment}: it was ${was}` }];
  if (was === "primary")
    return [{ move, what: `writers of ${environment} are no longer in ${region}: it was primary and is ${is}` }];
  return was === "active" && is === "standby"
    ? [
        {
          move,
          severity: "medium",
          what: `${region} of ${environment} serves nobody any more: it was active and is standby`,
        },
      ]
    : [];
}

/** A table that had a copy in a region and has none, while its product is still there. */
function copyGone(change: Change, { after }: Evidence): Suspicion[] {
  const { node, before, kind } = change;
  if (node.type !== "aws_dynamodb_table" || before === undefined || kind === "removed") return [];
  const regions = (of: typeof node): string[] =>
    list(of.body["replica"]).flatMap((one) => text(at(one, "region_name")) ?? []);
  const now = regions(node);
  const { blueprint, environment } = node;
  return regions(before)
    .filter((region) => !now.includes(region) && after.nodes.has(placeOf({ blueprint, environment, region })))
    .map((region) => ({ change, what: `${titleOf(node)} has no copy in ${region} any more` }));
}
