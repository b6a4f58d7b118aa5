import type { IExternalSecret } from "@kubernetes-models/external-secrets/external-secrets.io/v1";
import { IntOrString, KubeDeployment, Quantity } from "cdk8s-plus-34/lib/imports/k8s.js";
import { Construct } from "constructs";
import { formatCidr, hostsIn, parseCidr } from "../../model/addresses.ts";
import { namespaceOf, type Place } from "../../model/place.ts";
import type { Turn } from "../../model/settings/client/media.ts";
import { CustomObject } from "../common/application.ts";
import { encodes } from "../common/encodes.ts";
import { containerWaivers, waived } from "../common/waivers.ts";
import { imageOf } from "../delivery/contract.ts";
import { secretName } from "../security/contract.ts";
import { TURN_IMAGE } from "./contract.ts";
import { MediaPods, mediaContainer, mediaLabels, mediaTemplate } from "./media-pods.ts";
import { TURN_PORT } from "./media-ports.ts";

/** Ports at which a relay takes what another relay sends. */
const RELAYED = { first: 49_152, last: 65_535 } as const;

export interface TurnServersProps {
  readonly place: Place;
  readonly turn: Turn;
  readonly domain: string;
}

/**
 * Relays of calls (coturn): both sides send to a relay, and relays send to each other inside the network, never to anything
 * else in it. Who may is known by a password that a service has made from the shared secret.
 */
export class TurnServers extends Construct {
  constructor(scope: Construct, id: string, { place, turn, domain }: TurnServersProps) {
    super(scope, id);
    const namespace = namespaceOf(place);
    const image = imageOf(place, TURN_IMAGE);
    const relays = { podSelector: { matchLabels: { ...mediaLabels("turn") } } };
    const relayed = [{ port: IntOrString.fromNumber(RELAYED.first), endPort: RELAYED.last, protocol: "UDP" }];
    const pods = new MediaPods(this, "pods", {
      place,
      server: "turn",
      port: TURN_PORT,
      ingress: [{ from: [relays], ports: relayed }],
      egress: [{ to: [relays], ports: relayed }],
    });
    new CustomObject<IExternalSecret>(this, "configuration", {
      apiVersion: "external-secrets.io/v1",
      kind: "ExternalSecret",
      metadata: { name: "turn-configuration", namespace },
      spec: {
        refreshInterval: "1h",
        secretStoreRef: { kind: "ClusterSecretStore", name: "secrets" },
        target: {
          name: "turn-configuration",
          creationPolicy: "Owner",
          template: { engineVersion: "v2", data: { "turnserver.conf": configuration(place, turn, domain) } },
        },
        data: [{ secretKey: "shared", remoteRef: { key: secretName(place, turn.secret) } }],
      },
    });
    const deployment = new KubeDeployment(this, "Resource", {
      metadata: {
        name: "turn",
        namespace,
        labels: { ...mediaLabels("turn") },
        annotations: waived(containerWaivers(image)),
      },
      spec: {
        replicas: turn.replicas ?? (place.deployment.tier === "dev" ? 1 : 2),
        revisionHistoryLimit: 3,
        selector: { matchLabels: { ...mediaLabels("turn") } },
        template: mediaTemplate(
          place,
          "turn",
          { name: "general", gpu: false },
          {
            name: "coturn",
            image,
            args: ["-c", "/etc/turn/turnserver.conf"],
            ...mediaContainer(TURN_PORT),
            resources: {
              requests: { cpu: Quantity.fromString("500m"), memory: Quantity.fromString("512Mi") },
              limits: { memory: Quantity.fromString("512Mi") },
            },
            volumeMounts: [
              { name: "configuration", mountPath: "/etc/turn", readOnly: true },
              { name: "state", mountPath: "/var/lib/coturn" },
            ],
          },
          [
            { name: "configuration", secret: { secretName: "turn-configuration" } },
            { name: "state", emptyDir: { sizeLimit: Quantity.fromString("64Mi") } },
          ],
        ),
      },
    });
    encodes("client.protocols.webrtc", deployment, pods.service);
  }
}

/** What relays may do: relay to each other over UDP, for who has a password that is not older than it says. */
function configuration(place: Place, turn: Turn, domain: string): string {
  return `${[
    `listening-port=${TURN_PORT}`,
    `min-port=${RELAYED.first}`,
    `max-port=${RELAYED.last}`,
    `realm=${turn.host ?? "turn"}.${domain}`,
    "use-auth-secret",
    "static-auth-secret={{ .shared }}",
    "fingerprint",
    "no-cli",
    // TLS ends at the load balancer.
    "no-tls",
    "no-dtls",
    "no-tcp-relay",
    "no-multicast-peers",
    "denied-peer-ip=0.0.0.0-255.255.255.255",
    `allowed-peer-ip=${rangeOf(place.network)}`,
    "pidfile=/var/lib/coturn/turnserver.pid",
    "userdb=/var/lib/coturn/turndb",
    "log-file=stdout",
    "simple-log",
  ].join("\n")}\n`;
}

/** First and last address of a range, as coturn writes it. */
function rangeOf(network: string): string {
  const range = parseCidr(network);
  const address = (base: number): string => formatCidr({ base, prefix: 32 }).replace("/32", "");
  return `${address(range.base)}-${address(range.base + hostsIn(range) - 1)}`;
}
