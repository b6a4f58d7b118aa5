import { type Estate, regionsOf } from "../estate/index.ts";
import { at, text, texts } from "../estate/json.ts";
import { type Resource, resourcesOf, type Stack } from "../estate/stacks.ts";
import { error, type Finding } from "./finding.ts";
import { statementsOf } from "./iam.ts";

/** Which role the pods of a service account have. */
export interface PodIdentity {
  readonly association: Resource;
  readonly namespace: string;
  readonly serviceAccount: string;
  /** Address of the role in the association's stack. */
  readonly role: string;
}

/** The pod identities that a stack associates. */
export const podIdentitiesOf = (stack: Stack): PodIdentity[] =>
  resourcesOf(stack, "aws_eks_pod_identity_association").map((association) => ({
    association,
    namespace: text(association.body["namespace"]) ?? "",
    serviceAccount: text(association.body["service_account"]) ?? "",
    role: /^\$\{(aws_iam_role\.[\w-]+)\.arn\}$/.exec(text(association.body["role_arn"]) ?? "")?.[1] ?? "",
  }));

/** Pods may become what they need to be: each service account has one role at most, which trusts pods, can do something, and has pods. */
export function podIdentities(estate: Estate): Finding[] {
  const found: Finding[] = [];
  for (const { stacks, applications } of regionsOf(estate)) {
    const accounts = new Map<string, Set<string>>();
    for (const { objects } of applications)
      for (const { kind, metadata } of objects)
        if (kind === "ServiceAccount") {
          const namespace = metadata.namespace ?? "default";
          accounts.set(namespace, (accounts.get(namespace) ?? new Set()).add(metadata.name));
        }
    const seen = new Map<string, string>();
    for (const { association, namespace, serviceAccount, role } of stacks.flatMap(podIdentitiesOf)) {
      const { stack, address } = association;
      const who = `${namespace}/${serviceAccount}`;
      const report = (code: string, summary: string): void => {
        found.push(error(code, stack.name, summary, address));
      };
      const other = seen.get(who);
      if (other !== undefined) report("pod-identity-twice", `${other} associates ${who} with a role too`);
      seen.set(who, stack.name);
      const known = accounts.get(namespace);
      // Accounts of add-ons come with their charts; where we write accounts ourselves, ours has to be among them.
      if (known !== undefined && !known.has(serviceAccount))
        report("pod-identity-unused", `there is no service account ${who}`);
      const found_ = resourcesOf(stack, "aws_iam_role").find((one) => one.address === role);
      const trust = statementsOf(text(found_?.body["assume_role_policy"]) ?? "");
      const trusted = ["sts:AssumeRole", "sts:TagSession"].every((action) =>
        trust.some(
          (statement) =>
            texts(at(statement, "Principal", "Service")).includes("pods.eks.amazonaws.com") &&
            texts(statement["Action"]).includes(action),
        ),
      );
      if (!trusted) report("pod-identity-untrusted", `the role of ${who} does not trust pods`);
      const able = ["aws_iam_role_policy", "aws_iam_role_policy_attachment"].some((type) =>
        resourcesOf(stack, type).some(({ body }) => text(body["role"])?.startsWith(`\${${role}.`)),
      );
      if (!able) report("pod-identity-powerless", `the role of ${who} has no policy`);
    }
  }
  return found;
}
