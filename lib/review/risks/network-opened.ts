import type { Change } from "../../estate/diff.ts";
import { at, list, text, texts } from "../../estate/json.ts";
import type { Node } from "../../estate/node.ts";
import type { Evidence } from "../evidence.ts";
import { maskOf } from "../mask.ts";
import { isCovered, isPublic, prefixOf } from "../network/addresses.ts";
import {
  authorizationGuards,
  type CallPermit,
  calls,
  callTold,
  isPreflight,
  weightOfCall,
} from "../network/authorization.ts";
import { firewallOpenings } from "../network/firewall.ts";
import { lostRefusals, type Opening, openings } from "../network/guards.ts";
import { meshOpenings } from "../network/mesh-encryption.ts";
import { networkGuards, type PeerPermit, peers, peerTold, weightOfPeer } from "../network/network-policies.ts";
import {
  groupOf,
  isPermitted,
  letsInternetIn,
  type Permit,
  permitsOf,
  permitTold,
  SecurityGroups,
} from "../network/security-groups.ts";
import type { Rule, Suspicion } from "../risk.ts";
import { type Setting, turnedOff, turnedOn, valueAt, worsened } from "../settings.ts";
import { hasReferred, hasUnit } from "../whole.ts";
import { isNewUserless } from "./public-without-authentication.ts";
import { titleOf } from "./stateful.ts";

/** Somebody reaches something that was out of reach: by address, by port, by label, or through a firewall. */
export const networkOpened: Rule = {
  id: "network-opened",
  severity: "medium",
  consequence:
    "What could not be reached until now can be: a weakness in it, or in whoever reaches it, counts from now on.",
  undo: "Put the rule back: connections are refused within seconds of the apply or sync. Look into the logs for who came in.",
  judge: (evidence) => [
    ...groupOpenings(evidence),
    ...policyOpenings(evidence),
    ...callOpenings(evidence),
    ...evidence.changes.flatMap((change) => [
      ...meshOpenings(change, evidence.before, evidence.after),
      ...firewallOpenings(change),
      ...worsened(change, SETTINGS),
      ...clusterEndpoint(change),
      ...egressHosts(change, evidence),
      ...blockGone(change, evidence),
      ...routeToInternet(change, evidence),
    ]),
  ],
};

const isPublicScheme = (before: unknown, after: unknown): boolean =>
  before !== after && after === "internet-facing" && before !== undefined;
const becameAll = (before: unknown, after: unknown): boolean => before !== "All" && after === "All";
const becamePublicType = (before: unknown, after: unknown): boolean =>
  (before === undefined || before === "ClusterIP") && (after === "LoadBalancer" || after === "NodePort");
const becameInternal = (before: unknown, after: unknown): boolean => before === true && after !== true;

const high = (path: string, isWorse: Setting["isWorse"]): Setting => ({ path, isWorse, severity: "high" });
const blocks = ["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"].map(
  (one) => high(one, turnedOff),
);

const SETTINGS: Readonly<Record<string, readonly Setting[]>> = {
  aws_s3_bucket_public_access_block: blocks,
  aws_s3_account_public_access_block: blocks,
  aws_s3_bucket_acl: [high("acl", (_, after) => /^(?:public|authenticated)-/.test(String(after)))],
  aws_subnet: [{ path: "map_public_ip_on_launch", isWorse: turnedOn }],
  aws_instance: [high("associate_public_ip_address", turnedOn)],
  aws_db_instance: [high("publicly_accessible", turnedOn)],
  aws_rds_cluster_instance: [high("publicly_accessible", turnedOn)],
  aws_timestreaminfluxdb_db_instance: [high("publicly_accessible", turnedOn)],
  aws_redshift_cluster: [high("publicly_accessible", turnedOn)],
  aws_msk_cluster: [
    high(
      "broker_node_group_info.connectivity_info.public_access.type",
      (_, after) => after !== undefined && after !== "DISABLED",
    ),
    high("client_authentication.unauthenticated", turnedOn),
  ],
  aws_lb: [high("internal", becameInternal)],
  Service: [
    { path: "spec.type", isWorse: becamePublicType },
    high("metadata.annotations.'service.beta.kubernetes.io/aws-load-balancer-scheme'", isPublicScheme),
  ],
  Gateway: [{ path: "spec.listeners.*.allowedRoutes.namespaces.from", isWorse: becameAll }],
};

/** Rules of security groups that let more through than all rules of the group did together. */
function groupOpenings({ changes, before, after }: Evidence): Suspicion[] {
  const about = changes.filter(({ kind, node }) => kind !== "removed" && permitsOf(node).length > 0);
  if (about.length === 0) return [];
  const [old, now] = [new SecurityGroups(before), new SecurityGroups(after)];
  const signature = (node: Node, permit: Permit): string => `${node.component} ${maskOf(node)(permitTold(permit))}`;
  const usual = new Set(
    before
      .where(({ type }) => /security_group/.test(type))
      .flatMap((node) => permitsOf(node).map((permit) => signature(node, permit))),
  );
  return about.flatMap((change): Suspicion[] => {
    const { node, before: was } = change;
    const group = groupOf(node);
    const isNew = !old.has(group, node.unit) && (was === undefined || !old.has(groupOf(was), was.unit));
    const permitted = [
      ...old.permits(group),
      ...(was === undefined || groupOf(was) === group ? [] : old.permits(groupOf(was))),
    ];
    return permitsOf(node)
      .filter((permit) => !isPermitted(permit, permitted))
      .filter((permit) => !isNew || (letsInternetIn(permit) && !usual.has(signature(node, permit))))
      .map((permit) => ({
        change,
        severity: letsInternetIn(permit) ? "high" : "medium",
        what: `${now.title(group, node.unit)} ${isNew ? "is new and" : "now"} lets through ${permitTold(permit)}${
          isNew
            ? ""
            : `; before: ${
                permitted
                  .filter(({ direction }) => direction === permit.direction)
                  .map(permitTold)
                  .join(", ") || "nothing"
              }`
        }`,
      }));
  });
}

function policyOpenings(evidence: Evidence): Suspicion[] {
  return openings(evidence, peers).map(({ change, guard, permit }: Opening<PeerPermit>) => {
    const title = titleOf(guard.node);
    if (permit === undefined)
      return {
        change,
        severity: "high",
        what: `no network policy shuts ${guard.shuts} of the pods of ${title} any more: everything is let through`,
      };
    const was = change.before === undefined ? [] : networkGuards(change.before);
    const told = was.filter(({ shuts }) => shuts === guard.shuts).flatMap(({ permits }) => permits.map(peerTold));
    return {
      change,
      severity: weightOfPeer(permit),
      what: `${title} now lets through ${guard.shuts} ${peerTold(permit)}${
        change.before === undefined ? "" : `; before: ${someOf(told)}`
      }`,
    };
  });
}

function callOpenings(evidence: Evidence): Suspicion[] {
  const opened = openings(evidence, calls("ALLOW")).filter(
    (opening) => !isNewUserless(opening) && !(opening.permit !== undefined && isPreflight(opening.permit)),
  );
  const refused = lostRefusals(evidence, calls("DENY"));
  return [
    ...opened.map(({ change, guard, permit }: Opening<CallPermit>): Suspicion => {
      const title = titleOf(guard.node);
      return permit === undefined
        ? {
            change,
            severity: "high",
            what: `no authorization policy guards the pods of ${title} any more: every call is allowed`,
          }
        : {
            change,
            severity: weightOfCall(permit),
            what: `${title} now allows ${callTold(permit)}${
              change.before === undefined
                ? ""
                : `; before: ${someOf(
                    authorizationGuards("ALLOW")(change.before).flatMap(({ permits }) => permits.map(callTold)),
                  )}`
            }`,
          };
    }),
    ...refused.map(
      ({ change, guard, permit }): Suspicion => ({
        change,
        severity: "high",
        what: `${titleOf(guard.node)} no longer denies ${permit === undefined ? "anything" : callTold(permit)}`,
      }),
    ),
  ];
}

/** The first few of what was there. */
const someOf = (told: readonly string[]): string =>
  told.length === 0
    ? "nothing"
    : `${told.slice(0, 3).join("; ")}${told.length > 3 ? ` and ${told.length - 3} more` : ""}`;

/** A cluster's API that more of the internet reaches. */
function clusterEndpoint(change: Change): Suspicion[] {
  const { node, before, kind } = change;
  if (node.type !== "aws_eks_cluster" || before === undefined || kind === "removed") return [];
  const reach = (of: typeof node): readonly string[] => {
    if (valueAt(of, "vpc_config.endpoint_public_access") === false) return [];
    const written = texts(valueAt(of, "vpc_config.public_access_cidrs"));
    return written.length === 0 ? ["0.0.0.0/0"] : written;
  };
  const [was, is] = [reach(before), reach(node)];
  const covered = was.flatMap((one) => prefixOf(one) ?? []);
  const fresh = is.filter((one) => {
    const range = prefixOf(one);
    return range === undefined ? !was.includes(one) : !isCovered(range, covered);
  });
  return fresh.length === 0
    ? []
    : [
        {
          change,
          severity: "high",
          what: `${titleOf(node)} has its API reached from ${is.join(", ")}; before from ${was.join(", ") || "inside only"}`,
        },
      ];
}

/** Hosts outside that a service may call now. */
function egressHosts(change: Change, { before }: Evidence): Suspicion[] {
  const { node, kind } = change;
  if (node.type !== "ServiceEntry" || kind === "removed" || !hasUnit(before, node)) return [];
  const was = texts(at(change.before?.body, "spec", "hosts"));
  const fresh = texts(at(node.body, "spec", "hosts")).filter((host) => !was.includes(host));
  return fresh.length === 0
    ? []
    : [
        {
          change,
          severity: fresh.some((host) => host.startsWith("*")) ? "medium" : "low",
          what: `${titleOf(node)} now lets ${fresh.join(", ")} be called; before: ${was.join(", ") || "no host"}`,
        },
      ];
}

const BLOCKS = new Set(["aws_s3_bucket_public_access_block", "aws_s3_account_public_access_block"]);

/** What kept something from the internet and is gone, while that is still there. */
function blockGone(change: Change, { after }: Evidence): Suspicion[] {
  const { node, kind } = change;
  if (kind !== "removed") return [];
  if (BLOCKS.has(node.type) && hasReferred(after, node, node.body["bucket"]))
    return [{ change, severity: "high", what: `${node.address} is gone: nothing keeps the bucket from being public` }];
  if (node.type === "aws_wafv2_web_acl_association" && hasReferred(after, node, node.body["resource_arn"]))
    return [{ change, severity: "high", what: `${node.address} is gone: no firewall is in front any more` }];
  return [];
}

/** A network that had no way to the internet and has one. */
function routeToInternet(change: Change, { before }: Evidence): Suspicion[] {
  const { node, kind } = change;
  if (node.type !== "aws_route" || kind === "removed" || !hasUnit(before, node)) return [];
  const target = text(node.body["gateway_id"]);
  const to = text(node.body["destination_cidr_block"]) ?? text(node.body["destination_ipv6_cidr_block"]) ?? "";
  if (target === undefined || !/internet_gateway|^igw-/.test(target) || !isPublic(to)) return [];
  const was = list(change.before?.body["gateway_id"])[0];
  // A table that is new has nothing in it that was closed before.
  if (was === target || !hasReferred(before, node, node.body["route_table_id"])) return [];
  return [{ change, what: `${node.address} now leads ${to} to ${target}; before: ${text(was) ?? "nowhere"}` }];
}
