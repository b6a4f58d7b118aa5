import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { load } from "js-yaml";
import { reportSchema } from "../../lib/review/report.ts";
import { type Run, source, TemporaryWorkspace } from "./temporary-workspace.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const SERVICES = (replicas: number, key = "id"): { readonly [part: string]: string } => ({
  services: `web: { image: "tiny/web", uses: { items: "read-write" }, scaling: { min: 1, max: ${replicas} }, routes: [{ path: "/items/{id}", auth: "none" }] },`,
  data: `orders: keyValue({ partitionKey: "${key}" }),`,
});

/** A project as a user has one: a git repository with dodeca among its dependencies. */
class Project {
  private readonly workspace = new TemporaryWorkspace({
    "blueprints/tiny/blueprint.ts": source(SERVICES(2)),
    "package.json": '{ "name": "infrastructure", "private": true, "type": "module" }\n',
    "package-lock.json": "{}\n",
    ".gitignore": "node_modules/\n/dist/\n/cdktf.out/\n/review/\n/cache/\n/bin/\n/plans/\n",
  });
  readonly root = this.workspace.root;

  constructor() {
    mkdirSync(join(this.root, "node_modules", ".bin"), { recursive: true });
    symlinkSync(ROOT, join(this.root, "node_modules", "dodeca"));
    symlinkSync(join("..", "dodeca", "bin", "dodeca.mjs"), join(this.root, "node_modules", ".bin", "dodeca"));
    this.git("init", "--quiet", "--initial-branch", "main");
    this.dodeca("synth");
    this.commit();
  }

  edit(parts: { readonly [part: string]: string }): void {
    this.workspace.write("blueprints/tiny/blueprint.ts", source(parts));
  }

  commit(): void {
    this.git("add", "--all");
    this.git("-c", "user.name=a", "-c", "user.email=a@b.example", "commit", "--quiet", "--message", "x");
  }

  git(...args: readonly string[]): void {
    const { status, stderr } = spawnSync("git", ["-C", this.root, ...args], { encoding: "utf8" });
    if (status !== 0) throw new Error(stderr);
  }

  dodeca(...args: readonly string[]): Run {
    return this.run(process.execPath, [join(ROOT, "lib", "cli", "main.ts"), ...args]);
  }

  run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Run {
    const done = spawnSync(command, [...args], {
      cwd: this.root,
      encoding: "utf8",
      env: { ...process.env, XDG_CACHE_HOME: join(this.root, "cache"), ...env },
    });
    return { code: done.status, out: done.stdout, err: done.stderr };
  }

  report() {
    return reportSchema.parse(JSON.parse(readFileSync(join(this.root, "review", "report.json"), "utf8")));
  }

  remove(): void {
    this.workspace.remove();
  }
}

let project: Project;
beforeAll(() => {
  project = new Project();
});
afterAll(() => project.remove());

test("without a change it is safe, and nothing is affected", () => {
  const { code, out, err } = project.dodeca("review", "--base", "main");
  expect([code, code === 0 ? "" : err]).toEqual([0, ""]);
  expect(out).toContain("### Dodeca: safe to apply");
  expect(project.dodeca("affected", "--base", "main").out).toBe("");
});

test("an edit of a blueprint is told with the leaf, its file and line; the output of the base is kept", () => {
  project.edit(SERVICES(3));
  const { code, out } = project.dodeca("review", "--base", "main", "--report-url", "https://ci.example/1");
  expect(code).toBe(0);
  expect(out).toContain("`services.web.scaling.max` | `2` | `3` | blueprint tiny");
  const { moves, rows } = project.report();
  expect(moves.map(({ path, file, line }) => [path, file, line])).toEqual([
    ["services.web.scaling.max", "blueprints/tiny/blueprint.ts", 14],
  ]);
  expect(rows.map(({ causes }) => causes)).toEqual(rows.map(() => [{ how: "tried", move: 0 }]));
  expect(readdirSync(join(project.root, "cache", "dodeca-outputs"))).toHaveLength(1);
  for (const file of ["comment.md", "report.html", "report.sarif"])
    expect(existsSync(join(project.root, "review", file))).toBe(true);
});

test("a risk needs a decision, and only what is as heavy as asked", () => {
  project.edit(SERVICES(1));
  expect(project.dodeca("review", "--base", "main").code).toBe(1);
  expect(project.report().risks.map(({ rule, severity }) => [rule, severity])).toEqual([["scaling-cut", "medium"]]);
  expect(project.dodeca("review", "--base", "main", "--fail-on", "high").code).toBe(0);
});

test("affected stacks are those whose bytes differ: a blueprint that is written otherwise affects none", () => {
  project.edit(SERVICES(2, "code"));
  const { out } = project.dodeca("affected", "--base", "main", "--format", "github");
  const [, matrix = ""] = /^stacks-1=(.*)$/m.exec(out) ?? [];
  expect(JSON.parse(matrix).include.map(({ stack }: { stack: string }) => stack)).toEqual([
    "tiny-dev-us-east-1-data-orders",
  ]);
  project.edit({ ...SERVICES(2), head: " // the same in other words" });
  expect(project.dodeca("affected", "--base", "main").out).toBe("");
});

test("a branch is compared with where it began, as a pull request is", () => {
  project.edit(SERVICES(2));
  project.git("checkout", "--quiet", "-b", "feature");
  project.git("checkout", "--quiet", "main");
  project.edit(SERVICES(3));
  project.commit();
  project.git("checkout", "--quiet", "feature");
  expect(project.dodeca("review", "--base", "main").out).toContain("the output is the same");
  const both = project.dodeca("review", "--base", "feature", "--head", "main");
  expect(both.out).toContain("`services.web.scaling.max` | `2` | `3`");
});

test("a folder can be either side, and a base that is neither folder nor ref is refused with the nearest", () => {
  expect(project.dodeca("review", "--base", ".").code).toBe(0);
  const { code, err } = project.dodeca("review", "--base", "maine");
  expect(code).toBe(2);
  expect(err).toContain("unknown-ref");
  expect(err).toContain("nearest: main");
});

test("verify refuses an output other than the one that was reviewed, and one that was changed by hand", () => {
  project.dodeca("synth");
  const { digest } = JSON.parse(readFileSync(join(project.root, "dist", "estate.json"), "utf8"));
  project.dodeca("review", "--base", "main");
  expect(project.report().head.digest).toBe(digest);
  const file = "cdktf.out/stacks/tiny-dev-us-east-1-data-orders/cdk.tf.json";
  writeFileSync(join(project.root, file), `${readFileSync(join(project.root, file), "utf8")} `);
  const { code, out } = project.dodeca("verify", "--digest", "sha256:0");
  expect(code).toBe(1);
  expect(out).toContain(`${file}\n  error: the file is not as it was synthesized [output-altered]`);
  expect(out).toContain("and sha256:0 was reviewed [digest-differs]");
});

describe("the action", () => {
  interface Step {
    readonly id?: string;
    readonly run?: string;
    readonly env?: Readonly<Record<string, string>>;
  }
  const action = join(ROOT, "actions", "review");
  const steps = (): readonly Step[] => {
    const read: unknown = load(readFileSync(join(action, "action.yml"), "utf8"));
    return Reflect.get(Reflect.get(Object(read), "runs"), "steps");
  };
  const script = (name: string): Step | undefined => steps().find(({ run }) => run?.includes(name));

  /** Runs a step's own words, as the runner would. */
  const step = (words: string, env: NodeJS.ProcessEnv): Run =>
    project.run("bash", ["-e", "-o", "pipefail", "-c", words], {
      GITHUB_ACTION_PATH: action,
      GITHUB_OUTPUT: join(project.root, "cache", "output"),
      GITHUB_REPOSITORY: "example/tiny",
      PATH: `${join(project.root, "bin")}:${dirname(process.execPath)}:${process.env["PATH"]}`,
      ...env,
    });

  test("reviews, hands on the verdict and fails only at its end", () => {
    project.edit(SERVICES(1));
    const [review, ...others] = steps().filter(({ run }) => run !== undefined);
    const { code, err } = step(review?.run ?? "", {
      BASE: "feature",
      WORKSPACE: "blueprints",
      PLAN: "",
      FAIL_ON: "medium",
      REPORT_URL: "https://ci.example/1",
    });
    expect([code, code === 0 ? "" : err]).toEqual([0, ""]);
    expect(readFileSync(join(project.root, "cache", "output"), "utf8")).toBe("code=1\nverdict=decide\n");
    expect(Object.keys(review?.env ?? {}).sort()).toEqual(["BASE", "FAIL_ON", "PLAN", "REPORT_URL", "WORKSPACE"]);
    expect(step(others.at(-1)?.run ?? "", { CODE: "1" }).code).toBe(1);
  });

  test.each([
    ["writes a comment where there is none", "", "POST repos/example/tiny/issues/7/comments"],
    ["writes over its own comment of the push before", "42", "PATCH repos/example/tiny/issues/comments/42"],
  ])("%s", (_, known, expected) => {
    const log = join(project.root, "cache", "gh.log");
    mkdirSync(join(project.root, "bin"), { recursive: true });
    const gh = join(project.root, "bin", "gh");
    writeFileSync(
      gh,
      `#!/bin/sh\ncase "$*" in *--jq*) printf '%s\\n' "${known}";; *) echo "$3 $4 $*" > "${log}";; esac\n`,
    );
    chmodSync(gh, 0o755);
    const { code, err } = step(script("comment.sh")?.run ?? "", { PULL_REQUEST: "7", GH_TOKEN: "x" });
    expect([code, err]).toEqual([0, ""]);
    const said = readFileSync(log, "utf8");
    expect(said.startsWith(expected)).toBe(true);
    expect(said).toContain("body=@review/comment.md");
  });
});
