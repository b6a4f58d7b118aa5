// The review of a change over the whole workspace beside its floor: reading both outputs and comparing their bytes.
import "../lib/synth/without-stack-traces.ts";
import reference from "../blueprints/reference/blueprint.ts";
import { estateOf } from "../lib/estate/index.ts";
import { isRecord, object } from "../lib/estate/json.ts";
import { htmlOf } from "../lib/review/html/index.ts";
import { review } from "../lib/review/index.ts";
import { markdownOf } from "../lib/review/markdown.ts";
import { reportOf } from "../lib/review/report.ts";
import { whatIf } from "../lib/synth/what-if.ts";
import { edited, sideOf } from "../test/review/edited.ts";
import { costOf, inTurns } from "./cost.ts";
import type { Table } from "./table.ts";

const ROUNDS = 3;

/** A release of the platform: more memory for every service, another region, shorter logs, a larger network firewall limit. */
const services = Object.keys(object(isRecord(reference.base) ? reference.base["services"] : undefined));
const release = {
  ...Object.fromEntries(services.map((name) => [`reference.services.${name}.resources.memory`, "1536Mi"])),
  "reference.environments.prod.regions.eu-west-2": "active",
  "reference.environments.prod.overrides.layers.observability.logRetention": 14,
  "url-shortener.services.redirect.scaling.max": 90,
};

export async function reviewOfRelease(): Promise<readonly Table[]> {
  const workspace = await edited(release);
  const base = sideOf("base", await edited({}), {});
  const head = sideOf("head", workspace, {});
  const tried = () => review(base, head, { whatIf: (suppositions, units) => whatIf(workspace, suppositions, units) });
  const judged = tried();
  const report = reportOf(judged, "medium");
  const cost = inTurns(
    [
      [
        "floor",
        () =>
          costOf(() => {
            for (const [path, text] of head.files) if (base.files.get(path) !== text) Buffer.byteLength(text);
            estateOf(base.files);
            estateOf(head.files);
          }),
      ],
      ["by name", () => costOf(() => review(base, head))],
      ["comment", () => costOf(() => markdownOf(report))],
      ["page", () => costOf(() => htmlOf(report))],
    ],
    ROUNDS,
  );
  const floor = cost("floor");
  const row = (name: string, { wall, cpu }: { readonly wall: number; readonly cpu: number }) => [
    name,
    wall,
    cpu,
    cpu / floor.cpu,
  ];
  return [
    {
      title: `review of a release of the platform: ${judged.changes.length} changes in ${judged.rows.length} rows, ${judged.moves.length} leaves that moved`,
      columns: ["ms", "CPU ms", "CPU / floor"],
      rows: [
        row("floor: read both outputs", floor),
        row("causes by name", cost("by name")),
        // Once: it takes as long as all others.
        row("causes tried", costOf(tried)),
        row("comment", cost("comment")),
        row(`HTML report, ${(htmlOf(report).length / 1e6).toFixed(1)} MB`, cost("page")),
      ],
    },
  ];
}
