// Measures the review of a change over the whole workspace against the floor: reading both outputs and comparing their bytes.
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
import { median } from "./median.ts";

/** A release of the platform: more memory for every service, another region, shorter logs, a larger network firewall limit. */
const services = Object.keys(object(isRecord(reference.base) ? reference.base["services"] : undefined));
const release = {
  ...Object.fromEntries(services.map((name) => [`reference.services.${name}.resources.memory`, "1536Mi"])),
  "reference.environments.prod.regions.eu-west-2": "active",
  "reference.environments.prod.overrides.layers.observability.logRetention": 14,
  "url-shortener.services.redirect.scaling.max": 90,
};

const workspace = await edited(release);
const base = sideOf("base", await edited({}), {});
const head = sideOf("head", workspace, {});

const floor = median(() => {
  for (const [path, text] of head.files) if (base.files.get(path) !== text) Buffer.byteLength(text);
  estateOf(base.files);
  estateOf(head.files);
});
const byName = median(() => void review(base, head));
const tried = median(
  () => void review(base, head, { whatIf: (suppositions, units) => whatIf(workspace, suppositions, units) }),
);
const judged = review(base, head, { whatIf: (suppositions, units) => whatIf(workspace, suppositions, units) });
const report = reportOf(judged, "medium");
const comment = median(() => void markdownOf(report));
const page = median(() => void htmlOf(report));

const row = (name: string, value: string): string => `${name.padEnd(44)}${value.padStart(14)}`;
process.stdout.write(
  [
    "",
    "review of a release of the platform:",
    row("  changes", String(judged.changes.length)),
    row("  rows", String(judged.rows.length)),
    row("  leaves that moved", String(judged.moves.length)),
    row("floor: read both outputs, ms (median)", floor.toFixed(0)),
    row("review, causes by name, ms", byName.toFixed(0)),
    row("  ratio", (byName / floor).toFixed(2)),
    row("review, causes tried, ms", tried.toFixed(0)),
    row("  ratio", (tried / floor).toFixed(2)),
    row("comment, ms", comment.toFixed(0)),
    row("HTML report, ms", page.toFixed(0)),
    row("  megabytes", (htmlOf(report).length / 1e6).toFixed(1)),
    "",
  ].join("\n"),
);
