import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { source, TemporaryWorkspace } from "./temporary-workspace.ts";

const BLUEPRINT = "blueprints/tiny/blueprint.ts";
const PROGRAM = join(import.meta.dirname, "..", "..", "lib", "cli", "main.ts");

/** A command that goes on, and what it has printed since it was last asked. */
class Watching {
  private readonly child: ChildProcess;
  private text = "";
  private printed = Promise.withResolvers<void>();

  constructor(workspace: TemporaryWorkspace) {
    this.child = spawn(process.execPath, [PROGRAM, "synth", "--watch"], {
      cwd: workspace.root,
      env: { ...process.env, NODE_OPTIONS: "" },
    });
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.on("data", (data) => {
        this.text += data;
        this.printed.resolve();
      });
    this.child.on("exit", () => this.printed.resolve());
  }

  /** What is printed until a text has been. */
  async until(end: string): Promise<string> {
    while (!this.text.includes(end)) {
      if (this.child.exitCode !== null) throw new Error(`it has ended, and said ${this.text}`);
      this.printed = Promise.withResolvers();
      await this.printed.promise;
    }
    const said = this.text;
    this.text = "";
    return said;
  }

  /** Ends it. @returns its exit code */
  async interrupt(): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const ended = once(this.child, "exit");
      this.child.kill("SIGINT");
      await ended;
    }
    return this.child.exitCode;
  }
}

test("synth --watch says what a saved file changes, which problem comes and which is gone", async () => {
  const workspace = new TemporaryWorkspace({
    "blueprints/drain.ts": 'export const drain = "20s";\n',
    [BLUEPRINT]: source({
      head: "\n",
      services: 'web: { image: "tiny/web", uses: { items: "read-write" }, drain },',
    }).replace("import {", 'import { drain } from "../drain.ts";\nimport {'),
  });
  const watching = new Watching(workspace);
  try {
    expect(await watching.until(" ms)")).toMatch(/^\d+ files written, 0 deleted/);

    workspace.write("blueprints/drain.ts", 'export const drain = "25s";\n');
    const changed = await watching.until(" ms)");
    expect(changed).toContain("services.web.drain  20s → 25s  (dev global, us-east-1)");
    expect(changed).toContain("~ tiny Deployment tiny/web  [dev us-east-1]");
    expect(workspace.read("dist/kubernetes/tiny/dev/us-east-1/web/deployment-tiny-web.yaml")).toContain("25");

    workspace.write("blueprints/drain.ts", 'export const drain = "soon";\n');
    const wrong = await watching.until("nothing was written");
    expect(wrong).toContain("tiny.services.web.drain");
    expect(wrong).toContain(`given:   "soon"`);

    workspace.write("blueprints/drain.ts", 'export const drain = "26s";\n');
    const mended = await watching.until("deleted");
    expect(mended).toContain("mended: tiny.services.web.drain");
    expect(mended).toContain("services.web.drain  25s → 26s");

    expect(await watching.interrupt()).toBe(0);
  } finally {
    await watching.interrupt();
    workspace.remove();
  }
});
