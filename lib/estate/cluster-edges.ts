import { type Edge, type EdgeKind, Index } from "./edges.ts";
import { at, isRecord, list, object, text, texts } from "./json.ts";
import { clusterOf, type Node } from "./node.ts";

/** Kinds that run pods. */
export const WORKLOADS = new Set(["Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob"]);

/** Dependencies of Kubernetes objects. */
export function clusterEdges(nodes: readonly Node[]): Edge[] {
  const objects = nodes.filter(({ kind }) => kind === "object");
  const named = new Index(objects, (node) => [keyOf(clusterOf(node), node.type, namespaceOf(node), nameOf(node))]);
  const labelled = new Index(
    objects.filter(({ type }) => WORKLOADS.has(type)),
    (node) =>
      Object.entries(podLabels(node)).map(([key, value]) => `${clusterOf(node)} ${namespaceOf(node)} ${key}=${value}`),
  );
  const secrets = new Index(objects, (node) =>
    secretsMadeBy(node).map((name) => `${clusterOf(node)} ${namespaceOf(node)}/${name}`),
  );
  return objects.flatMap((node): Edge[] => {
    const cluster = clusterOf(node);
    const namespace = namespaceOf(node);
    const edges: Edge[] = [];
    const to = (
      kind: EdgeKind,
      type: string,
      name: string | undefined,
      inside: string | undefined = namespace,
    ): void => {
      if (name !== undefined) edges.push(...named.edges(node, kind, keyOf(cluster, type, inside, name)));
    };
    const spec = node.body["spec"];
    if (namespace !== undefined)
      edges.push(...named.edges(node, "namespace", keyOf(cluster, "Namespace", undefined, namespace)));
    for (const [key, value] of Object.entries(selectorOf(node)).slice(0, 1))
      edges.push(...labelled.edges(node, "selector", `${cluster} ${namespace} ${key}=${String(value)}`));
    const target = at(spec, "scaleTargetRef");
    to("scale", text(at(target, "kind")) ?? "Deployment", text(at(target, "name")));
    const pod = WORKLOADS.has(node.type) ? podSpec(node) : undefined;
    if (pod !== undefined) {
      to("mount", "ServiceAccount", text(at(pod, "serviceAccountName")));
      for (const { kind, name } of mountedBy(pod)) {
        to("mount", kind, name);
        if (kind === "Secret") edges.push(...secrets.edges(node, "mount", `${cluster} ${namespace}/${name}`));
      }
      to("mount", "NodePool", text(at(pod, "nodeSelector", "dodeca.dev/pool")), undefined);
    }
    for (const { name, namespace: inside } of parentsOf(node)) to("route", "Gateway", name, inside);
    for (const rule of list(at(spec, "rules")))
      for (const backend of list(at(rule, "backendRefs"))) to("route", "Service", text(at(backend, "name")));
    for (const host of hostsOf(node)) {
      const [service, inside] = host.split(".");
      to("route", "Service", service, inside ?? namespace);
    }
    for (const listener of list(at(spec, "listeners")))
      for (const certificate of list(at(listener, "tls", "certificateRefs")))
        edges.push(...secrets.edges(node, "mount", `${cluster} ${namespace}/${text(at(certificate, "name"))}`));
    const nodes = at(spec, "template", "spec", "nodeClassRef");
    to("reference", text(at(nodes, "kind")) ?? "EC2NodeClass", text(at(nodes, "name")), undefined);
    return edges;
  });
}

export const namespaceOf = ({ body }: Node): string | undefined => text(at(body, "metadata", "namespace"));
export const nameOf = ({ body }: Node): string => text(at(body, "metadata", "name")) ?? "";

/** The gateways that a route names, and the section of each; none where it takes the whole gateway. */
export const parentsOf = (
  node: Node,
): { readonly name: string; readonly namespace: string | undefined; readonly section: string | undefined }[] =>
  list(at(node.body, "spec", "parentRefs")).map((parent) => ({
    name: text(at(parent, "name")) ?? "",
    namespace: text(at(parent, "namespace")) ?? namespaceOf(node),
    section: text(at(parent, "sectionName")),
  }));

/** How an object is found in a cluster. */
export const keyOf = (cluster: string, kind: string, namespace: string | undefined, name: string): string =>
  `${cluster} ${kind} ${namespace ?? ""}/${name}`;

const podSpec = ({ type, body }: Node): unknown =>
  type === "CronJob"
    ? at(body, "spec", "jobTemplate", "spec", "template", "spec")
    : at(body, "spec", "template", "spec");

const podLabels = ({ body }: Node): Readonly<Record<string, unknown>> =>
  object(at(body, "spec", "template", "metadata", "labels"));

/** Labels of the pods that an object is about, whatever its kind calls them. */
function selectorOf({ type, body }: Node): Readonly<Record<string, unknown>> {
  const spec = body["spec"];
  if (WORKLOADS.has(type)) return {};
  if (type === "Service") return object(at(spec, "selector"));
  const selector = at(spec, "selector") ?? at(spec, "podSelector") ?? at(spec, "workloadSelector");
  const labels = at(selector, "matchLabels") ?? at(selector, "labels");
  return isRecord(labels) ? labels : {};
}

/** What a pod reads: configuration, secrets and volumes. */
function mountedBy(pod: unknown): { readonly kind: string; readonly name: string }[] {
  const found: { kind: string; name: string }[] = [];
  const add = (kind: string, name: unknown): void => {
    if (typeof name === "string") found.push({ kind, name });
  };
  for (const container of [...list(at(pod, "containers")), ...list(at(pod, "initContainers"))]) {
    for (const source of list(at(container, "envFrom"))) {
      add("ConfigMap", at(source, "configMapRef", "name"));
      add("Secret", at(source, "secretRef", "name"));
    }
    for (const variable of list(at(container, "env"))) {
      add("ConfigMap", at(variable, "valueFrom", "configMapKeyRef", "name"));
      add("Secret", at(variable, "valueFrom", "secretKeyRef", "name"));
    }
  }
  for (const volume of list(at(pod, "volumes"))) {
    add("ConfigMap", at(volume, "configMap", "name"));
    add("Secret", at(volume, "secret", "secretName"));
    add("PersistentVolumeClaim", at(volume, "persistentVolumeClaim", "claimName"));
  }
  return found;
}

/** Secrets that an object's controller writes. */
function secretsMadeBy({ type, body }: Node): readonly string[] {
  if (type === "ExternalSecret") return texts(at(body, "spec", "target", "name") ?? at(body, "metadata", "name"));
  if (type === "Certificate") return texts(at(body, "spec", "secretName"));
  return [];
}

/** Hosts of services that a rule of the mesh is about. */
function hostsOf({ type, body }: Node): readonly string[] {
  const spec = body["spec"];
  if (type === "DestinationRule") return texts(at(spec, "host"));
  if (type !== "VirtualService") return [];
  return ["http", "tcp", "tls"].flatMap((protocol) =>
    list(at(spec, protocol)).flatMap((rule) =>
      list(at(rule, "route")).flatMap((route) => texts(at(route, "destination", "host"))),
    ),
  );
}
