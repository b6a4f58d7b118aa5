import {
  IntOrString,
  type NetworkPolicyEgressRule,
  type NetworkPolicyIngressRule,
  type NetworkPolicyPeer,
} from "cdk8s-plus-34/lib/imports/k8s.js";
import type { Place } from "../../model/place.ts";

/** Ports of the sidecar that others must reach: health, merged metrics. */
const SIDECAR = { health: 15021, metrics: 15020 } as const;

/** A port of a network policy. */
export const port = (number: number, protocol: "TCP" | "UDP" = "TCP") => ({
  port: IntOrString.fromNumber(number),
  protocol,
});
/** Every pod of a namespace. */
export const namespacePeer = (name: string): NetworkPolicyPeer => ({
  namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } },
});
/** Pods of a namespace by their labels. */
export const podPeer = (namespace: string, labels: Readonly<Record<string, string>>): NetworkPolicyPeer => ({
  ...namespacePeer(namespace),
  podSelector: { matchLabels: { ...labels } },
});

/** Names of hosts. */
export const TO_DNS: NetworkPolicyEgressRule = {
  to: [podPeer("kube-system", { "k8s-app": "kube-dns" })],
  ports: [port(53, "UDP"), port(53)],
};

/** Where the agent of EKS Pod Identity hands out credentials: a link-local address of the node. */
export const IDENTITY_AGENT = "169.254.170.23/32";

/** Credentials of AWS. */
export const TO_IDENTITY: NetworkPolicyEgressRule = {
  to: [{ ipBlock: { cidr: IDENTITY_AGENT } }],
  ports: [port(80)],
};

/** Everything outside the network but private ranges, over HTTPS: the services of AWS, and whatever else is on the internet. */
export const TO_INTERNET: NetworkPolicyEgressRule = {
  to: [
    {
      ipBlock: {
        cidr: "0.0.0.0/0",
        except: ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10"],
      },
    },
  ],
  ports: [port(443)],
};

/** What every pod of a namespace needs to live: names, the mesh's control plane, credentials, telemetry. */
export const LIFELINES: readonly NetworkPolicyEgressRule[] = [
  TO_DNS,
  { to: [podPeer("istio-system", { app: "istiod" })], ports: [port(15012)] },
  TO_IDENTITY,
  { to: [namespacePeer("monitoring")], ports: [port(4317), port(4318)] },
];

/** Who looks after pods with a sidecar: the collector of metrics, and the kubelet, whose probes are redirected to the sidecar. */
export const watchers = (place: Place): readonly NetworkPolicyIngressRule[] => [
  { from: [namespacePeer("monitoring")], ports: [port(SIDECAR.metrics), port(15090)] },
  { from: [{ ipBlock: { cidr: place.network } }], ports: [port(SIDECAR.health), port(SIDECAR.metrics)] },
];
