// Once a run, before its first test.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Makes the folder in which the workers of a run leave what they make for each other. */
export default function setup() {
  const folder = mkdtempSync(join(tmpdir(), "dodeca-run-"));
  process.env.DODECA_TEST_RUN = folder;
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
}
