import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const ROOT = join(import.meta.dirname, "..", "..");
const LIBRARY = join(ROOT, "lib", "index.ts");

/** What a run of the command printed, and how it ended. */
export interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A workspace in a folder of its own, for tests that run the command as a user would. */
export class TemporaryWorkspace {
  readonly root = mkdtempSync(join(tmpdir(), "dodeca-workspace-"));

  constructor(files: Readonly<Record<string, string>> = {}) {
    this.write(
      "blueprints/accounts.ts",
      `import { accounts } from "LIBRARY";\nexport default accounts({ main: { id: "210000000009" } });\n`,
    );
    for (const [path, text] of Object.entries(files)) this.write(path, text);
  }

  write(path: string, text: string): void {
    const file = join(this.root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text.replaceAll('"LIBRARY"', JSON.stringify(LIBRARY)));
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), "utf8");
  }

  run(...args: readonly string[]): Run {
    const done = spawnSync(process.execPath, [join(ROOT, "lib", "cli", "main.ts"), ...args], {
      cwd: this.root,
      encoding: "utf8",
    });
    return { code: done.status, out: done.stdout, err: done.stderr };
  }

  /** Paths and contents of the output. */
  output(): ReadonlyMap<string, string> {
    const files = new Map<string, string>();
    const visit = (folder: string): void => {
      for (const entry of readdirSync(join(this.root, folder), { withFileTypes: true })) {
        const path = `${folder}/${entry.name}`;
        if (entry.isDirectory()) visit(path);
        else files.set(path, this.read(path));
      }
    };
    for (const folder of ["cdktf.out", "dist"]) visit(folder);
    return files;
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** A small sound blueprint, with parts that a test replaces. */
export function source(parts: { readonly [part: string]: string } = {}): string {
  const {
    name = "tiny",
    data = "",
    streams = "",
    services = `web: { image: "tiny/web", uses: { items: "read-write" }, routes: [{ path: "/items/{id}", auth: "none" }] },`,
    layers = `edge: { domain: "tiny.example" },`,
    environments = `dev: { account: "main", tier: "dev", regions: { "us-east-1": "primary" } },`,
    head = "",
  } = parts;
  return `import { blueprint, cache, eventStream, keyValue, object, queue, relational, search, timeSeries, topic } from "LIBRARY";
void [cache, eventStream, object, queue, relational, search, timeSeries, topic];
export default blueprint({
  name: "${name}",
  owner: { team: "tiny" },${head}
  data: {
    items: keyValue({ partitionKey: "id" }),
    ${data}
  },
  streams: {
    ${streams}
  },
  services: {
    ${services}
  },
  layers: {
    ${layers}
  },
  environments: {
    ${environments}
  },
});
`;
}
