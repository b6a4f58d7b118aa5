import type { Change } from "../../estate/diff.ts";
import { at, list, text } from "../../estate/json.ts";
import { type Node, placeOf } from "../../estate/node.ts";
import type { Evidence } from "../evidence.ts";
import type { Rule, Suspicion } from "../risk.ts";
import { titleOf } from "./stateful.ts";

/** A version of an API that something speaks is not served any more, or a step between versions is too large to take. */
export const apiVersionRemoved: Rule = {
  id: "api-version-removed",
  severity: "medium",
  consequence:
    "Objects of the old version can neither be read nor written: syncs fail, and controllers stop what they do.",
  undo: "Serve the old version again, or put the chart's version back. A cluster's version cannot be put back: it only goes up.",
  judge: (evidence) =>
    evidence.changes.flatMap((change) => [
      ...definitions(change),
      ...olderVersion(change),
      ...clusterVersion(change, evidence),
      ...chartVersion(change),
      ...unservedNow(change, evidence),
    ]),
};

/** Versions of a custom resource that were served and are not. */
function definitions(change: Change): Suspicion[] {
  const { node, before, kind } = change;
  if (node.type !== "CustomResourceDefinition" || before === undefined || kind === "removed") return [];
  const served = (of: Node): string[] =>
    list(at(of.body, "spec", "versions")).flatMap((one) =>
      at(one, "served") === true ? (text(at(one, "name")) ?? []) : [],
    );
  const now = served(node);
  const lost = served(before).filter((version) => !now.includes(version));
  return lost.length === 0
    ? []
    : [
        {
          change,
          severity: "high",
          what: `${titleOf(node)} no longer serves ${lost.join(", ")}, only ${now.join(", ") || "nothing"}`,
        },
      ];
}

/** An object that is written in an older version of its API. */
function olderVersion(change: Change): Suspicion[] {
  const { node, before, kind } = change;
  if (node.kind !== "object" || before === undefined || kind === "removed") return [];
  const [was, is] = [text(before.body["apiVersion"]) ?? "", text(node.body["apiVersion"]) ?? ""];
  if (groupOf(was) !== groupOf(is) || rankOf(is) >= rankOf(was)) return [];
  return [{ change, what: `${titleOf(node)} is written in ${is}; before in ${was}, which is newer` }];
}

const groupOf = (apiVersion: string): string => (apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : "");

/** The order in which Kubernetes prefers versions: `v2` over `v1` over `v1beta1` over `v1alpha1`. */
function rankOf(apiVersion: string): number {
  const [, major, stage, minor] = /v(\d+)(?:(alpha|beta)(\d+))?$/.exec(apiVersion) ?? [];
  if (major === undefined) return 0;
  const level = stage === undefined ? 2 : stage === "beta" ? 1 : 0;
  return level * 1_000_000 + Number(major) * 1000 + Number(minor ?? 0);
}

/** A cluster whose version goes down, up by more than one, or past an API that something in it speaks. */
function clusterVersion(change: Change, { after }: Evidence): Suspicion[] {
  const { node, before, kind } = change;
  if (node.type !== "aws_eks_cluster" || before === undefined || kind === "removed") return [];
  const [was, is] = [minorOf(before), minorOf(node)];
  if (was === undefined || is === undefined || was === is) return [];
  const title = `${titleOf(node)} goes from 1.${was} to 1.${is}`;
  if (is < was)
    return [{ change, severity: "high", what: `${title}: no cluster goes back, so that it is replaced or refused` }];
  const unserved = after
    .where((one) => one.kind === "object" && placeOf(one) === placeOf(node))
    .filter((one) => {
      const end = endOf(one);
      return end !== undefined && end > was && end <= is;
    });
  return [
    ...(is - was > 1 ? [{ change, what: `${title}: only one minor version at a time is possible` }] : []),
    ...(unserved.length === 0
      ? []
      : [
          {
            change,
            severity: "high" as const,
            what: `${title}, which no longer serves ${[...new Set(unserved.map(({ body }) => String(body["apiVersion"])))].join(", ")}: ${unserved.map(titleOf).join(", ")}`,
          },
        ]),
  ];
}

function minorOf({ body }: Node): number | undefined {
  const minor = /^1\.(\d+)/.exec(text(body["version"]) ?? "")?.[1];
  return minor === undefined ? undefined : Number(minor);
}

/** The minor version of Kubernetes in which an API is no longer served, by version and kind; `*` for every kind of it. */
const REMOVED: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  "admissionregistration.k8s.io/v1beta1": { MutatingWebhookConfiguration: 22, ValidatingWebhookConfiguration: 22 },
  "apiextensions.k8s.io/v1beta1": { "*": 22 },
  "autoscaling/v2beta1": { "*": 25 },
  "autoscaling/v2beta2": { "*": 26 },
  "batch/v1beta1": { "*": 25 },
  "discovery.k8s.io/v1beta1": { "*": 25 },
  "events.k8s.io/v1beta1": { "*": 25 },
  "extensions/v1beta1": { "*": 22 },
  "flowcontrol.apiserver.k8s.io/v1beta1": { "*": 26 },
  "flowcontrol.apiserver.k8s.io/v1beta2": { "*": 29 },
  "flowcontrol.apiserver.k8s.io/v1beta3": { "*": 32 },
  "networking.k8s.io/v1beta1": { Ingress: 22, IngressClass: 22 },
  "node.k8s.io/v1beta1": { "*": 25 },
  "policy/v1beta1": { "*": 25 },
  "rbac.authorization.k8s.io/v1beta1": { "*": 22 },
  "scheduling.k8s.io/v1beta1": { "*": 22 },
  "storage.k8s.io/v1beta1": {
    CSIDriver: 22,
    CSINode: 22,
    StorageClass: 22,
    VolumeAttachment: 22,
    CSIStorageCapacity: 27,
  },
};

function endOf({ type, body }: Node): number | undefined {
  const kinds = REMOVED[text(body["apiVersion"]) ?? ""];
  return kinds?.[type] ?? kinds?.["*"];
}

/** An object that is new, or newly of a version, that its cluster does not serve. */
function unservedNow(change: Change, { after }: Evidence): Suspicion[] {
  const { node, before, kind } = change;
  const end = node.kind === "object" && kind !== "removed" ? endOf(node) : undefined;
  if (end === undefined || before?.body["apiVersion"] === node.body["apiVersion"]) return [];
  const clusters = after.where((one) => one.type === "aws_eks_cluster" && placeOf(one) === placeOf(node));
  const minor = clusters.flatMap((one) => minorOf(one) ?? [])[0];
  return minor === undefined || minor < end
    ? []
    : [
        {
          change,
          what: `${titleOf(node)} is written in ${String(node.body["apiVersion"])}, which Kubernetes 1.${minor} does not serve`,
        },
      ];
}

/** A chart whose major version is another: what it installs may speak other versions of its APIs. */
function chartVersion(change: Change): Suspicion[] {
  const { node, before, kind } = change;
  if (node.type !== "Application" || before === undefined || kind === "removed") return [];
  const now = chartsIn(node);
  return [...chartsIn(before)].flatMap(([chart, was]): Suspicion[] => {
    const is = now.get(chart);
    const [old, fresh] = [majorOf(was), majorOf(is)];
    if (is === undefined || old === undefined || fresh === undefined || old === fresh) return [];
    return [
      {
        change,
        severity: fresh < old ? "medium" : "low",
        what: `${titleOf(node)} has chart ${chart} go from ${was} to ${is}, another major version`,
      },
    ];
  });
}

const chartsIn = ({ body }: Node): ReadonlyMap<string, string> =>
  new Map(
    [...list(at(body, "spec", "source")), ...list(at(body, "spec", "sources"))].flatMap(
      (source): [string, string][] => {
        const [chart, version] = [text(at(source, "chart")), text(at(source, "targetRevision"))];
        return chart === undefined || version === undefined ? [] : [[chart, version]];
      },
    ),
  );

/** The part of a version whose change breaks: the first number, or the second below 1.0. */
function majorOf(version: string | undefined): number | undefined {
  const [, major, minor] = /^[v^~]?(\d+)\.(\d+)/.exec(version ?? "") ?? [];
  return major === undefined ? undefined : major === "0" ? Number(minor) / 1000 : Number(major);
}
