import { foundation } from "../../lib/layers/foundation/index.ts";
import { fakeNodes } from "../../lib/rehearsal/nodes.ts";
import { differencesIn } from "../../lib/rehearsal/stack-run.ts";
import { inOrder, reversed, type Step } from "../../lib/rehearsal/steps.ts";
import { type Document, objectsOf, place } from "../support.ts";

const step = (name: string, ...dependencies: readonly string[]): Step => ({
  name,
  wave: 0,
  account: "1",
  region: "us-east-1",
  dependencies,
});
const STEPS = [step("a"), step("b", "a"), step("c", "a"), step("d", "b", "c"), step("e")];
const pause = (milliseconds: number): Promise<void> => new Promise((wake) => setTimeout(wake, milliseconds));

describe("stacks of a rehearsal", () => {
  test("start as soon as all they depend on are there, not with their wave", async () => {
    const events: string[] = [];
    await inOrder(STEPS, 2, async ({ name }) => {
      events.push(`+${name}`);
      await pause(name === "b" ? 60 : 10);
      events.push(`-${name}`);
      return true;
    });
    const at = (event: string): number => events.indexOf(event);
    for (const { name, dependencies } of STEPS)
      for (const before of dependencies) expect(at(`-${before}`)).toBeLessThan(at(`+${name}`));
    expect(at("+c")).toBeLessThan(at("-b"));
  });

  test("never run more at once than they may", async () => {
    let running = 0;
    let most = 0;
    await inOrder(
      Array.from({ length: 9 }, (_, index) => step(`s${index}`)),
      3,
      async () => {
        running += 1;
        most = Math.max(most, running);
        await pause(5);
        running -= 1;
        return true;
      },
    );
    expect(most).toBe(3);
  });

  test("that depend on a failure are not started and named, all others are", async () => {
    const started: string[] = [];
    const left = await inOrder(STEPS, 1, async ({ name }) => {
      started.push(name);
      return name !== "b";
    });
    expect(started).toEqual(["a", "b", "c", "e"]);
    expect(left.map(({ name }) => name)).toEqual(["d"]);
  });

  test("are taken down after those that depend on them", () => {
    const down = new Map(reversed(STEPS).map(({ name, dependencies }) => [name, dependencies]));
    expect(down.get("a")).toEqual(["b", "c"]);
    expect(down.get("d")).toEqual([]);
    expect([...down.keys()][0]).toBe("e");
  });
});

describe("a second plan", () => {
  test("names what it wants to change, and not what it only reads", () => {
    const plan = [
      "Terraform will perform the following actions:",
      "  # aws_kinesis_stream.clicks will be updated in-place",
      "  # data.aws_iam_policy.x will be read during apply",
      "  # aws_lb.gone must be replaced",
    ].join("\n");
    expect(differencesIn(plan).map(({ address }) => address)).toEqual(["aws_kinesis_stream.clicks", "aws_lb.gone"]);
  });
});

describe("fake nodes", () => {
  test("stand in every zone of every pool, with its labels and taints", async () => {
    const objects: Document[] = await objectsOf(foundation, await place("reference", "prod", "us-east-1"), "nodes");
    const nodes: Document[] = fakeNodes(objects);
    const zones = new Set(nodes.map(({ metadata }) => metadata.labels["topology.kubernetes.io/zone"]));
    expect(zones).toEqual(new Set(["us-east-1a", "us-east-1b", "us-east-1c"]));
    const [gpu] = nodes.filter(({ metadata }) => metadata.labels["dodeca.dev/pool"] === "gpu");
    expect(gpu.spec.taints).toEqual([{ key: "nvidia.com/gpu", value: "true", effect: "NoSchedule" }]);
    expect(gpu.status.allocatable["nvidia.com/gpu"]).toBe("4");
    expect(gpu.metadata.labels["kubernetes.io/arch"]).toBe("amd64");
  });
});
