#!/usr/bin/env node
import { Command, InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { EXIT, run } from "./run.ts";

/** Options that every command has. */
const workspaceOption = [
  "-w, --workspace <folder>",
  "folder that holds blueprints, accounts and the ledger",
  "blueprints",
] as const;
const outputOption = ["-o, --output <folder>", "folder that the output is written to", "."] as const;
const onlyOption = [
  "--only <part...>",
  "part of the workspace: blueprint=NAME, environment=NAME, region=CODE or layer=NAME; repeatable",
] as const;

const program = new Command()
  .name("dodeca")
  .description(
    "Infrastructure from blueprints: twelve layers of Terraform and Kubernetes, reviewed before they are applied.",
  )
  .addHelpText(
    "after",
    `\nExit codes: ${EXIT.ok} done, ${EXIT.findings} checks found something, ${EXIT.invalid} invalid input, ${EXIT.failure} failure of dodeca itself.`,
  );

program
  .command("synth")
  .description("synthesize blueprints into Terraform stacks and Kubernetes applications")
  .option(...workspaceOption)
  .option(...outputOption)
  .option(...onlyOption)
  .option("--frozen", "fail instead of extending the ledger; for CI", false)
  .addOption(
    new Option("--shard <k/n>", "what the k-th of n machines makes; `dodeca seal` puts all together").conflicts("only"),
  )
  .option("--store <place>", "folder or s3://bucket/prefix that is shared with other machines; default: $DODECA_STORE")
  .addOption(
    new Option("--watch", "go on, and synthesize what a saved file touches")
      .default(false)
      .conflicts(["only", "json", "shard", "store"]),
  )
  .option("--json", "print what was made as JSON", false)
  .action(({ watch, ...options }) =>
    run(async () =>
      watch ? (await import("./watch.ts")).watch(options) : (await import("./synth.ts")).synth(options),
    ),
  );

program
  .command("seal")
  .description("make one output of the shards that were brought together in a folder")
  .option(...outputOption)
  .option("--json", "print what was made as JSON", false)
  .action((options) => run(async () => (await import("./seal.ts")).seal(options)));

program
  .command("verify")
  .description(
    "validate synthesized stacks and objects on the real engines, those that changed since they were found valid, and that both worlds agree",
  )
  .option(...workspaceOption)
  .option(...outputOption)
  .option(...onlyOption)
  .option("--all", "judge also what was found valid before; for CI", false)
  .option("--engine <path>", "Terraform or OpenTofu to use; default: the one on the path")
  .option("--digest <digest>", "fail unless the output is the one that was reviewed, as sha256:...")
  .option("--strict", "fail when something cannot be judged, such as objects without an API server; for CI", false)
  .option("--json", "print the report as JSON", false)
  .action((options) => run(async () => (await import("./verify.ts")).verifyCommand(options)));

const baseOption = ["-b, --base <ref>", "what to compare with: a git ref, or a folder that holds an output"] as const;
const headOption = [
  "--head <ref>",
  "what to review: a git ref, or a folder that holds an output; default: the working tree",
] as const;

program
  .command("review")
  .description("say what changed between two outputs, why, and whether it is safe")
  .option(...workspaceOption)
  .requiredOption(...baseOption)
  .option(...headOption)
  .option("--report <folder>", "folder that the full report is written to", "review")
  .option(
    "--plan <folder>",
    "plans of stacks: <stack>.json of `terraform show -json`, <stack>.sha256 of what was planned",
  )
  .option("--report-url <url>", "where people find the full report, for the comment")
  .addOption(
    new Option("--fail-on <severity>", "lightest risk that needs a decision")
      .choices(["high", "medium", "low"] as const)
      .default("medium" as const),
  )
  .option("--date <day>", "today, as 2026-11-25, by which accepted risks expire", day)
  .option("--json", "print the report as JSON", false)
  .addOption(
    new Option("--schema", "print the JSON Schema of report.json, and review nothing")
      .default(false)
      .implies({ base: "HEAD" }),
  )
  .action((options) => run(async () => (await import("./review.ts")).reviewCommand(options)));

program
  .command("affected")
  .description("list the stacks and applications whose bytes a change touches")
  .option(...workspaceOption)
  .requiredOption(...baseOption)
  .option(...headOption)
  .addOption(
    new Option("--format <format>", "text, json, or github for the outputs of a job")
      .choices(["text", "json", "github"] as const)
      .default("text" as const),
  )
  .action((options) => run(async () => (await import("./affected.ts")).affectedCommand(options)));

program
  .command("explain")
  .description("show the value of a leaf and every source that set it")
  .argument("<path>", "path of a leaf, such as url-shortener.services.redirect.scaling.max")
  .requiredOption("-e, --environment <name>", "environment to resolve in")
  .option("-r, --region <code>", "region to resolve in; default: the environment as a whole")
  .option(...workspaceOption)
  .option("--json", "print as JSON", false)
  .action((path, options) => run(async () => (await import("./explain.ts")).explain(path, options)));

program
  .command("list")
  .description("list blueprints, environments, stacks and applications with their wave")
  .option(...workspaceOption)
  .option(...onlyOption)
  .option("--names", "print the names of the stacks only, in apply order", false)
  .option("--json", "print as JSON", false)
  .action((options) => run(async () => (await import("./list.ts")).list(options)));

program
  .command("rehearse")
  .description("bring an environment up on an AWS simulator and a Kubernetes control plane on this machine")
  .argument("<blueprint>", "blueprint whose environment comes up")
  .requiredOption("-e, --environment <name>", "environment to bring up")
  .option("-r, --region <code...>", "regions to bring up; default: all of the environment")
  .addOption(new Option("--only <side>", "rehearse one side only").choices(["cloud", "cluster"] as const))
  .option("--destroy", "take the stacks down again", false)
  .option("--engine <path>", "Terraform or OpenTofu to use; default: the first on the path")
  .option("--aws-endpoint <url>", "an AWS API of yours to use, such as LocalStack's; default: a simulator is started")
  .option("--remote-endpoint", "allow an endpoint that is not on this machine", false)
  .option("--kubeconfig <file>", "a cluster of yours to use, such as one of kind; default: one is started")
  .option(...outputOption)
  .option("--json", "print as JSON", false)
  .action((blueprint, options) => run(async () => (await import("./rehearse.ts")).rehearseCommand(blueprint, options)));

program
  .command("engines")
  .description("build or find the engines that verify and rehearse use, once per machine")
  .argument(
    "[name...]",
    "kube, etcd, kwok, crds, moto, istioctl, promtool, amtool, actionlint, checkov or tofu; default: all but tofu",
  )
  .action((names) => run(async () => (await import("./engines.ts")).enginesCommand(names)));

program
  .command("coverage")
  .description("show which facts of the reference architecture are encoded")
  .argument("[layer...]", "layers; default: all")
  .option("--format <format>", "text, json or markdown", "text")
  .action((layers, options) => run(async () => (await import("./coverage.ts")).coverageCommand(layers, options)));

program
  .command("analyze")
  .description("say what an output means for its load, latency, layers and defences")
  .argument("<blueprint>", "blueprint that is asked about")
  .argument(
    "[analysis...]",
    "such as capacity, latency, request-path, routes, ddos or sign-in; a name that there is not lists them all; default: all",
  )
  .requiredOption("-e, --environment <name>", "environment that is asked about")
  .option(...workspaceOption)
  .option(...outputOption)
  .addOption(
    new Option("--format <format>", "how tables are printed")
      .choices(["text", "markdown", "json"] as const)
      .default("text" as const),
  )
  .action((blueprint, analyses, options) =>
    run(async () => (await import("./analyze.ts")).analyzeCommand(blueprint, analyses, options)),
  );

/** A day of the calendar, as it is written in acknowledgements. */
function day(given: string): string {
  if (/^\d{4}-\d{2}-\d{2}$/.test(given) && new Date(given).toJSON()?.startsWith(given)) return given;
  throw new InvalidArgumentError("a day is written 2026-11-25");
}

await program.parseAsync();
