import { KubeLimitRange, KubeNamespace, KubeResourceQuota, Quantity } from "cdk8s-plus-34/lib/imports/k8s.js";
import { Construct } from "constructs";
import { namespaceOf, namespacesOf, type Place } from "../../model/place.ts";
import { isSandbox } from "../client/contract.ts";
import type { Application } from "../common/application.ts";
import { encodes } from "../common/encodes.ts";
import { KEEP } from "../delivery/contract.ts";
import { sidecarOf } from "../mesh/contract.ts";
import { type NamespaceQuota, type PodSecurity, requestedNamespaces } from "./contract.ts";

/** What a namespace lets pods do, and gives them. */
interface SystemNamespace {
  readonly name: string;
  readonly podSecurity: PodSecurity;
  /** Pods get a sidecar of the mesh. */
  readonly mesh: boolean;
}

/**
 * Namespaces of what the platform installs. The mesh's CNI agent and the collectors read host paths, which only
 * `privileged` allows.
 */
const SYSTEM: readonly SystemNamespace[] = [
  { name: "argocd", podSecurity: "restricted", mesh: false },
  { name: "cert-manager", podSecurity: "restricted", mesh: false },
  { name: "external-secrets", podSecurity: "restricted", mesh: false },
  { name: "istio-ingress", podSecurity: "restricted", mesh: true },
  { name: "istio-system", podSecurity: "privileged", mesh: false },
  { name: "keda", podSecurity: "restricted", mesh: false },
  { name: "monitoring", podSecurity: "privileged", mesh: false },
];

/** The system namespaces of a platform. */
export function systemNamespaces(application: Application): void {
  for (const { name, podSecurity, mesh } of SYSTEM) namespace(application, name, podSecurity, mesh);
}

/** The namespaces of a product, each with a quota and limits: what all layers together ask for. */
export function productNamespaces(application: Application, place: Place): void {
  for (const name of namespacesOf(place))
    new ProductNamespace(application, name, {
      place,
      name,
      podSecurity: "restricted",
      mesh: true,
      quota: quotaOf(place, name),
    });
  for (const request of requestedNamespaces(place))
    new ProductNamespace(application, request.name, { place, ...request, mesh: false });
}

function namespace(
  scope: Construct,
  name: string,
  podSecurity: PodSecurity,
  mesh: boolean,
  labels: Readonly<Record<string, string>> = {},
): KubeNamespace {
  return new KubeNamespace(scope, name, {
    metadata: {
      name,
      labels: {
        "pod-security.kubernetes.io/enforce": podSecurity,
        "pod-security.kubernetes.io/warn": "restricted",
        "istio-injection": mesh ? "enabled" : "disabled",
        ...labels,
      },
      annotations: { ...KEEP },
    },
  });
}

interface ProductNamespaceProps extends SystemNamespace {
  readonly place: Place;
  readonly quota: NamespaceQuota;
}

/** A namespace with its quota and limits. */
class ProductNamespace extends Construct {
  constructor(scope: Construct, id: string, { place, name, podSecurity, mesh, quota }: ProductNamespaceProps) {
    super(scope, `namespace-${id}`);
    const space = namespace(this, name, podSecurity, mesh, { "dodeca.dev/blueprint": place.deployment.name });
    const resourceQuota = new KubeResourceQuota(this, "quota", {
      metadata: { name: "quota", namespace: name },
      spec: {
        hard: {
          pods: Quantity.fromNumber(quota.pods),
          "requests.cpu": Quantity.fromString(String(quota.cpu)),
          "requests.memory": Quantity.fromString(`${quota.memory}Gi`),
          "services.loadbalancers": Quantity.fromNumber(0),
          "services.nodeports": Quantity.fromNumber(0),
        },
      },
    });
    const limits = new KubeLimitRange(this, "limits", {
      metadata: { name: "limits", namespace: name },
      spec: {
        limits: [
          {
            type: "Container",
            defaultRequest: { cpu: Quantity.fromString("100m"), memory: Quantity.fromString("128Mi") },
            default: { memory: Quantity.fromString("512Mi") },
            max: { cpu: Quantity.fromString("16"), memory: Quantity.fromString("64Gi") },
          },
        ],
      },
    });
    encodes("mesh.workloads.namespaces", space, resourceQuota, limits);
    if (isSandbox(place, name)) encodes("client.partner-api.portal", space, resourceQuota);
  }
}

/**
 * The most that may be requested in a namespace: every service of it at its largest, half as much again for sidecars, jobs and
 * rollouts that run old and new pods side by side.
 */
export function quotaOf(place: Place, namespace: string): NamespaceQuota {
  let pods = 10;
  let cpu = 2;
  let memory = 4;
  for (const [name, service] of Object.entries(place.blueprint.services)) {
    if (namespaceOf(place, name) !== namespace) continue;
    const { scaling, resources } = service;
    const sidecar = sidecarOf(service);
    pods += scaling.max;
    cpu += scaling.max * (cores(resources.cpu) + sidecar.cpu / 1000);
    memory += scaling.max * (gibibytes(resources.memory) + sidecar.memory / 1024);
  }
  return { pods: Math.ceil(pods * 1.5), cpu: Math.ceil(cpu * 1.5), memory: Math.ceil(memory * 1.5) };
}

const cores = (text: string): number => (text.endsWith("m") ? Number(text.slice(0, -1)) / 1000 : Number(text));
const gibibytes = (text: string): number =>
  text.endsWith("Gi") ? Number(text.slice(0, -2)) : Number(text.slice(0, -2)) / 1024;
