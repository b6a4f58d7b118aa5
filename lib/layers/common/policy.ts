import type { Stack } from "./stack.ts";

/** One statement of an IAM policy, in AWS's own words. */
export interface Statement {
  readonly sid?: string;
  readonly effect?: "Allow" | "Deny";
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** @default none: identity policies name no principal */
  readonly principals?: Readonly<Record<string, readonly string[]>>;
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/**
 * An IAM policy document as text. Tokens in it stay expressions. Policy variables must be written `$${aws:...}`, or
 * Terraform would read them as its own.
 */
export function policy(statements: readonly Statement[]): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: statements.map(({ sid, effect, actions, resources, principals, conditions }) => ({
      ...(sid === undefined ? {} : { Sid: sid }),
      Effect: effect ?? "Allow",
      ...(principals === undefined ? {} : { Principal: principals["*"] === undefined ? mapValues(principals) : "*" }),
      Action: oneOrMany(actions),
      Resource: oneOrMany(resources),
      ...(conditions === undefined ? {} : { Condition: conditions }),
    })),
  });
}

/** Of a key's policy: IAM policies of the account decide, as for everything else in it. */
export const accountOwnsKey = (stack: Stack): Statement => ({
  sid: "Account",
  principals: { AWS: [`${stack.arn}:iam::${stack.account.id}:root`] },
  actions: ["kms:*"],
  resources: ["*"],
});

/** Trust policy of a role that an AWS service assumes. */
export function trusts(service: string, conditions?: Statement["conditions"]): string {
  return policyWithoutResource([
    {
      actions: ["sts:AssumeRole"],
      principals: { Service: [service] },
      ...(conditions === undefined ? {} : { conditions }),
    },
  ]);
}

/** Trust policy of a role that pods assume through EKS Pod Identity. */
export function trustsPods(): string {
  return policyWithoutResource([
    { actions: ["sts:AssumeRole", "sts:TagSession"], principals: { Service: ["pods.eks.amazonaws.com"] } },
  ]);
}

/** A trust policy: statements that name principals and no resource. */
export function policyWithoutResource(statements: readonly Omit<Statement, "resources">[]): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: statements.map(({ sid, effect, actions, principals, conditions }) => ({
      ...(sid === undefined ? {} : { Sid: sid }),
      Effect: effect ?? "Allow",
      Principal: mapValues(principals ?? {}),
      Action: oneOrMany(actions),
      ...(conditions === undefined ? {} : { Condition: conditions }),
    })),
  });
}

const oneOrMany = (values: readonly string[]): string | readonly string[] =>
  values.length === 1 ? (values[0] ?? []) : values;
const mapValues = (principals: Readonly<Record<string, readonly string[]>>) =>
  Object.fromEntries(Object.entries(principals).map(([type, values]) => [type, oneOrMany(values)]));
