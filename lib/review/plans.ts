import { createHash } from "node:crypto";
import { z } from "zod";
import { error, type Finding } from "../checks/finding.ts";
import type { Files } from "../estate/files.ts";
import { parsed } from "../estate/json.ts";
import type { Node } from "../estate/node.ts";
import { stackFile } from "../estate/stacks.ts";

const actions = z.enum(["no-op", "create", "read", "update", "delete", "forget"]);

const planSchema = z.looseObject({
  format_version: z.string(),
  errored: z.boolean().optional(),
  resource_changes: z
    .array(
      z.looseObject({
        address: z.string(),
        mode: z.string(),
        type: z.string(),
        action_reason: z.string().optional(),
        previous_address: z.string().optional(),
        change: z.looseObject({
          actions: z.array(actions),
          before: z.unknown(),
          after: z.unknown(),
          after_unknown: z.unknown(),
          before_sensitive: z.unknown(),
          after_sensitive: z.unknown(),
          replace_paths: z.array(z.array(z.union([z.string(), z.number()]))).optional(),
        }),
      }),
    )
    .optional(),
  configuration: z.looseObject({
    root_module: z.looseObject({ resources: z.array(z.looseObject({ address: z.string() })).optional() }).optional(),
  }),
});

/** What an engine has planned for a resource. */
export type ResourceChange = NonNullable<z.infer<typeof planSchema>["resource_changes"]>[number];

/** A plan of a stack, as `terraform show -json` prints it. */
export interface StackPlan {
  readonly stack: string;
  readonly changes: readonly ResourceChange[];
}

/** Plans that can be believed, and what is wrong with the others. */
export interface Plans {
  readonly plans: readonly StackPlan[];
  readonly errors: readonly Finding[];
}

/**
 * Reads plans: `<stack>.json` as `terraform show -json` prints it, and beside it `<stack>.sha256`, the digest of the stack's
 * file that was planned. A plan for other bytes than those reviewed says nothing about them.
 *
 * @param texts both files' texts by name
 * @param head files of the output that is reviewed
 */
export function readPlans(texts: ReadonlyMap<string, string>, head: Files, nodes: readonly Node[]): Plans {
  const plans: StackPlan[] = [];
  const errors: Finding[] = [];
  for (const [file, text] of texts) {
    const stack = /^(.+)\.json$/.exec(file)?.[1];
    if (stack === undefined) continue;
    const found = readPlan(stack, text, texts.get(`${stack}.sha256`), head, nodes);
    if ("changes" in found) plans.push(found);
    else errors.push(found);
  }
  return { plans, errors };
}

function readPlan(
  stack: string,
  text: string,
  digest: string | undefined,
  head: Files,
  nodes: readonly Node[],
): StackPlan | Finding {
  const report = (code: string, summary: string, fix: string, address?: string): Finding =>
    error(code, stack, summary, address, fix);
  const bytes = head.get(stackFile(stack));
  if (bytes === undefined)
    return report(
      "plan-of-no-stack",
      "there is a plan, and no such stack in the output",
      "plan the stacks of this output",
    );
  const own = createHash("sha256").update(bytes).digest("hex");
  const said = /[0-9a-f]{64}/.exec(digest ?? "")?.[0];
  if (said !== own)
    return report(
      "plan-of-other-bytes",
      said === undefined
        ? `nothing says which bytes were planned: there is no ${stack}.sha256`
        : `the plan is for sha256:${said.slice(0, 12)}…, and the stack is sha256:${own.slice(0, 12)}…`,
      "plan again, with `sha256sum cdk.tf.json` of what is planned beside the plan",
    );
  const plan = planSchema.safeParse(parsed(text));
  if (!plan.success)
    return report("plan-unreadable", "the file is no plan in JSON", "write it with `terraform show -json PLAN`");
  if (plan.data.errored === true)
    return report("plan-failed", "the engine could not finish this plan", "mend what it said and plan again");
  const planned = new Set((plan.data.configuration.root_module?.resources ?? []).map(({ address }) => address));
  const written = new Set(
    nodes.flatMap(({ unit, kind, address }) =>
      unit === stack && (kind === "resource" || kind === "data") ? [address] : [],
    ),
  );
  const [odd] = [
    ...[...planned].filter((address) => !written.has(address)),
    ...[...written].filter((address) => !planned.has(address)),
  ];
  if (odd !== undefined)
    return report(
      "plan-contradicts-stack",
      `${odd} is in the ${planned.has(odd) ? "plan" : "stack"} and not in the ${planned.has(odd) ? "stack" : "plan"}`,
      "plan the folder of the stack as it was synthesized, with nothing added",
      odd,
    );
  return { stack, changes: plan.data.resource_changes ?? [] };
}
