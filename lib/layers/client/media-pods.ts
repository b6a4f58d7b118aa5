import {
  type Container,
  IntOrString,
  KubeNetworkPolicy,
  KubePodDisruptionBudget,
  KubeService,
  KubeServiceAccount,
  type NetworkPolicyEgressRule,
  type NetworkPolicyIngressRule,
  type PodTemplateSpec,
} from "cdk8s-plus-34/lib/imports/k8s.js";
import { Construct } from "constructs";
import { namespaceOf, type Place } from "../../model/place.ts";
import { CustomObject, type Manifest } from "../common/application.ts";
import { mediaPorts, mediaTargets } from "./media-ports.ts";

/** The load balancer controller's object; its types are written here, since no maintained models of this group are published. */
interface ITargetGroupBinding extends Manifest {
  readonly spec: {
    readonly targetGroupName: string;
    readonly targetType: "ip";
    readonly serviceRef: { readonly name: string; readonly port: number };
  };
}

/** Labels by which everything selects the pods of a server. */
export const mediaLabels = (server: string): Readonly<Record<string, string>> => ({ "app.kubernetes.io/name": server });

export interface MediaPodsProps {
  readonly place: Place;
  readonly server: "turn" | "render";
  /** Port of the pods, over UDP and, for whoever sees whether they live, TCP. */
  readonly port: number;
  /** What else may reach the pods. @default nothing */
  readonly ingress?: readonly NetworkPolicyIngressRule[];
  /** What else the pods may reach. @default what every pod of the namespace needs */
  readonly egress?: readonly NetworkPolicyEgressRule[];
}

/**
 * What a server of media has besides its pods: an account, an address, its places in the target groups, and who may reach it.
 * It is outside the mesh, whose proxies carry no UDP.
 */
export class MediaPods extends Construct {
  readonly service: KubeService;

  constructor(scope: Construct, id: string, { place, server, port, ingress = [], egress = [] }: MediaPodsProps) {
    super(scope, id);
    const namespace = namespaceOf(place);
    const metadata = { name: server, namespace, labels: { ...mediaLabels(server) } };
    const number = IntOrString.fromNumber(port);
    const selector = { ...mediaLabels(server) };
    new KubeServiceAccount(this, "account", { metadata, automountServiceAccountToken: false });
    this.service = new KubeService(this, "address", {
      metadata,
      spec: {
        // Pods are targets by themselves: the address is how the controller finds them.
        clusterIp: "None",
        selector,
        ports: [
          { name: "media", port, targetPort: number, protocol: "UDP" },
          { name: "media-tcp", port, targetPort: number, protocol: "TCP" },
        ],
      },
    });
    for (const one of mediaPorts(place).filter((other) => other.server === server))
      new CustomObject<ITargetGroupBinding>(this, one.name, {
        apiVersion: "elbv2.k8s.aws/v1beta1",
        kind: "TargetGroupBinding",
        metadata: { name: one.name, namespace },
        spec: {
          targetGroupName: mediaTargets(place, one),
          targetType: "ip",
          serviceRef: { name: server, port: one.target },
        },
      });
    new KubePodDisruptionBudget(this, "disruption-budget", {
      metadata,
      spec: { maxUnavailable: IntOrString.fromNumber(1), selector: { matchLabels: selector } },
    });
    new KubeNetworkPolicy(this, "network", {
      metadata,
      spec: {
        podSelector: { matchLabels: selector },
        policyTypes: ["Ingress", "Egress"],
        ingress: [
          // Media comes with the address of whoever sent it; what ended at the load balancer, and its look, from the network.
          { from: [{ ipBlock: { cidr: "0.0.0.0/0" } }], ports: [{ port: number, protocol: "UDP" }] },
          { from: [{ ipBlock: { cidr: place.network } }], ports: [{ port: number, protocol: "TCP" }] },
          ...ingress,
        ],
        egress: [...egress],
      },
    });
  }
}

/** The pods of a server: outside the mesh, with no rights on nodes, on machines of a pool. */
export const mediaTemplate = (
  place: Place,
  server: "turn" | "render",
  pool: { readonly name: string; readonly gpu: boolean },
  container: Container,
  volumes: NonNullable<PodTemplateSpec["spec"]>["volumes"],
): PodTemplateSpec => ({
  metadata: {
    labels: {
      ...mediaLabels(server),
      "app.kubernetes.io/part-of": place.deployment.name,
      "sidecar.istio.io/inject": "false",
    },
  },
  spec: {
    serviceAccountName: server,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    // Calls get time to end.
    terminationGracePeriodSeconds: 300,
    nodeSelector: { "dodeca.dev/pool": pool.name },
    ...(pool.gpu ? { tolerations: [{ key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" }] } : {}),
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 10001,
      runAsGroup: 10001,
      fsGroup: 10001,
      seccompProfile: { type: "RuntimeDefault" },
    },
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: "topology.kubernetes.io/zone",
        whenUnsatisfiable: "ScheduleAnyway",
        labelSelector: { matchLabels: { ...mediaLabels(server) } },
      },
    ],
    containers: [container],
    ...(volumes === undefined ? {} : { volumes }),
  },
});

/** What the container of every server of media has alike. */
export const mediaContainer = (
  port: number,
): Pick<Container, "ports" | "securityContext" | "readinessProbe" | "livenessProbe"> => {
  const probe = { tcpSocket: { port: IntOrString.fromNumber(port) } };
  return {
    ports: [
      { name: "media", containerPort: port, protocol: "UDP" },
      { name: "media-tcp", containerPort: port, protocol: "TCP" },
    ],
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    },
    readinessProbe: { ...probe, periodSeconds: 5, failureThreshold: 2 },
    livenessProbe: { ...probe, periodSeconds: 20, failureThreshold: 3 },
  };
};
