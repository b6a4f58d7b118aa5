import { load } from "js-yaml";
import { pipelines } from "../../lib/synth/pipeline.ts";
import type { Plan } from "../../lib/topology/plan.ts";
import { type Document, planned } from "../support.ts";

const workflow = (plan: Plan, name: "plan" | "apply"): Document =>
  load(pipelines(plan).get(`dist/delivery/github/${name}.yml`) ?? "");

test("a pull request plans what it touches with a role that reads, and is reviewed with these plans", async () => {
  const { jobs, on } = workflow(await planned(), "plan");
  expect(Object.keys(on)).toEqual(["pull_request"]);
  expect(Object.keys(jobs)).toEqual([
    "affected",
    "plan-stacks-1",
    "plan-stacks-2",
    "plan-stacks-3",
    "review",
    "verify",
  ]);
  expect(Object.keys(jobs.affected.outputs)).toEqual(["stacks-1", "stacks-2", "stacks-3"]);
  const { strategy, steps } = jobs["plan-stacks-2"];
  expect(strategy.matrix).toBe("${{ fromJSON(needs.affected.outputs.stacks-2) }}");
  expect(JSON.stringify(steps)).toContain("role/dodeca-plan");
  expect(JSON.stringify(steps)).not.toContain("apply");
  expect(jobs.review.needs).toEqual(["verify", "affected", "plan-stacks-1", "plan-stacks-2", "plan-stacks-3"]);
  expect(jobs.review.steps.at(-1)).toEqual({
    uses: "./node_modules/dodeca/actions/review",
    with: { base: "origin/${{ github.base_ref }}", plan: "plans" },
  });
});

test("a merge applies in the environment of each account, one run at a time, and then hands the output to Argo CD", async () => {
  const { jobs, concurrency } = workflow(await planned(), "apply");
  expect(concurrency).toEqual({ group: "apply", "cancel-in-progress": false });
  for (const [name, job] of Object.entries<Document>(jobs)) {
    if (!name.startsWith("apply-wave-")) continue;
    expect(job.environment).toBe("${{ matrix.account }}");
    expect(JSON.stringify(job.steps)).toContain("role/dodeca-apply");
  }
  expect(jobs.render.needs).toEqual([expect.stringMatching(/^apply-wave-\d+$/)]);
});

test("a wave with more stacks than one matrix may have is several jobs", async () => {
  const plan = await planned();
  const [first] = plan.stacks;
  if (first === undefined) throw new Error("no stacks");
  const many = Array.from({ length: 300 }, (_, index) => ({ ...first, name: `stack-${index}`, wave: 0 }));
  const { jobs } = workflow({ ...plan, stacks: [...many, { ...first, name: "last", wave: 1 }] }, "apply");
  expect(jobs["apply-wave-0-1"].strategy.matrix.include).toHaveLength(256);
  expect(jobs["apply-wave-0-2"].strategy.matrix.include).toHaveLength(44);
  expect(jobs["apply-wave-1"].needs).toEqual(["apply-wave-0-1", "apply-wave-0-2"]);
});

test("Atlantis applies in the same order", async () => {
  const plan = await planned();
  const { projects }: Document = load(pipelines(plan).get("dist/delivery/atlantis.yaml") ?? "");
  const order = new Map(plan.stacks.map(({ name, wave }) => [name, wave]));
  for (const project of projects) expect(project.execution_order_group).toBe(order.get(project.name));
});
