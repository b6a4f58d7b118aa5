import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A program that answers as Terraform does, notes which stacks it judged, and refuses those that hold the word BROKEN. */
const PROGRAM = `
const { appendFileSync, chmodSync, mkdirSync, readFileSync, writeFileSync } = require("node:fs");
const { dirname, join } = require("node:path");
const said = (name) => readFileSync(join(__dirname, name), "utf8");
const [command, option] = process.argv.slice(2);
if (command === "version") {
  const version = said("version");
  console.log(option === "-json" ? JSON.stringify({ terraform_version: version }) : "Terraform v" + version);
}
if (command === "init") {
  const binary = join(".terraform/providers/registry.terraform.io/hashicorp/aws", said("provider"), "any/terraform-provider-aws_v");
  mkdirSync(dirname(binary), { recursive: true });
  writeFileSync(binary, "#!/bin/sh\\nexit 1\\n");
  chmodSync(binary, 0o755);
}
if (command === "validate") {
  const modules = Object.keys(JSON.parse(readFileSync("main.tf.json", "utf8")).module);
  const diagnostics = modules.flatMap((module) => {
    const text = readFileSync(join(module, "cdk.tf.json"), "utf8");
    const key = JSON.parse(text).terraform.backend.s3.key;
    appendFileSync(join(__dirname, "judged"), key.replace("/terraform.tfstate", "\\n"));
    const range = { filename: module + "/cdk.tf.json", start: { line: 1 } };
    return text.includes("BROKEN") ? [{ severity: "error", summary: "it is broken", range }] : [];
  });
  console.log(JSON.stringify({ valid: diagnostics.length === 0, diagnostics }));
}
`;

/** An engine in a folder of its own, on a machine with no provider mirror and no API server. */
export class FakeEngine {
  private readonly folder = mkdtempSync(join(tmpdir(), "dodeca-fake-engine-"));
  private readonly environment = { ...process.env };
  readonly path = join(this.folder, "terraform");

  constructor() {
    writeFileSync(this.path, `#!${process.execPath}\n${PROGRAM}`);
    chmodSync(this.path, 0o755);
    for (const name of ["ENGINES_DIR", "TF_PLUGIN_MIRROR"]) {
      process.env[name] = join(this.folder, name);
      mkdirSync(join(this.folder, name));
    }
    this.version = "1.11.0";
    this.provider = "6.0.0";
  }

  set version(version: string) {
    writeFileSync(join(this.folder, "version"), version);
  }

  /** Version of the provider that the registry has. */
  set provider(version: string) {
    writeFileSync(join(this.folder, "provider"), version);
  }

  /** Puts a provider into a mirror on this machine. */
  mirror(version: string): void {
    rmSync(join(this.folder, "TF_PLUGIN_MIRROR"), { recursive: true });
    const leaf = join(this.folder, "TF_PLUGIN_MIRROR/registry.terraform.io/hashicorp/aws", version, "any");
    mkdirSync(leaf, { recursive: true });
    writeFileSync(join(leaf, "terraform-provider-aws_v"), "");
    this.provider = version;
  }

  /** Stacks that it judged since it was asked last. */
  judged(): string[] {
    const file = join(this.folder, "judged");
    writeFileSync(file, "", { flag: "a" });
    const names = readFileSync(file, "utf8")
      .split("\n")
      .filter((name) => name !== "");
    rmSync(file);
    return names.sort();
  }

  remove(): void {
    process.env = this.environment;
    rmSync(this.folder, { recursive: true, force: true });
  }
}
