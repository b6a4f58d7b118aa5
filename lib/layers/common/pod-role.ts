import { EksPodIdentityAssociation } from "@cdktn/provider-aws/lib/eks-pod-identity-association/index.js";
import { IamRole } from "@cdktn/provider-aws/lib/iam-role/index.js";
import { IamRolePolicy } from "@cdktn/provider-aws/lib/iam-role-policy/index.js";
import { IamRolePolicyAttachment } from "@cdktn/provider-aws/lib/iam-role-policy-attachment/index.js";
import { Construct } from "constructs";
import { nameOf, type Place } from "../../model/place.ts";
import { policy, type Statement, trustsPods } from "./policy.ts";
import type { Stack } from "./stack.ts";

export interface PodRoleProps {
  readonly stack: Stack;
  readonly place: Place;
  /** Name of the EKS cluster. */
  readonly cluster: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  /** What the role is for; part of its name. */
  readonly name: string;
  /** What the pods may do. @default nothing beyond managed policies */
  readonly statements?: readonly Statement[];
  /** Policies that AWS maintains, by name below `policy/`. @default none */
  readonly managedPolicies?: readonly string[];
  /** ARN of the permission boundary. @default none */
  readonly boundary?: string;
  /** False where something else makes the association, such as a managed add-on. @default true */
  readonly associate?: boolean;
}

/** Permissions of the pods of one service account: a role and its association with the cluster (EKS Pod Identity). */
export class PodRole extends Construct {
  readonly role: IamRole;
  readonly association?: EksPodIdentityAssociation;

  constructor(scope: Construct, id: string, props: PodRoleProps) {
    super(scope, id);
    const { stack, place, namespace, serviceAccount, statements = [], managedPolicies = [] } = props;
    this.role = new IamRole(this, "Resource", {
      name: nameOf(place, "aws_iam_role", props.name),
      description: `Pods of ${namespace}/${serviceAccount}`,
      assumeRolePolicy: trustsPods(),
      ...(props.boundary === undefined ? {} : { permissionsBoundary: props.boundary }),
    });
    if (statements.length > 0)
      new IamRolePolicy(this, "policy", { name: "access", role: this.role.name, policy: policy(statements) });
    for (const name of managedPolicies) {
      new IamRolePolicyAttachment(this, name.replaceAll("/", "-"), {
        role: this.role.name,
        policyArn: `${stack.arn}:iam::aws:policy/${name}`,
      });
    }
    if (props.associate !== false) {
      this.association = new EksPodIdentityAssociation(this, "association", {
        clusterName: props.cluster,
        namespace,
        serviceAccount,
        roleArn: this.role.arn,
      });
    }
  }
}
