import { PIPELINE_ROLES } from "../layers/delivery/pipeline-roles.ts";
import { inMatrices, matrixName } from "../model/matrices.ts";
import type { Plan, PlannedStack } from "../topology/plan.ts";
import { RENDERED_BRANCH } from "./argo-roots.ts";
import { emitYaml } from "./yaml.ts";

const TERRAFORM = "1.11.4";
const ACTIONS = {
  checkout: "actions/checkout@v4",
  node: "actions/setup-node@v4",
  terraform: "hashicorp/setup-terraform@v3",
  credentials: "aws-actions/configure-aws-credentials@v4",
  upload: "actions/upload-artifact@v4",
  download: "actions/download-artifact@v4",
  // Of the package that the lock file names: the action and the command are of one version.
  review: "./node_modules/dodeca/actions/review",
};

/** Pipelines of a workspace: GitHub Actions in waves, and Atlantis for who prefers it. */
export function pipelines(plan: Plan): ReadonlyMap<string, string> {
  const comment = "Generated: copy to .github/workflows and change the blueprint, not this file.";
  return new Map([
    ["dist/delivery/github/plan.yml", emitYaml(planWorkflow(plan), { comment })],
    ["dist/delivery/github/apply.yml", emitYaml(applyWorkflow(plan), { comment })],
    ["dist/delivery/atlantis.yaml", emitYaml(atlantis(plan), { comment: "Generated: stacks in waves, for Atlantis." })],
  ]);
}

type Job = Record<string, unknown>;

const setup = (checkout: object = {}): object[] => [
  { uses: ACTIONS.checkout, ...(Object.keys(checkout).length === 0 ? {} : { with: checkout }) },
  { uses: ACTIONS.node, with: { "node-version": "24", cache: "npm" } },
  { run: "npm ci" },
  { run: "npx dodeca synth --frozen" },
];

const BASE = "origin/${{ github.base_ref }}";

/** A pull request plans the stacks whose bytes it touches, and is reviewed with what the engine has planned. */
function planWorkflow(plan: Plan): object {
  const plans = Object.fromEntries(
    matricesOf(plan).map((matrix): [string, Job] => [`plan-${matrix}`, planJob(matrix)]),
  );
  return {
    name: "plan",
    on: { pull_request: {} },
    permissions: { contents: "read", "id-token": "write" },
    concurrency: { group: "plan-${{ github.ref }}", "cancel-in-progress": true },
    jobs: {
      verify: {
        "runs-on": "ubuntu-latest",
        steps: [
          ...setup(),
          { uses: ACTIONS.terraform, with: { terraform_version: TERRAFORM } },
          { run: "npx dodeca verify" },
        ],
      },
      affected: {
        "runs-on": "ubuntu-latest",
        outputs: Object.fromEntries(
          matricesOf(plan).map((matrix) => [matrix, `\${{ steps.affected.outputs.${matrix} }}`]),
        ),
        steps: [
          ...setup({ "fetch-depth": 0 }),
          { id: "affected", run: `npx dodeca affected --base "${BASE}" --format github >> "$GITHUB_OUTPUT"` },
        ],
      },
      ...plans,
      review: {
        needs: ["verify", "affected", ...Object.keys(plans)],
        // What could not be planned is reviewed by its bytes.
        if: "${{ !cancelled() && needs.verify.result == 'success' && needs.affected.result == 'success' }}",
        "runs-on": "ubuntu-latest",
        permissions: { contents: "read", "pull-requests": "write", "security-events": "write" },
        steps: [
          ...setup({ "fetch-depth": 0 }),
          { run: "mkdir -p plans" },
          { uses: ACTIONS.download, with: { pattern: "plan-*", path: "plans", "merge-multiple": true } },
          { uses: ACTIONS.review, with: { base: BASE, plan: "plans" } },
        ],
      },
    },
  };
}

/** Names of the matrices that the affected stacks are given out in: as many as all stacks would need. */
const matricesOf = (plan: Plan): string[] => inMatrices(plan.stacks).map((_, index) => matrixName(index));

const planJob = (matrix: string): Job => ({
  needs: ["affected"],
  if: `\${{ needs.affected.outputs.${matrix} != '' }}`,
  "runs-on": "ubuntu-latest",
  strategy: {
    "fail-fast": false,
    "max-parallel": 20,
    matrix: `\${{ fromJSON(needs.affected.outputs.${matrix}) }}`,
  },
  steps: [
    ...stackSetup("plan"),
    {
      "working-directory": "cdktf.out/stacks/${{ matrix.stack }}",
      run: [
        "terraform plan -input=false -lock-timeout=5m -out=tfplan",
        "mkdir -p ../../../plans",
        'terraform show -json tfplan > "../../../plans/${{ matrix.stack }}.json"',
        'sha256sum cdk.tf.json > "../../../plans/${{ matrix.stack }}.sha256"',
      ].join("\n"),
    },
    {
      uses: ACTIONS.upload,
      with: { name: "plan-${{ matrix.stack }}", path: "plans", "retention-days": 1 },
    },
  ],
});

/** After a merge the output goes to the branch that Argo CD follows, then the stacks are applied in waves. */
function applyWorkflow(plan: Plan): object {
  const waves = wavesOf(plan);
  return {
    name: "apply",
    on: { push: { branches: ["main"] } },
    permissions: { contents: "read", "id-token": "write" },
    // One apply at a time, and none is ever cut off.
    concurrency: { group: "apply", "cancel-in-progress": false },
    jobs: {
      ...waves,
      render: {
        needs: Object.keys(waves).filter((name) => name.startsWith(`apply-wave-${lastWave(plan)}`)),
        "runs-on": "ubuntu-latest",
        permissions: { contents: "write" },
        steps: [
          ...setup(),
          {
            run: [
              "git config user.name dodeca",
              "git config user.email dodeca@users.noreply.github.com",
              `git checkout -B ${RENDERED_BRANCH}`,
              "git add --force dist",
              'git diff --cached --quiet || git commit --message "Output of ${GITHUB_SHA}"',
              `git push --force origin ${RENDERED_BRANCH}`,
            ].join("\n"),
          },
        ],
      },
    },
  };
}

const lastWave = (plan: Plan): number => Math.max(0, ...plan.stacks.map(({ wave }) => wave));

/** Every stack, wave after wave: also what no change has touched, since an earlier run may have failed. */
function wavesOf(plan: Plan): Record<string, Job> {
  const jobs: Record<string, Job> = {};
  let needs: readonly string[] = [];
  for (let wave = 0; wave <= lastWave(plan); wave += 1) {
    const chunks = inMatrices(plan.stacks.filter((stack) => stack.wave === wave));
    const names = chunks.map((_, index) => `apply-wave-${wave}${chunks.length === 1 ? "" : `-${index + 1}`}`);
    for (const [index, stacks] of chunks.entries())
      jobs[names[index] ?? ""] = {
        ...(needs.length === 0 ? {} : { needs }),
        "runs-on": "ubuntu-latest",
        strategy: { "fail-fast": false, "max-parallel": 20, matrix: { include: stacks.map(rowOf) } },
        environment: "${{ matrix.account }}",
        steps: [
          ...stackSetup("apply"),
          {
            run: "terraform -chdir=cdktf.out/stacks/${{ matrix.stack }} apply -input=false -auto-approve -lock-timeout=15m -parallelism=30",
          },
        ],
      };
    needs = names;
  }
  return jobs;
}

/** The output, the engine, the role of the account, and the stack of a matrix row made ready. */
const stackSetup = (verb: "plan" | "apply"): object[] => [
  ...setup(),
  { uses: ACTIONS.terraform, with: { terraform_version: TERRAFORM, terraform_wrapper: false } },
  {
    uses: ACTIONS.credentials,
    with: {
      "role-to-assume": `arn:\${{ matrix.partition }}:iam::\${{ matrix.id }}:role/${PIPELINE_ROLES[verb]}`,
      "aws-region": "${{ matrix.region }}",
    },
  },
  { run: "terraform -chdir=cdktf.out/stacks/${{ matrix.stack }} init -input=false" },
];

const rowOf = (stack: PlannedStack): object => ({
  stack: stack.name,
  account: stack.props.account.name,
  id: stack.props.account.id,
  partition: stack.props.account.partition,
  region: stack.props.region,
});

function atlantis(plan: Plan): object {
  return {
    version: 3,
    automerge: false,
    parallel_plan: true,
    parallel_apply: true,
    abort_on_execution_order_fail: true,
    projects: plan.stacks.map(({ name, wave, dependencies }) => ({
      name,
      dir: `cdktf.out/stacks/${name}`,
      execution_order_group: wave,
      ...(dependencies.length === 0 ? {} : { depends_on: dependencies }),
      autoplan: { when_modified: ["cdk.tf.json"], enabled: true },
      apply_requirements: ["approved", "mergeable", "undiverged"],
    })),
  };
}
