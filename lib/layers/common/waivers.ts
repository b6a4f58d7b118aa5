import type { IConstruct } from "constructs";

/** A check of a scanner that a component fails on purpose, and why. A rehearsal fails when it is no longer needed. */
export interface Waiver {
  /** Id of a check of checkov, such as `CKV_K8S_11` or `CKV_AWS_18`. */
  readonly check: string;
  readonly reason: string;
}

/** Metadata key under which a construct says what it fails on purpose. */
const WAIVER = "dodeca:waiver";

/** Declares what a resource, or the primary resource of a component, fails on purpose. */
export function waives(construct: IConstruct, ...waivers: readonly Waiver[]): void {
  for (const waiver of waivers) construct.node.addMetadata(WAIVER, waiver);
}

/** What a construct says that it fails on purpose: the reasons by check. */
export const waiversOf = (construct: IConstruct): Readonly<Record<string, string>> =>
  Object.fromEntries(
    construct.node.metadata.flatMap(({ type, data }) =>
      type === WAIVER && isWaiver(data) ? [[data.check, data.reason]] : [],
    ),
  );

const isWaiver = (data: unknown): data is Waiver =>
  typeof data === "object" && data !== null && "check" in data && "reason" in data;

/** Annotations by which checkov knows what an object fails on purpose. */
export const waived = (waivers: readonly Waiver[]): Readonly<Record<string, string>> =>
  Object.fromEntries(waivers.map(({ check, reason }, index) => [`checkov.io/skip${index + 1}`, `${check}=${reason}`]));

/** What the containers of every workload fail on purpose. @param image as the container names it */
export const containerWaivers = (image: string): readonly Waiver[] => [
  {
    check: "CKV_K8S_11",
    reason: "no CPU limit: throttling costs latency on a node that is idle, and requests share a busy one",
  },
  {
    check: "CKV_K8S_15",
    reason: "images are pinned by digest: asking the registry at every start would only tie starts to it",
  },
  ...(image.includes("@sha256:")
    ? []
    : [{ check: "CKV_K8S_43", reason: "nothing has been released yet: the first release pins a digest" }]),
];

/** Of log groups, which are kept as long as the tier or blueprint says. */
export const retentionWaivers = (days: number): readonly Waiver[] =>
  days >= 365
    ? []
    : [
        {
          check: "CKV_AWS_338",
          reason: `kept ${days} days, as logRetention says: a blueprint that has to keep a year of logs sets it`,
        },
      ];

/** Of buckets whose single objects nobody waits for. */
export const EVENTS_WAIVER: Waiver = { check: "CKV2_AWS_62", reason: "nothing acts on single objects of this bucket" };

/** Of containers that read what they are connected to from their environment. */
export const CONNECTIONS_WAIVER: Waiver = {
  check: "CKV_K8S_35",
  reason: "what is in the environment are endpoints and names; what people have seeded is mounted as files",
};
