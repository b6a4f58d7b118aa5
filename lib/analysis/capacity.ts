import { at, list, text } from "../estate/json.ts";
import { milliseconds } from "../model/quantities.ts";
import type { Analysis, Subject, Table } from "./analysis.ts";
import { primaryNodes } from "./own-nodes.ts";

/** Minutes of a user's day and the busiest moment, where the blueprint says nothing. */
const MINUTES_PER_USER = 30;
const PEAK_FACTOR = 3;
/** Bytes of a message where the blueprint says nothing. */
const MESSAGE_BYTES = 1024;
/** Copies of a message that brokers write. */
const COPIES = 3;
/** Bytes a second that the volume of a broker takes, and the share that is planned with. AWS: throughput of standard brokers. */
const BROKER_BYTES = 250 * 1024 * 1024;
const BROKER_SHARE = 0.6;
/** Pods that the reference counts at its peak, which may mean in each region or in all. Conflict pod-count. */
const CLAIMED_PODS = 1000;

/**
 * What the load comes to for each region, pod and broker: from the figures of the workload, and the sizes of the output.
 * Catalogue: foundation.targets.users, foundation.targets.throughput, foundation.async.kafka-rate.
 */
export const capacity: Analysis = {
  id: "capacity",
  title: "The load, and what carries it",
  of: (subject): Table => ({
    columns: ["figure", "value", "from"],
    rows: [...people(subject), ...requests(subject), ...messages(subject), ...regions(subject)].map(
      ([figure, value, from]) => [figure, typeof value === "number" ? number(value) : value, from],
    ),
    notes: [
      "Pods are at their most: what the scalers may go to. Regions are taken to share the load evenly.",
      `A broker is planned with ${BROKER_SHARE * 100} % of the 250 MiB/s that its volume takes by default, and ${COPIES} copies of every message.`,
    ],
  }),
};

type Row = readonly [figure: string, value: number | string, from: string];

function people({ deployment }: Subject): Row[] {
  const { dailyActiveUsers: users, minutesPerUser, peakFactor } = deployment.blueprint.workload ?? {};
  if (users === undefined) return [];
  const [minutes, factor] = [minutesPerUser ?? MINUTES_PER_USER, peakFactor ?? PEAK_FACTOR];
  return [
    ["users a day", users, "workload.dailyActiveUsers"],
    [
      "users at the same time, at peak",
      peakUsers(users, minutes, factor),
      `${minutes} minutes of a day, ${factor} times the mean`,
    ],
  ];
}

/** Users who are there at the busiest moment. */
export const peakUsers = (users: number, minutesPerUser: number, peakFactor: number): number =>
  Math.ceil((users * minutesPerUser * peakFactor) / 1440);

function requests(subject: Subject): Row[] {
  const { blueprint } = subject.deployment;
  const rate = blueprint.workload?.peakRequestsPerSecond;
  if (rate === undefined) return [];
  const count = servingRegions(subject).length;
  const perRegion = rate / count;
  const pods = podsAtMost(subject);
  const capacity = reserved(subject);
  return [
    ["requests a second, at peak", rate, "workload.peakRequestsPerSecond"],
    ["requests a second in a region", perRegion, `${count} regions that serve`],
    ["pods in a region, at most", pods, "the most of every scaler in the primary region"],
    ...(pods === 0 ? [] : [["requests a second of a pod", perRegion / pods, "all pods alike"] satisfies Row]),
    [
      `requests a second of a pod, were there ${CLAIMED_PODS} in a region`,
      perRegion / CLAIMED_PODS,
      "conflict pod-count",
    ],
    [`requests a second of a pod, were there ${CLAIMED_PODS} in all`, rate / CLAIMED_PODS, "conflict pod-count"],
    ...(blueprint.objectives?.p99 === undefined
      ? []
      : [
          [
            "requests in flight, at peak",
            (rate * milliseconds(blueprint.objectives.p99)) / 1000,
            `each ${blueprint.objectives.p99} long`,
          ] satisfies Row,
        ]),
    [
      "capacity units held ready for the load balancer",
      capacity === undefined ? "none: it scales by itself" : capacity,
      "layers.ingress.loadBalancer.reservedCapacity",
    ],
  ];
}

function messages(subject: Subject): Row[] {
  const { messagesPerSecond, messageBytes = MESSAGE_BYTES } = subject.deployment.blueprint.workload ?? {};
  if (messagesPerSecond === undefined) return [];
  const regions = servingRegions(subject).length;
  const rows = Object.entries(messagesPerSecond).flatMap(([name, rate]): Row[] =>
    rate === undefined
      ? []
      : [
          [`messages a second, ${name}`, rate, `workload.messagesPerSecond.${name}`],
          [
            `brokers in a region, ${name}`,
            brokersFor(rate / regions, messageBytes),
            `${number(rate / regions)} messages of ${messageBytes} bytes, ${COPIES} copies`,
          ],
        ],
  );
  return [...rows, ["brokers in a region, as synthesized", brokers(subject), "aws_msk_cluster"]];
}

/** Brokers that carry a rate of messages. */
export const brokersFor = (rate: number, bytes: number): number =>
  Math.ceil((rate * bytes * COPIES) / (BROKER_BYTES * BROKER_SHARE));

function regions(subject: Subject): Row[] {
  const claimed = subject.deployment.blueprint.objectives?.regions;
  const configured = subject.deployment.regions.length;
  return [
    ["regions, as synthesized", configured, subject.deployment.regions.map(({ region }) => region.code).join(" ")],
    ...(claimed === undefined ? [] : [["regions, as promised", claimed, "objectives.regions"] satisfies Row]),
  ];
}

const servingRegions = ({ deployment }: Subject) => deployment.regions.filter(({ role }) => role !== "standby");

function podsAtMost(subject: Subject): number {
  const most = (type: string, key: string): number =>
    primaryNodes(subject, "object", type).reduce((sum, { body }) => sum + Number(at(body, "spec", key) ?? 0), 0);
  return most("ScaledObject", "maxReplicaCount") + most("HorizontalPodAutoscaler", "maxReplicas");
}

const brokers = (subject: Subject): number =>
  primaryNodes(subject, "resource", "aws_msk_cluster").reduce(
    (sum, { body }) => sum + Number(body["number_of_broker_nodes"] ?? 0),
    0,
  );

function reserved(subject: Subject): number | undefined {
  const [balancer] = primaryNodes(subject, "resource", "aws_lb").filter(({ layer }) => layer === "ingress");
  const units = at(list(balancer?.body["minimum_load_balancer_capacity"])[0], "capacity_units");
  return typeof units === "number" ? units : undefined;
}

/** A number with its thousands apart, and no more digits than matter. */
const number = (value: number): string => {
  const [whole = "", rest] = String(Number.isInteger(value) ? value : Number(value.toPrecision(6))).split(".");
  const apart = whole.replace(/\B(?=(?:\d{3})+$)/g, " ");
  return text(rest) === undefined ? apart : `${apart}.${rest}`;
};
