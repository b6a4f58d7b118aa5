import Base from "@jest/test-sequencer";

/** Files that take longest: the others fill the cores beside them. */
const LONGEST = [
  "synth/incremental",
  "synth/determinism",
  "cli/commands",
  "review/mutations",
  "package",
  "cli/review",
  "cli/bad-input",
  "synth/writer",
  "verify/verify",
];

function rank({ path }) {
  const found = LONGEST.findIndex((name) => path.endsWith(`/test/${name}.test.ts`));
  return found === -1 ? LONGEST.length : found;
}

/** Jest's own order knows how long a file takes only where it ran before. */
export default class Sequencer extends Base {
  sort(tests) {
    return super.sort(tests).sort((a, b) => rank(a) - rank(b));
  }
}
