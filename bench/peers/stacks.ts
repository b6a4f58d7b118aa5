// The stacks of this workspace from the same constructs, by us or by cdktn's own `App.synth`: a process of its own.
import "../../lib/synth/without-stack-traces.ts";
import { join } from "node:path";
import { App } from "cdktn";
import { Stack } from "../../lib/layers/common/stack.ts";
import { stackFiles } from "../../lib/synth/synthesize.ts";
import { writeOutput } from "../../lib/synth/writer.ts";
import { measured } from "./measured.ts";
import { plan } from "./planned.ts";

function byCdktn(folder: string): void {
  const app = new App({ outdir: join(folder, "cdktf.out"), stackTraces: false });
  for (const stack of plan.stacks) stack.plan.build(new Stack(app, stack.name, stack.props));
  app.synth();
}

function byOurs(folder: string): void {
  const files = new Map(plan.stacks.flatMap((stack) => [...stackFiles(stack).files]));
  writeOutput(folder, { files, owns: () => true });
}

measured(process.argv[2] === "cdktn" ? byCdktn : byOurs);
