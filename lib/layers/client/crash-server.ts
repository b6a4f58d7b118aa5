import type { IExternalSecret } from "@kubernetes-models/external-secrets/external-secrets.io/v1";
import type { IHTTPRoute } from "@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1";
import {
  KubeNetworkPolicy,
  type LabelSelector,
  type NetworkPolicyEgressRule,
  type NetworkPolicyIngressRule,
} from "cdk8s-plus-34/lib/imports/k8s.js";
import { Construct } from "constructs";
import type { Place } from "../../model/place.ts";
import type { Sentry } from "../../model/settings/client/crashes.ts";
import { CustomObject } from "../common/application.ts";
import { namespacePeer, port, TO_DNS, TO_IDENTITY, TO_INTERNET } from "../common/pod-network.ts";
import { GATEWAY, listenersOf } from "../ingress/contract.ts";
import { secretName } from "../security/contract.ts";
import { crashNamespace } from "./contract.ts";
import { CONSOLE, CRASH_SECRET, crashPods, FILES_LABEL, RELAY, SEEDED_FIELDS } from "./crash-names.ts";

/** Paths of reports, which name a project by number: the API of the console is below `/api/0/`, and Relay would pass it on. */
const REPORTS = "/api/[1-9][0-9]*/.+";

/** A report that took longer has been given up by its sender. */
const REPORT_TIMEOUT = "30s";

export interface CrashServerProps {
  readonly place: Place;
  readonly sentry: Sentry;
  readonly host: string;
}

/** What stands around Sentry: its secrets, who reaches its pods and whom they reach, and the way in for reports. */
export class CrashServer extends Construct {
  private readonly namespace: string;

  constructor(scope: Construct, id: string, { place, sentry, host }: CrashServerProps) {
    super(scope, id);
    this.namespace = crashNamespace(place);
    this.secrets(place, sentry);
    this.network(sentry);
    this.route(place, host);
  }

  private secrets(place: Place, { secret }: Sentry): void {
    new CustomObject<IExternalSecret>(this, "secrets", {
      apiVersion: "external-secrets.io/v1",
      kind: "ExternalSecret",
      metadata: { name: CRASH_SECRET.name, namespace: this.namespace },
      spec: {
        refreshInterval: "1h",
        secretStoreRef: { kind: "ClusterSecretStore", name: "secrets" },
        target: { name: CRASH_SECRET.name, creationPolicy: "Owner" },
        data: SEEDED_FIELDS.map(([secretKey, property]) => ({
          secretKey,
          remoteRef: { key: secretName(place, secret), property },
        })),
      },
    });
  }

  /** Inside everything may talk; from outside reports come in, and symbols where runners are named; files go to S3. */
  private network({ runners }: Sentry): void {
    const all: LabelSelector = {};
    this.policy("default-deny", all, {});
    this.policy("inside", all, {
      ingress: [{ from: [{ podSelector: {} }] }],
      egress: [{ to: [{ podSelector: {} }] }, TO_DNS],
    });
    this.policy(
      "reports",
      { matchLabels: crashPods(RELAY.role) },
      { ingress: [{ from: [namespacePeer(GATEWAY.namespace)], ports: [port(RELAY.port)] }] },
    );
    this.policy("files", { matchLabels: { ...FILES_LABEL } }, { egress: [TO_IDENTITY, TO_INTERNET] });
    if (runners !== undefined)
      this.policy(
        "symbols",
        { matchLabels: crashPods(CONSOLE.role) },
        { ingress: [{ from: [namespacePeer(runners)], ports: [port(CONSOLE.port)] }] },
      );
  }

  private policy(
    name: string,
    podSelector: LabelSelector,
    rules: { readonly ingress?: NetworkPolicyIngressRule[]; readonly egress?: NetworkPolicyEgressRule[] },
  ): void {
    const denies = rules.ingress === undefined && rules.egress === undefined;
    new KubeNetworkPolicy(this, name, {
      metadata: { name, namespace: this.namespace },
      spec: {
        podSelector,
        policyTypes: [
          ...(denies || rules.ingress !== undefined ? ["Ingress"] : []),
          ...(denies || rules.egress !== undefined ? ["Egress"] : []),
        ],
        ...rules,
      },
    });
  }

  private route(place: Place, host: string): void {
    new CustomObject<IHTTPRoute>(this, "route", {
      apiVersion: "gateway.networking.k8s.io/v1",
      kind: "HTTPRoute",
      metadata: { name: "crashes", namespace: this.namespace },
      spec: {
        parentRefs: listenersOf(place),
        hostnames: [host],
        rules: [
          {
            matches: (["POST", "OPTIONS"] as const).map((method) => ({
              path: { type: "RegularExpression" as const, value: REPORTS },
              method,
            })),
            backendRefs: [{ name: RELAY.service, port: RELAY.port }],
            timeouts: { request: REPORT_TIMEOUT },
          },
        ],
      },
    });
  }
}
