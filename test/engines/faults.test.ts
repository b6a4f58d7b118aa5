import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { enginesFolder } from "../../lib/engines/terraform.ts";
import { contract, SmallOutput, type Stacks } from "./small-output.ts";

/** What happens to a rehearsal when something breaks: run by `npm run test:engines`. */

const CLOUD = ["--only", "cloud"];
const CLUSTER = ["--only", "cluster"];

/** A rehearsal of an output that is looked at afterwards: it must be as it was, and nothing may be left. */
async function withOutput(work: (output: SmallOutput) => Promise<void>, change: Stacks = {}): Promise<void> {
  const output = new SmallOutput(change);
  const before = output.bytes();
  try {
    await work(output);
    expect(await output.leftBehind()).toEqual([]);
    expect(output.bytes()).toEqual(before);
  } finally {
    output.remove();
  }
}

test("stacks come up in order with their states in the simulator, and down again with nothing left", () =>
  withOutput(async (output) => {
    const { code, out } = await output.rehearse([...CLOUD, "--destroy"]).ended;
    expect(out).toContain("4 of 4 stacks came up, 5 resources, 0 left out; 3 taken down again, 0 resources left");
    expect(out.indexOf("up shop-dev-us-east-1-streaming")).toBeLessThan(out.indexOf("apply shop-dev-us-east-1-mesh"));
    expect(code).toBe(0);
  }));

test("a stack that fails is named with what the engine said; what depends on it is not started, all else comes up", () =>
  withOutput(
    async (output) => {
      const { code, out } = await output.rehearse([...CLOUD, "--destroy"]).ended;
      expect(out).toMatch(/failed: shop-dev-us-east-1-streaming\n\s+Error: .*no-such-key/);
      expect(out).toContain("not started: shop-dev-us-east-1-mesh");
      expect(out).toContain("up shop-dev-us-east-1-security");
      expect(out).toContain("2 of 4 stacks came up");
      expect(code).toBe(1);
    },
    {
      "shop-dev-us-east-1-streaming": {
        body: { data: { aws_kms_key: { key: { key_id: "alias/no-such-key" } } } },
      },
    },
  ));

test("an empty contract value is named by the stack that publishes it", () =>
  withOutput(
    async (output) => {
      const { code, out } = await output.rehearse(CLOUD).ended;
      expect(out).toMatch(/failed: shop-dev-us-east-1-streaming\n[\s\S]*The contract value arn is empty/);
      expect(code).toBe(1);
    },
    {
      "shop-dev-us-east-1-streaming": {
        body: {
          resource: {
            aws_sns_topic: { orders: { name: "shop-dev-orders" } },
            aws_ssm_parameter: { arn: contract("trimprefix(aws_sns_topic.orders.name, aws_sns_topic.orders.name)") },
          },
        },
      },
    },
  ));

test("what a destroy leaves behind is named", () =>
  withOutput(
    async (output) => {
      const { code, out } = await output.rehearse([...CLOUD, "--destroy"]).ended;
      expect(out).toMatch(/left after destroy: arn:aws:logs:us-east-1:210000000009:log-group:\/shop/);
      // A key and a secret wait out the days in which they can be recovered.
      expect(out).toContain("3 taken down again, 1 resources left");
      expect(code).toBe(1);
    },
    {
      "shop-dev-us-east-1-security": {
        body: {
          resource: {
            aws_cloudwatch_log_group: { kept: { name: "/shop", skip_destroy: true } },
            aws_kms_key: { leaving: { description: "leaving" } },
            aws_secretsmanager_secret: { leaving: { name: "shop/leaving" } },
          },
        },
      },
    },
  ));

test("a simulator that dies while stacks are applied is named, and the next run works", () =>
  withOutput(async (output) => {
    let killed = false;
    const { code, out } = await output.rehearse(CLOUD, (line) => {
      if (killed || !line.includes("apply shop-dev")) return;
      killed = true;
      output.killOne(/simulator\.py/);
    }).ended;
    expect(out).toMatch(/the cloud side broke off:\n\s+the AWS simulator ended with SIGKILL/);
    expect(code).toBe(1);
    expect(await output.leftBehind()).toEqual([]);
    expect((await output.rehearse(CLOUD).ended).code).toBe(0);
  }));

test("an API server that dies while applications are synced is named, and the next run works", () =>
  withOutput(async (output) => {
    let killed = false;
    const { code, out } = await output.rehearse(CLUSTER, (line) => {
      if (killed || !line.includes("definitions")) return;
      killed = true;
      output.killOne(/kube-apiserver/);
    }).ended;
    expect(out).toMatch(/the cluster side broke off:\n\s+the API server does not answer/);
    expect(code).toBe(1);
    expect(await output.leftBehind()).toEqual([]);
    expect((await output.rehearse(CLUSTER).ended).code).toBe(0);
  }));

test("two rehearsals at once do not meet", () =>
  withOutput(async (output) => {
    const both = await Promise.all([output.rehearse([]).ended, output.rehearse([]).ended]);
    expect(both.map(({ code, out }) => [code, code === 0 ? "" : out])).toEqual([
      [0, ""],
      [0, ""],
    ]);
  }));

test("a port that somebody takes in the last moment is no failure", () =>
  withOutput(async (output) => {
    // Engines that fail once as if their port were taken.
    const engines = join(output.root, "engines");
    mkdirSync(engines);
    for (const name of readdirSync(enginesFolder()))
      if (name !== "kube-apiserver") symlinkSync(join(enginesFolder(), name), join(engines, name));
    const once = join(output.root, "taken");
    writeFileSync(
      join(engines, "kube-apiserver"),
      `#!/bin/sh\nif mkdir ${once} 2>/dev/null; then echo 'listen tcp 127.0.0.1:6443: bind: address already in use'; exit 1; fi\nexec ${join(enginesFolder(), "kube-apiserver")} "$@"\n`,
      { mode: 0o755 },
    );
    const { code, out } = await output.rehearse(CLUSTER, undefined, { ENGINES_DIR: engines }).ended;
    expect(readdirSync(output.root)).toContain("taken");
    expect([code, code === 0 ? "" : out]).toEqual([0, ""]);
  }));

test.each([
  ["SIGKILL", CLUSTER, "definitions"],
  ["SIGINT", CLUSTER, "definitions"],
  ["SIGTERM", CLUSTER, "definitions"],
  ["SIGKILL", CLOUD, "apply shop-dev"],
  ["SIGINT", CLOUD, "apply shop-dev"],
] as const)("%s in the middle of %j leaves no process and no folder behind", (signal, side, moment) =>
  withOutput(async (output) => {
    let working = 0;
    const run = output.rehearse(side, (line) => {
      if (working > 0 || !line.includes(moment)) return;
      working = 1;
      const timer = setInterval(() => {
        // Not before engines are at work.
        working = output.working().length;
        if (working < 2) return;
        clearInterval(timer);
        run.kill(signal);
      }, 20);
    });
    const { code } = await run.ended;
    expect(working).toBeGreaterThan(1);
    expect(code).toBe(signal === "SIGKILL" ? null : 1);
  }),
);
