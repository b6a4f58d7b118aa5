import type { IGateway } from "@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1";
import { KubeConfigMap } from "cdk8s-plus-34/lib/imports/k8s.js";
import { Construct } from "constructs";
import type { Tier } from "../../model/environment.ts";
import type { Place } from "../../model/place.ts";
import { CustomObject, type Manifest } from "../common/application.ts";
import { encodes } from "../common/encodes.ts";
import { DRAIN_SECONDS } from "../mesh/contract.ts";
import { API_KEYS, GATEWAY, GATEWAY_PORTS, gatewayTargets, servedProducts } from "./contract.ts";
import { emitOptions } from "./options.ts";

/** Keys of clients in the gateway's pods, which start without them: nobody has seeded any yet. */
const KEYS = {
  mounts: [{ name: "api-keys", mountPath: API_KEYS.folder, readOnly: true }],
  volumes: [{ name: "api-keys", secret: { secretName: API_KEYS.name, optional: true } }],
} as const;

/** A pod of the gateway holds as many connections as it may; in dev nobody opens that many. */
const sizeOf = (tier: Tier) =>
  tier === "dev"
    ? { requests: { cpu: "100m", memory: "256Mi" }, limits: { memory: "1Gi" } }
    : { requests: { cpu: "1", memory: "2Gi" }, limits: { memory: "5Gi" } };

/** The load balancer controller's object; its types are written here, since no maintained models of this group are published. */
interface ITargetGroupBinding extends Manifest {
  readonly spec: {
    readonly targetGroupName: string;
    readonly targetType: "ip";
    readonly serviceRef: { readonly name: string; readonly port: number };
  };
}

/**
 * The public gateway of a platform in a region: the mesh's gateway, whose pods are the targets of the region's load
 * balancer. Every product's domain has listeners and a certificate of its own.
 */
export class PublicGateway extends Construct {
  constructor(scope: Construct, id: string, place: Place) {
    super(scope, id);
    const products = servedProducts(place);
    this.options(place);
    this.targets(place);
    const gateway = new CustomObject<IGateway>(this, "Resource", {
      apiVersion: "gateway.networking.k8s.io/v1",
      kind: "Gateway",
      metadata: { name: GATEWAY.name, namespace: GATEWAY.namespace },
      spec: {
        gatewayClassName: "istio",
        infrastructure: { parametersRef: { group: "", kind: "ConfigMap", name: `${GATEWAY.name}-options` } },
        listeners: products.flatMap(({ name, domain }) =>
          [
            { name, hostname: domain },
            { name: `${name}-sub`, hostname: `*.${domain}` },
          ].map((listener) => ({
            ...listener,
            port: 443,
            protocol: "HTTPS",
            tls: { mode: "Terminate" as const, certificateRefs: [{ name: `${name}-tls` }] },
            allowedRoutes: {
              namespaces: { from: "Selector" as const, selector: { matchLabels: { "dodeca.dev/blueprint": name } } },
            },
          })),
        ),
      },
    });
    encodes("ingress.grpc.provider", gateway);
    encodes("ingress.gateway.provider", gateway);
  }

  /** How Istio deploys the gateway: size, spread, and the load balancer's properties. */
  private options(place: Place): void {
    const { apiKeys, replicas } = place.blueprint.layers.ingress;
    const { min, max } = replicas;
    new KubeConfigMap(this, "options", {
      metadata: { name: `${GATEWAY.name}-options`, namespace: GATEWAY.namespace },
      data: {
        horizontalPodAutoscaler: emitOptions({
          spec: {
            minReplicas: min,
            maxReplicas: max,
            metrics: [
              { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 60 } } },
            ],
          },
        }),
        podDisruptionBudget: emitOptions({ spec: { maxUnavailable: 1 } }),
        deployment: emitOptions({
          spec: {
            template: {
              spec: {
                terminationGracePeriodSeconds: 2 * DRAIN_SECONDS,
                // Istio leaves it out, and the namespace admits no pod without it.
                securityContext: { seccompProfile: { type: "RuntimeDefault" } },
                containers: [
                  {
                    name: "istio-proxy",
                    resources: sizeOf(place.deployment.tier),
                    ...(apiKeys === undefined ? {} : { volumeMounts: KEYS.mounts }),
                  },
                ],
                ...(apiKeys === undefined ? {} : { volumes: KEYS.volumes }),
                topologySpreadConstraints: [
                  {
                    maxSkew: 1,
                    topologyKey: "topology.kubernetes.io/zone",
                    whenUnsatisfiable: "ScheduleAnyway",
                    labelSelector: { matchLabels: { "gateway.networking.k8s.io/gateway-name": GATEWAY.name } },
                  },
                ],
              },
            },
          },
        }),
        // The load balancer is Terraform's: nothing in the cluster makes one.
        service: emitOptions({ spec: { type: "ClusterIP" } }),
      },
    });
  }

  /** The gateway's pods in the load balancer's target group, which the controller keeps in step. */
  private targets(place: Place): void {
    const binding = new CustomObject<ITargetGroupBinding>(this, "targets", {
      apiVersion: "elbv2.k8s.aws/v1beta1",
      kind: "TargetGroupBinding",
      metadata: { name: GATEWAY.name, namespace: GATEWAY.namespace },
      spec: {
        targetGroupName: gatewayTargets(place),
        targetType: "ip",
        serviceRef: { name: `${GATEWAY.name}-istio`, port: GATEWAY_PORTS.https },
      },
    });
    encodes("ingress.glb.drain", binding);
  }
}
