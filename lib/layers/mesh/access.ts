import { IamRolePolicyAttachment } from "@cdktn/provider-aws/lib/iam-role-policy-attachment/index.js";
import { Construct } from "constructs";
import { clusterName, namespaceOf, type Place } from "../../model/place.ts";
import { accessOf as analyticsAccess } from "../analytics/contract.ts";
import { accessOf as clientAccess, policiesOf as clientPolicies } from "../client/contract.ts";
import { encodes } from "../common/encodes.ts";
import { PodRole } from "../common/pod-role.ts";
import type { Statement } from "../common/policy.ts";
import type { Stack } from "../common/stack.ts";
import { accessOf as storeAccess } from "../data/contract.ts";
import { workloadBoundaryArn } from "../security/contract.ts";
import { accessOf as streamAccess } from "../streaming/contract.ts";

/** What each service may do on AWS: exactly what its `uses` say. A service that uses nothing there has no role. */
export class ServiceAccess extends Construct {
  constructor(stack: Stack, id: string, place: Place) {
    super(stack, id);
    for (const name of Object.keys(place.blueprint.services)) {
      const statements = statementsOf(stack, place, name);
      const policies = clientPolicies(place, name);
      if (statements.length === 0 && policies.length === 0) continue;
      const role = new PodRole(this, name, {
        stack,
        place,
        cluster: clusterName(place),
        namespace: namespaceOf(place, name),
        serviceAccount: name,
        name,
        statements,
        boundary: workloadBoundaryArn(stack),
      });
      for (const one of policies)
        new IamRolePolicyAttachment(role, one, {
          role: role.role.name,
          policyArn: `${stack.arn}:iam::${stack.account.id}:policy/${one}`,
        });
      encodes("security.secrets.access", role.role);
    }
  }
}

/** The statements of a service, in the order of its `uses`, then what it does for clients and with their profiles. */
export function statementsOf(stack: Stack, place: Place, service: string): Statement[] {
  const used = Object.entries(place.blueprint.services[service]?.uses ?? {}).flatMap(([target, verb]) => {
    if (place.blueprint.data[target] !== undefined) return [...storeAccess(stack, place, target, verb, service)];
    if (place.blueprint.streams[target] !== undefined) return [...streamAccess(stack, place, target, verb, service)];
    return [];
  });
  return [...used, ...clientAccess(stack, place, service), ...analyticsAccess(stack, place, service)];
}
