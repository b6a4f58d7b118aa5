import type { Graph } from "../estate/graph.ts";
import { type Estate, type Region, regionsOf, sharing } from "../estate/index.ts";
import { at, list, object, text, texts } from "../estate/json.ts";
import { placeOf } from "../estate/node.ts";
import { type KubernetesObject, nameOf } from "../estate/objects.ts";
import { resourcesOf } from "../estate/stacks.ts";
import { error, type Finding } from "./finding.ts";
import { policiesOf, statementsOf } from "./iam.ts";
import { type Labels, NetworkPolicies, type Peer, type Pod, type Port, selects } from "./network-policy.ts";
import { type PodIdentity, podIdentitiesOf } from "./pod-identities.ts";

const DNS: Pod = { namespace: "kube-system", labels: { "k8s-app": "kube-dns" } };
const ISTIOD: Pod = { namespace: "istio-system", labels: { app: "istiod" } };
/** Where the agent of EKS Pod Identity hands out credentials. */
const POD_IDENTITY_AGENT = { cidr: "169.254.170.23/32" };
/** Any address outside the network, where the APIs of AWS are for whoever has no private way to them. */
const OUTSIDE = { cidr: "3.0.0.1/32" };
/** Permissions that are used on the port of a store, and not at an API of AWS. */
const ON_STORES = /^(?:cassandra|elasticache|es|kafka-cluster|neptune-db|rds-db):/;

/** Where the pods of an object come from. */
const TEMPLATES: Readonly<Record<string, readonly string[]>> = {
  Deployment: ["spec", "template"],
  StatefulSet: ["spec", "template"],
  DaemonSet: ["spec", "template"],
  Job: ["spec", "template"],
  CronJob: ["spec", "jobTemplate", "spec", "template"],
};

/** No network policy cuts a pod from what it needs: DNS, its mesh and identity, its stores, the services that it calls. */
export function reachability(graph: Graph, estate: Estate): Finding[] {
  const regions = regionsOf(estate);
  const identities = podIdentitiesOf(graph);
  return regions.flatMap((here) => {
    const networks = networksOf(sharing(regions, here).flatMap(({ stacks }) => stacks));
    const mesh = sharing(regions, here).flatMap(({ applications }) => applications.flatMap(({ objects }) => objects));
    const known = (identities.get(placeOf(here)) ?? []).map((one) => ({ ...one, callsApis: callsApis(graph, one) }));
    return new ClusterCheck(here, networks, known, leavesAgentAlone(mesh)).findings();
  });
}

/** Address ranges of the subnets that stores stand in. */
const networksOf = (stacks: Region["stacks"]): string[] =>
  stacks.flatMap((stack) =>
    resourcesOf(stack, "aws_subnet")
      .filter(({ body }) => at(body, "tags", "dodeca:subnet") === "data")
      .flatMap(({ body }) => text(body["cidr_block"]) ?? []),
  );

/** A pod identity, and whether its role has permissions for more than stores. */
type Caller = PodIdentity & { readonly callsApis: boolean };

const callsApis = (graph: Graph, { role }: PodIdentity): boolean =>
  role !== undefined &&
  policiesOf(graph, role).some(({ body }) =>
    statementsOf(text(body["policy"]) ?? "").some(
      // Discovery of an endpoint's addresses is done by the store itself, as whoever asks it.
      (one) => texts(one["Action"]).some((action) => !ON_STORES.test(action) && !action.startsWith("ec2:Describe")),
    ),
  );

/** Whether the mesh of a cluster is told to keep its hands off the agent's address. */
const leavesAgentAlone = (objects: readonly KubernetesObject[]): boolean =>
  objects.some(
    (one) =>
      one.kind === "Application" &&
      one.metadata.name === "istiod" &&
      text(at(one, "spec", "source", "helm", "valuesObject", "global", "proxy", "excludeIPRanges"))
        ?.split(",")
        .includes(POD_IDENTITY_AGENT.cidr) === true,
  );

class ClusterCheck {
  private readonly here: Region;
  private readonly networks: readonly string[];
  private readonly objects: readonly KubernetesObject[];
  private readonly policies: NetworkPolicies;
  private readonly identities: ReadonlySet<string>;
  /** Of these, who may call APIs of AWS. */
  private readonly callers: ReadonlySet<string>;
  /** Whether sidecars leave requests to the agent alone. */
  private readonly pastSidecars: boolean;

  constructor(here: Region, networks: readonly string[], identities: readonly Caller[], pastSidecars: boolean) {
    this.here = here;
    this.pastSidecars = pastSidecars;
    this.networks = networks;
    this.objects = here.applications.flatMap(({ objects }) => objects);
    this.policies = new NetworkPolicies(this.objects);
    const named = (those: readonly Caller[]): ReadonlySet<string> =>
      new Set(those.map(({ namespace, serviceAccount }) => `${namespace}/${serviceAccount}`));
    this.identities = named(identities);
    this.callers = named(identities.filter((one) => one.callsApis));
  }

  findings(): Finding[] {
    return this.here.applications.flatMap(({ path, objects }) =>
      objects.flatMap((object) => {
        const keys = TEMPLATES[object.kind];
        return keys === undefined ? [] : this.workload(path, object, at(object, ...keys));
      }),
    );
  }

  private workload(path: string, of: KubernetesObject, template: unknown): Finding[] {
    const pod: Pod = {
      namespace: of.metadata.namespace ?? "default",
      labels: object(at(template, "metadata", "labels")),
    };
    const found: Finding[] = [];
    const report = (what: string): void => {
      found.push(error("pod-cut-off", path, `a network policy cuts its pods from ${what}`, nameOf(of)));
    };
    const needs = (what: string, to: Peer, port: number, protocol: Port["protocol"] = "TCP"): void => {
      if (!this.policies.allowsEgress(pod, to, { port, protocol })) report(`${what}, ${protocol} port ${port}`);
    };
    needs("DNS", DNS, 53, "UDP");
    needs("DNS", DNS, 53, "TCP");
    if (this.inMesh(pod)) needs("the mesh's control plane", ISTIOD, 15012);
    const account = text(at(template, "spec", "serviceAccountName")) ?? "default";
    if (this.identities.has(`${pod.namespace}/${account}`)) {
      needs("its AWS identity", POD_IDENTITY_AGENT, 80);
      if (this.callers.has(`${pod.namespace}/${account}`))
        needs("the APIs of AWS that its role may call", OUTSIDE, 443);
      if (this.inMesh(pod) && !this.pastSidecars)
        found.push(
          error(
            "identity-behind-sidecar",
            path,
            "its sidecar refuses the agent that hands out AWS credentials: nothing tells the mesh to leave the agent's address alone",
            nameOf(of),
          ),
        );
    }
    for (const [name, value] of this.environmentOf(pod.namespace, template)) {
      if (name.endsWith("_PORT"))
        for (const cidr of this.networks) needs(`the store of ${name} in ${cidr}`, { cidr }, Number(value));
      if (name.endsWith("_URL")) this.service(pod, value, report);
    }
    return found;
  }

  /** Both ends of a call have to allow it. */
  private service(pod: Pod, url: string, report: (what: string) => void): void {
    const [, name, namespace] = /^http:\/\/([\w-]+)\.([\w-]+)\.svc\b/.exec(url) ?? [];
    const service = this.objects.find(
      ({ kind, metadata }) => kind === "Service" && metadata.name === name && metadata.namespace === namespace,
    );
    if (service === undefined || namespace === undefined) return;
    const selector = { matchLabels: at(service, "spec", "selector") };
    for (const target of this.objects) {
      const keys = TEMPLATES[target.kind];
      if (keys === undefined || target.metadata.namespace !== namespace) continue;
      const template = at(target, ...keys);
      const labels: Labels = object(at(template, "metadata", "labels"));
      if (!selects(selector, labels)) continue;
      const callee: Pod = { namespace, labels };
      for (const port of portsOf(service, template)) {
        if (!this.policies.allowsEgress(pod, callee, port)) report(`${url}, port ${port.port}`);
        if (!this.policies.allowsIngress(callee, pod, port)) report(`${url}, which does not let them in`);
      }
    }
  }

  private inMesh({ namespace, labels }: Pod): boolean {
    const found = this.objects.find(({ kind, metadata }) => kind === "Namespace" && metadata.name === namespace);
    return found?.metadata.labels?.["istio-injection"] === "enabled" && labels["sidecar.istio.io/inject"] !== "false";
  }

  /** Environment variables of the first container, also those from settings. */
  private environmentOf(namespace: string, template: unknown): [name: string, value: string][] {
    const [container] = list(at(template, "spec", "containers"));
    const settings = list(at(container, "envFrom")).flatMap((from) => {
      const name = at(from, "configMapRef", "name");
      const found = this.objects.find(
        ({ kind, metadata }) => kind === "ConfigMap" && metadata.namespace === namespace && metadata.name === name,
      );
      return Object.entries(object(found?.["data"]));
    });
    const own = list(at(container, "env")).map((one) => [text(at(one, "name")) ?? "", at(one, "value")] as const);
    return [...settings, ...own].flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : []));
  }
}

/** Ports of the pods behind a service. */
function portsOf(service: KubernetesObject, template: unknown): Port[] {
  const containers = list(at(template, "spec", "containers")).flatMap((one) => list(at(one, "ports")));
  return list(at(service, "spec", "ports")).flatMap((one): Port[] => {
    const target = at(one, "targetPort") ?? at(one, "port");
    const port =
      typeof target === "string"
        ? at(
            containers.find((named) => at(named, "name") === target),
            "containerPort",
          )
        : target;
    return typeof port === "number" ? [{ port, protocol: at(one, "protocol") === "UDP" ? "UDP" : "TCP" }] : [];
  });
}
