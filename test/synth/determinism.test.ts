import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { outputFolder } from "../synthesized.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const COMMAND = join(ROOT, "lib", "cli", "main.ts");
/** Makes every way to the network throw. */
const OFFLINE = `data:text/javascript,${encodeURIComponent(`
  import net from "node:net"; import dns from "node:dns";
  const refuse = () => { throw new Error("synthesis asked the network"); };
  net.Socket.prototype.connect = refuse; dns.lookup = refuse; globalThis.fetch = refuse;`)}`;
/** Makes tokens before anything else does, so that the text of all later ones is longer. */
const TOKENS = `data:text/javascript,${encodeURIComponent(`
  process.env.CDKTN_DISABLE_CREATION_STACK = "1";
  const { Token } = await import(${JSON.stringify(import.meta.resolve("cdktn"))});
  for (let made = 0; made < 123456; made += 1) Token.asString({ resolve: () => "x", creationStack: [], toString: () => "x" });`)}`;

interface Variation {
  readonly arguments?: readonly string[];
  readonly cwd?: string;
  readonly workspace?: string;
  readonly env?: NodeJS.ProcessEnv;
}

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});
function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "dodeca-same-"));
  folders.push(made);
  return made;
}

/** Synthesizes the workspace in a process of its own. @returns the digest over every byte */
function digest({
  arguments: before = [],
  cwd = ROOT,
  workspace = join(ROOT, "blueprints"),
  env = {},
}: Variation): Promise<string> {
  const output = folder();
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [...before, COMMAND, "synth", "--frozen", "--workspace", workspace, "--output", output],
      { cwd, env: { ...process.env, ...env }, stdio: ["ignore", "ignore", "pipe"] },
    );
    let said = "";
    child.stderr.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
    child.once("error", reject);
    child.once("close", (code) => {
      if (code !== 0) return reject(new Error(said));
      resolve(digestOf(output));
    });
  });
}

const digestOf = (output: string): string =>
  JSON.parse(readFileSync(join(output, "dist", "estate.json"), "utf8")).digest;

/** The same workspace under another path. */
function elsewhere(): string {
  const root = join(folder(), "a much longer path", "ünïcode");
  mkdirSync(root, { recursive: true });
  for (const name of ["lib", "node_modules", "package.json"]) symlinkSync(join(ROOT, name), join(root, name));
  cpSync(join(ROOT, "blueprints"), join(root, "blueprints"), { recursive: true });
  return join(root, "blueprints");
}

let expected: string;
beforeAll(async () => {
  expected = digestOf(await outputFolder());
});

test.each<[string, Variation]>([
  [
    "in another time zone and locale",
    { env: { TZ: "Pacific/Kiritimati", LANG: "tr_TR.UTF-8", LC_ALL: "tr_TR.UTF-8" } },
  ],
  ["from another folder", { cwd: tmpdir() }],
  ["with the workspace under another path", { workspace: elsewhere() }],
  ["after the process made many tokens", { arguments: ["--import", TOKENS] }],
  ["with the network unreachable", { arguments: ["--import", OFFLINE] }],
  [
    "with variables that other tools listen to",
    { env: { CDK8S_DISABLE_SORT: "1", CDKTF_OUTDIR: "", AWS_REGION: "eu-west-1", CI: "1" } },
  ],
])("the same workspace gives the same bytes %s", async (_, variation) => {
  expect(await digest(variation)).toBe(expected);
});
