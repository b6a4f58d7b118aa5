import { namespaceOf } from "../estate/cluster-edges.ts";
import type { Graph } from "../estate/graph.ts";
import { at, text, texts } from "../estate/json.ts";
import { identityKey } from "../estate/link-edges.ts";
import { type Node, placeOf } from "../estate/node.ts";
import { errorAt, type Finding } from "./finding.ts";
import { policiesOf, statementsOf } from "./iam.ts";

/** Which role the pods of a service account have. */
export interface PodIdentity {
  readonly association: Node;
  readonly namespace: string;
  readonly serviceAccount: string;
  /** The role, where the association's stack makes it. */
  readonly role?: Node;
}

/** The pod identities of a graph, by the place whose stacks associate them. */
export const podIdentitiesOf = (graph: Graph): ReadonlyMap<string, readonly PodIdentity[]> =>
  Map.groupBy(
    graph.ofType("resource", "aws_eks_pod_identity_association").map((association): PodIdentity => {
      const role = graph
        .targetsOf(association.id, "reference", "aws_iam_role")
        .find(({ address }) => association.body["role_arn"] === `\${${address}.arn}`);
      return {
        association,
        namespace: text(association.body["namespace"]) ?? "",
        serviceAccount: text(association.body["service_account"]) ?? "",
        ...(role === undefined ? {} : { role }),
      };
    }),
    ({ association }) => placeOf(association),
  );

/** Pods may become what they need to be: each service account has one role at most, which trusts pods, can do something, and has pods. */
export function podIdentities(graph: Graph): Finding[] {
  const found: Finding[] = [];
  // Accounts of add-ons come with their charts; where we write accounts ourselves, ours has to be among them.
  const written = new Set(
    graph.ofType("object", "ServiceAccount").map((node) => `${placeOf(node)} ${namespaceOf(node) ?? "default"}`),
  );
  const seen = new Map<string, Node>();
  for (const [place, identities] of podIdentitiesOf(graph))
    for (const { association, namespace, serviceAccount, role } of identities) {
      const who = `${namespace}/${serviceAccount}`;
      const report = (code: string, summary: string): void => {
        found.push(errorAt(association, code, summary));
      };
      const other = seen.get(identityKey(association));
      if (other !== undefined) report("pod-identity-twice", `${other.unit} associates ${who} with a role too`);
      seen.set(identityKey(association), association);
      if (written.has(`${place} ${namespace}`) && graph.dependentsOf(association.id, "identity").length === 0)
        report("pod-identity-unused", `there is no service account ${who}`);
      if (role === undefined || !trustsPods(role))
        report("pod-identity-untrusted", `the role of ${who} does not trust pods`);
      if (role === undefined || policiesOf(graph, role).length === 0)
        report("pod-identity-powerless", `the role of ${who} has no policy`);
    }
  return found;
}

function trustsPods({ body }: Node): boolean {
  const trust = statementsOf(text(body["assume_role_policy"]) ?? "");
  return ["sts:AssumeRole", "sts:TagSession"].every((action) =>
    trust.some(
      (statement) =>
        texts(at(statement, "Principal", "Service")).includes("pods.eks.amazonaws.com") &&
        texts(statement["Action"]).includes(action),
    ),
  );
}
