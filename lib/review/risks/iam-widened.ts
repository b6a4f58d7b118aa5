import { canonical } from "../../estate/attributes.ts";
import type { Change } from "../../estate/diff.ts";
import { text } from "../../estate/json.ts";
import type { Node } from "../../estate/node.ts";
import type { Evidence } from "../evidence.ts";
import { Policies, RESOURCE_POLICIES } from "../iam/policies.ts";
import type { Statement } from "../iam/statement.ts";
import { actionsTold, allowedBefore, conditionsTold, told } from "../iam/telling.ts";
import {
  anybody,
  foreignAccounts,
  isBroad,
  weightOfAccess,
  weightOfManaged,
  weightOfPermission,
} from "../iam/weight.ts";
import { type Gain, gainsOf, lostDenials } from "../iam/widening.ts";
import { maskOf } from "../mask.ts";
import type { Rule, Suspicion } from "../risk.ts";
import { hasReferred, hasUnit } from "../whole.ts";
import { titleOf } from "./stateful.ts";

/** Somebody may do something that was not allowed before: actions, resources, principals, or conditions that are gone. */
export const iamWidened: Rule = {
  id: "iam-widened",
  severity: "medium",
  consequence: "Whoever holds the role, or gets hold of it, can do what could not be done until now.",
  undo: "Put the statement back: permissions are narrower within seconds of the apply. What was done meanwhile stays done.",
  judge: (evidence) => new Widening(evidence).suspicions(),
};

class Widening {
  private readonly evidence: Evidence;
  private readonly before: Policies;
  private readonly after: Policies;
  private readonly changes: ReadonlyMap<string, Change>;
  /** Policies whose text comes from a data source that has changed, and that change. */
  private readonly indirect: ReadonlyMap<Change, Change>;
  private usual: ReadonlySet<string> | undefined;

  constructor(evidence: Evidence) {
    this.evidence = evidence;
    const moved = evidence.changes.filter(({ kind }) => kind === "moved");
    this.before = new Policies(evidence.base, evidence.before, moved);
    this.after = new Policies(evidence.head, evidence.after);
    this.changes = new Map(evidence.changes.map((change) => [change.node.id, change]));
    this.indirect = new Map(evidence.changes.flatMap((change) => this.readersOf(change).map((one) => [one, change])));
  }

  private readersOf({ node, attributes }: Change): Change[] {
    if (node.type !== "aws_iam_policy_document") return [];
    const reference = `\${${node.address}.json}`;
    return this.evidence.after
      .where(
        ({ unit, kind, body }) => unit === node.unit && kind === "resource" && Object.values(body).includes(reference),
      )
      .flatMap((reader): Change[] => {
        const was = this.evidence.before.nodes.get(reader.id);
        return was === undefined || this.changes.has(reader.id)
          ? []
          : [{ kind: "changed", node: reader, before: was, attributes }];
      });
  }

  suspicions(): Suspicion[] {
    const changes = [...this.evidence.changes, ...this.indirect.keys()];
    const found = [
      ...this.identities(changes),
      ...changes.flatMap((change) => [
        ...this.managedPolicy(change),
        ...this.resourcePolicy(change),
        ...this.boundary(change),
        ...this.clusterAccess(change),
      ]),
    ];
    return found.map((one) => {
      const cause = one.change === undefined ? undefined : this.indirect.get(one.change);
      return cause === undefined ? one : { ...one, change: cause };
    });
  }

  /** Each role, user or group that something has changed about, by all of its policies together. */
  private identities(all: readonly Change[]): Suspicion[] {
    const affected = new Map<string, Change[]>();
    for (const change of all) {
      const is = change.kind === "removed" ? undefined : this.after.identityOf(change.node);
      const was = change.before === undefined ? undefined : this.before.identityOf(change.before);
      for (const id of new Set([is, was].flatMap((one) => one ?? [])))
        affected.set(id, [...(affected.get(id) ?? []), change]);
    }
    return [...affected].flatMap(([id, changes]) => (this.after.hasIdentity(id) ? this.identity(id, changes) : []));
  }

  private identity(id: string, changes: readonly Change[]): Suspicion[] {
    const was = this.before.identity(this.changes.get(id)?.before?.id ?? id);
    const is = this.after.identity(id);
    const [first] = changes;
    if (first === undefined) return [];
    const title = is.node === undefined ? id : titleOf(is.node);
    const changeOf = ({ node }: Statement): Change =>
      this.changes.get(node.id) ?? changes.find(({ before }) => before?.id === node.id) ?? first;
    if (was.node === undefined && was.statements.length + was.managed.size === 0)
      return [
        ...gainsOf([], is.statements)
          .filter((gain) => isBroad(gain) && !this.isUsual(gain.statement))
          .map((gain) => permission(changeOf(gain.statement), `${title}, which is new,`, gain, "high", [])),
        ...[...is.managed]
          .filter(([arn]) => weightOfManaged(arn) === "high" && !this.hadManaged(arn))
          .map(([arn, node]) => ({
            change: this.changes.get(node.id) ?? first,
            severity: "high" as const,
            what: `${title}, which is new, has ${arn}`,
          })),
      ];
    const gains = gainsOf(was.statements, is.statements).filter(
      // What is wrong with a policy of its own is told there, once for all that it is attached to.
      ({ statement: { node } }) => node.type !== "aws_iam_policy" || !this.isKnown(node),
    );
    const denials = lostDenials(was.statements, is.statements, is.managed.size > 0 ? "others" : "these").filter(
      ({ node }) => node.type !== "aws_iam_policy" || !this.isKnown(node),
    );
    return [
      ...gains.map((gain) =>
        permission(changeOf(gain.statement), title, gain, weightOfPermission(gain), was.statements),
      ),
      ...denials.map((denial) => notDenied(changeOf(denial), title, denial)),
      ...[...is.managed]
        .filter(([arn]) => !was.managed.has(arn))
        .map(([arn, node]) => ({
          change: this.changes.get(node.id) ?? first,
          severity: weightOfManaged(arn),
          what: `${title} now has ${arn}; before it had ${[...was.managed.keys()].join(", ") || "no managed policy"}`,
        })),
      ...is.unreadable.flatMap((node) => {
        const change = this.changes.get(node.id);
        return change === undefined ? [] : [unreadable(change)];
      }),
    ];
  }

  /** Whether a policy of its own was there before, so that it is compared with itself. */
  private isKnown(node: Node): boolean {
    const change = this.changes.get(node.id);
    return change === undefined ? this.evidence.before.nodes.has(node.id) : change.before !== undefined;
  }

  private managedPolicy(change: Change): Suspicion[] {
    const { node, before, kind } = change;
    if (node.type !== "aws_iam_policy" || kind === "removed") return [];
    const is = this.after.statements(node, node.body["policy"]);
    const was = before === undefined ? [] : this.before.statements(before, before.body["policy"]);
    if (is === undefined || was === undefined) return [unreadable(change)];
    const title = `Whoever has ${titleOf(node)}`;
    if (before === undefined) return [];
    return [
      ...gainsOf(was, is).map((gain) => permission(change, title, gain, weightOfPermission(gain), was)),
      ...lostDenials(was, is, "others").map((denial) => notDenied(change, title, denial)),
    ];
  }

  /** What a resource, a key or a role lets others do with it. */
  private resourcePolicy(change: Change): Suspicion[] {
    const { node, before, kind } = change;
    const key = RESOURCE_POLICIES[node.type];
    if (key === undefined || node.kind !== "resource") return [];
    if (kind === "removed" && !this.isGuardLost(change)) return [];
    const read = (policies: Policies, of: Node): Statement[] | undefined =>
      policies.statements(of, of.body[key] ?? UNSET[of.type]);
    const is = kind === "removed" ? [] : read(this.after, node);
    const was = before === undefined ? [] : read(this.before, before);
    if (is === undefined || was === undefined)
      return change.attributes.some(({ path }) => path === key) ? [unreadable(change)] : [];
    const title = titleOf(node);
    const account = this.after.accountOf(node);
    const gains = gainsOf(was, is);
    if (before === undefined)
      return gains
        .filter((gain) => anybody(gain) || foreignAccounts(gain, account).length > 0)
        .filter((gain) => node.type !== "aws_vpc_endpoint" && !this.isUsual(gain.statement))
        .map((gain) => access(change, `${title}, which is new,`, gain, "high", []));
    return [
      ...gains.map((gain) => access(change, title, gain, weightOfAccess(gain, account), was)),
      ...lostDenials(was, is, node.type === "aws_iam_role" ? "these" : "others").map((denial) =>
        notDenied(change, title, denial),
      ),
    ];
  }

  /** Whether what a policy was about is still there without it. */
  private isGuardLost({ node }: Change): boolean {
    if (RESOURCE_POLICIES[node.type] === undefined || !/_policy$/.test(node.type)) return false;
    const of = ["bucket", "key_id", "queue_url", "arn", "repository", "secret_arn", "backup_vault_name"];
    const expression = of.map((key) => node.body[key]).find((value) => value !== undefined);
    return hasReferred(this.evidence.after, node, expression);
  }

  private boundary(change: Change): Suspicion[] {
    const { node, before } = change;
    if (before === undefined || change.kind === "removed") return [];
    const [was, is] = [text(before.body["permissions_boundary"]), text(node.body["permissions_boundary"])];
    if (was === undefined || was === is || !change.attributes.some(({ path }) => path === "permissions_boundary"))
      return [];
    return [
      {
        change,
        severity: is === undefined ? "high" : "medium",
        what:
          is === undefined
            ? `${titleOf(node)} is no longer bounded: before it was by ${was}`
            : `${titleOf(node)} is bounded by ${is} and no longer by ${was}`,
      },
    ];
  }

  /** Who else gets into a cluster that was there before. */
  private clusterAccess(change: Change): Suspicion[] {
    const { node, kind, before } = change;
    if (kind === "removed" || !hasUnit(this.evidence.before, node)) return [];
    const who = text(node.body["principal_arn"]) ?? "?";
    if (node.type === "aws_eks_access_policy_association") {
      const [was, is] = [text(before?.body["policy_arn"]), text(node.body["policy_arn"]) ?? "?"];
      const wider = was !== is || (kind === "changed" && canonical(node.body["access_scope"]).includes('"cluster"'));
      if (!wider || (kind === "moved" && change.attributes.length === 0)) return [];
      return [
        {
          change,
          severity: /Admin/.test(is) ? "high" : "medium",
          what: `${who} now has ${is} in the cluster; before it had ${was ?? "nothing"}`,
        },
      ];
    }
    if (node.type !== "aws_eks_access_entry") return [];
    const had = new Set([before?.body["kubernetes_groups"]].flat());
    const groups = [node.body["kubernetes_groups"]].flat().filter((one) => one !== undefined && !had.has(one));
    return groups.length === 0
      ? []
      : [{ change, severity: "high", what: `${who} is now in ${groups.join(", ")} of the cluster, and was not` }];
  }

  /** Whether the same statement stands elsewhere already, so that it was decided before. */
  private isUsual({ node, source }: Statement): boolean {
    this.usual ??= new Set(this.before.all().map((one) => maskOf(one.node)(canonical(one.source))));
    return this.usual.has(maskOf(node)(canonical(source)));
  }

  private hadManaged(arn: string): boolean {
    return (
      this.evidence.before.where(({ type, body }) => type.endsWith("_policy_attachment") && body["policy_arn"] === arn)
        .length > 0
    );
  }
}

/** What AWS has where no policy is written. */
const UNSET: Readonly<Record<string, unknown>> = {
  aws_vpc_endpoint: { Statement: [{ Effect: "Allow", Principal: "*", Action: "*", Resource: "*" }] },
};

function permission(
  change: Change,
  title: string,
  gain: Gain,
  severity: Suspicion["severity"],
  before: readonly Statement[],
): Suspicion {
  return {
    change,
    ...(severity === undefined ? {} : { severity }),
    what: `${title} may now ${actionsTold(gain.statement, gain.actions)} on ${told(gain.resources)}${since(gain, before)}`,
  };
}

function access(
  change: Change,
  title: string,
  gain: Gain,
  severity: Suspicion["severity"],
  before: readonly Statement[],
): Suspicion {
  const who = anybody(gain) ? "anybody" : told(gain.principals);
  const where = gain.resources.every(({ not, of }) => !not && of.join() === "*") ? "" : ` on ${told(gain.resources)}`;
  return {
    change,
    ...(severity === undefined ? {} : { severity }),
    what: `${title} now allows ${who} to ${actionsTold(gain.statement, gain.actions)}${where}${since(gain, before)}`,
  };
}

/** How it was before. */
function since(gain: Gain, before: readonly Statement[]): string {
  const { conditional, statement } = gain;
  const [first] = conditional;
  if (first !== undefined) {
    const now = conditionsTold(statement.conditions);
    return `${now === "" ? "" : ` if ${now}`}; before only if ${conditionsTold(first.conditions)}`;
  }
  const others = before.filter(({ effect }) => effect === "Allow");
  if (others.length === 0) return "";
  const principals = told(others.map((one) => one.principals));
  return principals === "*"
    ? `; before: ${allowedBefore(before, gain)}`
    : `; before: ${allowedBefore(before, gain)}, to ${principals}`;
}

const notDenied = (change: Change, title: string, denial: Statement): Suspicion => ({
  change,
  severity: "high",
  what: `${title} no longer denies ${actionsTold(denial)} on ${told([denial.resources])}${
    denial.conditions.length === 0 ? "" : ` if ${conditionsTold(denial.conditions)}`
  }`,
});

const unreadable = (change: Change): Suspicion => ({
  change,
  severity: "medium",
  what: `${titleOf(change.node)} has a policy that is an expression: what it allows cannot be told before it is applied`,
});
