import type { IExternalSecret } from "@kubernetes-models/external-secrets/external-secrets.io/v1";
import type { IAuthorizationPolicy } from "@kubernetes-models/istio/security.istio.io/v1";
import {
  IntOrString,
  KubeNetworkPolicy,
  KubeService,
  KubeServiceAccount,
  KubeStatefulSet,
  Quantity,
} from "cdk8s-plus-34/lib/imports/k8s.js";
import { Construct } from "constructs";
import { namespaceOf, type Place } from "../../model/place.ts";
import { CustomObject, type Manifest } from "../common/application.ts";
import { watchers } from "../common/pod-network.ts";
import { containerWaivers, waived } from "../common/waivers.ts";
import { imageOf, VALKEY } from "../delivery/contract.ts";
import { identityOf } from "./contract.ts";
import { QUERY_CACHE_PASSWORD, QUERY_CACHE_PORT, queryCacheOf } from "./query-cache-names.ts";
import { selectorOf } from "./selector.ts";

/** Why nothing scales it. Catalogue: foundation.targets.elasticity. */
const FIXED_SIZE = { "dodeca.dev/fixed-size": "two pods would hold two halves of a cache" } as const;

/** External Secrets' maker of passwords; its models are not published with the others. */
interface IPassword extends Manifest {
  readonly spec: {
    readonly length: number;
    readonly digits: number;
    readonly symbols: number;
    readonly noUpper: boolean;
    readonly allowRepeat: boolean;
  };
}

/**
 * A Valkey beside a GraphQL router: what subgraphs answered, shared by the router's pods, reached by them alone. It keeps
 * nothing on disk, and its password is made in the cluster once: a store of AWS knows its users by IAM, which routers cannot.
 */
export class QueryCache extends Construct {
  constructor(scope: Construct, id: string, { place, router }: { readonly place: Place; readonly router: string }) {
    super(scope, id);
    const name = queryCacheOf(router);
    const namespace = namespaceOf(place, router);
    this.password(name, namespace);
    new KubeServiceAccount(this, "account", { metadata: { name, namespace }, automountServiceAccountToken: false });
    this.pod(place, name, namespace);
    new KubeService(this, "address", {
      metadata: { name, namespace, labels: selectorOf(name) },
      spec: {
        selector: selectorOf(name),
        ports: [
          {
            name: "tcp-valkey",
            port: QUERY_CACHE_PORT,
            targetPort: IntOrString.fromNumber(QUERY_CACHE_PORT),
            appProtocol: "tcp",
          },
        ],
      },
    });
    new KubeNetworkPolicy(this, "network", {
      metadata: { name, namespace },
      spec: {
        podSelector: { matchLabels: selectorOf(name) },
        policyTypes: ["Ingress", "Egress"],
        ingress: [
          {
            from: [{ podSelector: { matchLabels: selectorOf(router) } }],
            ports: [{ port: IntOrString.fromNumber(QUERY_CACHE_PORT) }],
          },
          ...watchers(place),
        ],
      },
    });
    new CustomObject<IAuthorizationPolicy>(this, "authorization", {
      apiVersion: "security.istio.io/v1",
      kind: "AuthorizationPolicy",
      metadata: { name, namespace },
      spec: {
        action: "ALLOW",
        selector: { matchLabels: selectorOf(name) },
        rules: [
          {
            from: [{ source: { principals: [identityOf(place, router)] } }],
            to: [{ operation: { ports: [String(QUERY_CACHE_PORT)] } }],
          },
        ],
      },
    });
  }

  private password(name: string, namespace: string): void {
    new CustomObject<IPassword>(this, "password-maker", {
      apiVersion: "generators.external-secrets.io/v1alpha1",
      kind: "Password",
      metadata: { name, namespace },
      spec: { length: 32, digits: 8, symbols: 0, noUpper: false, allowRepeat: true },
    });
    new CustomObject<IExternalSecret>(this, "password", {
      apiVersion: "external-secrets.io/v1",
      kind: "ExternalSecret",
      metadata: { name, namespace },
      spec: {
        // Made once: another one would lock out whoever has read the first.
        refreshPolicy: "CreatedOnce",
        target: { name, creationPolicy: "Owner" },
        dataFrom: [
          {
            sourceRef: {
              generatorRef: { apiVersion: "generators.external-secrets.io/v1alpha1", kind: "Password", name },
            },
          },
        ],
      },
    });
  }

  private pod(place: Place, name: string, namespace: string): void {
    const image = imageOf(place, VALKEY);
    const memory = Quantity.fromString("1Gi");
    const check = { tcpSocket: { port: IntOrString.fromString("valkey") } };
    new KubeStatefulSet(this, "Resource", {
      metadata: {
        name,
        namespace,
        labels: selectorOf(name),
        annotations: { ...waived(containerWaivers(image)), ...FIXED_SIZE },
      },
      spec: {
        replicas: 1,
        revisionHistoryLimit: 3,
        selector: { matchLabels: selectorOf(name) },
        serviceName: name,
        template: {
          metadata: { labels: { ...selectorOf(name), "app.kubernetes.io/part-of": place.deployment.name } },
          spec: {
            serviceAccountName: name,
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            nodeSelector: { "dodeca.dev/pool": "general" },
            securityContext: {
              runAsNonRoot: true,
              runAsUser: 10001,
              runAsGroup: 10001,
              fsGroup: 10001,
              seccompProfile: { type: "RuntimeDefault" },
            },
            containers: [
              {
                name: "valkey",
                image,
                command: ["sh", "-c"],
                args: [
                  `exec valkey-server --save "" --appendonly no --maxmemory 768mb --maxmemory-policy allkeys-lru --requirepass "$(cat ${QUERY_CACHE_PASSWORD})"`,
                ],
                ports: [{ name: "valkey", containerPort: QUERY_CACHE_PORT }],
                resources: { requests: { cpu: Quantity.fromString("100m"), memory }, limits: { memory } },
                securityContext: {
                  allowPrivilegeEscalation: false,
                  readOnlyRootFilesystem: true,
                  capabilities: { drop: ["ALL"] },
                },
                readinessProbe: { ...check, periodSeconds: 5 },
                livenessProbe: { ...check, periodSeconds: 10 },
                volumeMounts: [
                  { name: "password", mountPath: "/var/run/dodeca/query-cache", readOnly: true },
                  { name: "tmp", mountPath: "/tmp" },
                ],
              },
            ],
            volumes: [
              { name: "password", secret: { secretName: name } },
              { name: "tmp", emptyDir: { sizeLimit: Quantity.fromString("64Mi") } },
            ],
          },
        },
      },
    });
  }
}
