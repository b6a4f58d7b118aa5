import { load } from "js-yaml";
import { pipelines } from "../../lib/synth/pipeline.ts";
import { type Plan, planWorkspace } from "../../lib/topology/plan.ts";
import { type Document, repository } from "../support.ts";

const planned = async (): Promise<Plan> => {
  const { workspace, deployments } = await repository();
  return planWorkspace(workspace, deployments);
};
const workflow = (plan: Plan, name: "plan" | "apply"): Document =>
  load(pipelines(plan).get(`dist/delivery/github/${name}.yml`) ?? "");

test("a pull request plans every stack, wave after wave, with a role that reads", async () => {
  const plan = await planned();
  const { jobs, on } = workflow(plan, "plan");
  expect(Object.keys(on)).toEqual(["pull_request"]);
  const waves: [string, Document][] = Object.entries<Document>(jobs).filter(([name]) => name.startsWith("plan-wave-"));
  const stacks = waves.flatMap(([, job]) => job.strategy.matrix.include.map(({ stack }: Document) => stack));
  expect(stacks.sort()).toEqual(plan.stacks.map(({ name }) => name).sort());
  for (const [name, job] of waves) {
    const wave = Number(name.slice("plan-wave-".length));
    expect(job.needs).toEqual([wave === 0 ? "verify" : `plan-wave-${wave - 1}`]);
    expect(JSON.stringify(job.steps)).toContain("role/dodeca-plan");
  }
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
  const { jobs } = workflow({ ...plan, stacks: [...many, { ...first, name: "last", wave: 1 }] }, "plan");
  expect(jobs["plan-wave-0-1"].strategy.matrix.include).toHaveLength(256);
  expect(jobs["plan-wave-0-2"].strategy.matrix.include).toHaveLength(44);
  expect(jobs["plan-wave-1"].needs).toEqual(["plan-wave-0-1", "plan-wave-0-2"]);
});

test("Atlantis applies in the same order", async () => {
  const plan = await planned();
  const { projects }: Document = load(pipelines(plan).get("dist/delivery/atlantis.yaml") ?? "");
  const order = new Map(plan.stacks.map(({ name, wave }) => [name, wave]));
  for (const project of projects) expect(project.execution_order_group).toBe(order.get(project.name));
});
