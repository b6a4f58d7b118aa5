// The charts of this workspace from the same constructs, by us or by cdk8s's own `App.synth`: a process of its own.
import "../../lib/synth/without-stack-traces.ts";
import { App, YamlOutputType } from "cdk8s";
import { Application } from "../../lib/layers/common/application.ts";
import { applicationFiles } from "../../lib/synth/synthesize.ts";
import { writeOutput } from "../../lib/synth/writer.ts";
import { pathOf } from "../../lib/topology/plan.ts";
import { measured } from "./measured.ts";
import { plan } from "./planned.ts";

function byCdk8s(folder: string): void {
  const app = new App({ outdir: folder, yamlOutputType: YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE });
  for (const one of plan.applications) {
    const { namespace } = one.plan;
    const chart = new Application(app, pathOf(one).replaceAll("/", "-"), {
      ...(namespace === undefined ? {} : { namespace }),
      labels: one.labels,
    });
    one.plan.build(chart);
  }
  app.synth();
}

function byOurs(folder: string): void {
  const files = new Map(plan.applications.flatMap((one) => [...applicationFiles(one).files]));
  writeOutput(folder, { files, owns: () => true });
}

measured(process.argv[2] === "cdk8s" ? byCdk8s : byOurs);
