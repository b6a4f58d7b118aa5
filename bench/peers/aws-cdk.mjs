// The AWS CDK's `App.synth` of as many resources in as many stacks, each with the properties that ours has: a process of its own.
// Plain JavaScript, since its types are there only where the bench has installed it.
import { readFileSync } from "node:fs";
import { App, CfnResource, Stack } from "aws-cdk-lib";
import { measured } from "./measured.ts";

const [, , tree] = process.argv;
/** @type {{ name: string, resources: [type: string, id: string, properties: object][] }[]} */
const stacks = JSON.parse(readFileSync(tree, "utf8"));

// The class of all resources, without the conversions and checks of typed ones: less than a user's program does.
measured((folder) => {
  const app = new App({ outdir: folder, analyticsReporting: false, stackTraces: false, treeMetadata: false });
  for (const { name, resources } of stacks) {
    const stack = new Stack(app, name);
    for (const [type, id, properties] of resources) new CfnResource(stack, id, { type, properties });
  }
  app.synth();
});
