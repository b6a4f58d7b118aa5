import type { IGateway } from "@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1";
import { KubeConfigMap } from "cdk8s-plus-34/lib/imports/k8s.js";
import { Construct } from "constructs";
import { nameOf, type Place } from "../../model/place.ts";
import { CustomObject, type Manifest } from "../common/application.ts";
import { encodes } from "../common/encodes.ts";
import { GATEWAY, HEALTH_PATH, servedProducts } from "./contract.ts";
import type { IEnvoyFilter } from "./envoy-filter.ts";
import { emitOptions } from "./options.ts";

/** A cert-manager object; its types are written here, since no maintained models of this group are published. */
interface IClusterIssuer extends Manifest {
  readonly spec: {
    readonly acme: {
      readonly server: string;
      readonly email?: string;
      readonly privateKeySecretRef: { readonly name: string };
      readonly solvers: readonly { readonly dns01: { readonly route53: { readonly region: string } } }[];
    };
  };
}

interface ICertificate extends Manifest {
  readonly spec: {
    readonly secretName: string;
    readonly issuerRef: { readonly name: string; readonly kind: "ClusterIssuer" };
    readonly dnsNames: readonly string[];
    readonly duration: string;
    readonly renewBefore: string;
    readonly privateKey: { readonly algorithm: "ECDSA"; readonly size: number; readonly rotationPolicy: "Always" };
  };
}

const ISSUER = "lets-encrypt";

/**
 * The public gateway of a platform in a region: the mesh's gateway behind a network load balancer that the load balancer
 * controller owns under a name of ours. Every product's domain has listeners and a certificate of its own.
 */
export class PublicGateway extends Construct {
  constructor(scope: Construct, id: string, place: Place) {
    super(scope, id);
    const products = servedProducts(place);
    this.options(place);
    this.issuer(place);
    for (const { name, domain } of products) this.certificate(place, name, domain);
    this.health();
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
  }

  /** How Istio deploys the gateway: size, spread, and the load balancer's properties. */
  private options(place: Place): void {
    const { min, max } = place.blueprint.layers.ingress.replicas;
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
                terminationGracePeriodSeconds: 60,
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
        service: emitOptions({
          metadata: {
            annotations: {
              "external-dns.alpha.kubernetes.io/hostname": servedProducts(place)
                .map(({ domain }) => `origin.${place.region.short}.${domain}`)
                .join(","),
              "service.beta.kubernetes.io/aws-load-balancer-name": nameOf(place, "aws_lb", "gw"),
              "service.beta.kubernetes.io/aws-load-balancer-scheme": "internet-facing",
              "service.beta.kubernetes.io/aws-load-balancer-nlb-target-type": "ip",
              "service.beta.kubernetes.io/aws-load-balancer-healthcheck-path": "/healthz/ready",
              "service.beta.kubernetes.io/aws-load-balancer-healthcheck-port": "15021",
              "service.beta.kubernetes.io/aws-load-balancer-healthcheck-protocol": "http",
              "service.beta.kubernetes.io/aws-load-balancer-target-group-attributes":
                "preserve_client_ip.enabled=true,deregistration_delay.timeout_seconds=60",
              "service.beta.kubernetes.io/aws-load-balancer-attributes":
                "load_balancing.cross_zone.enabled=true,dns_record.client_routing_policy=availability_zone_affinity",
            },
          },
          spec: { loadBalancerClass: "service.k8s.aws/nlb", externalTrafficPolicy: "Cluster" },
        }),
      },
    });
  }

  /** The gateway answers checks from outside itself, under every host: no product has to. */
  private health(): void {
    new CustomObject<IEnvoyFilter>(this, "health", {
      apiVersion: "networking.istio.io/v1alpha3",
      kind: "EnvoyFilter",
      metadata: { name: `${GATEWAY.name}-health`, namespace: GATEWAY.namespace },
      spec: {
        workloadSelector: { labels: { "gateway.networking.k8s.io/gateway-name": GATEWAY.name } },
        configPatches: [
          {
            applyTo: "HTTP_FILTER",
            match: {
              context: "GATEWAY",
              listener: { filterChain: { filter: { name: "envoy.filters.network.http_connection_manager" } } },
            },
            patch: {
              operation: "INSERT_FIRST",
              value: {
                name: "envoy.filters.http.health_check",
                typed_config: {
                  "@type": "type.googleapis.com/envoy.extensions.filters.http.health_check.v3.HealthCheck",
                  pass_through_mode: false,
                  headers: [{ name: ":path", string_match: { exact: HEALTH_PATH } }],
                },
              },
            },
          },
        ],
      },
    });
  }

  private issuer(place: Place): void {
    const contact = place.deployment.account.securityContact;
    const issuer = new CustomObject<IClusterIssuer>(this, "issuer", {
      apiVersion: "cert-manager.io/v1",
      kind: "ClusterIssuer",
      metadata: { name: ISSUER },
      spec: {
        acme: {
          server: "https://acme-v02.api.letsencrypt.org/directory",
          ...(contact === undefined ? {} : { email: contact }),
          privateKeySecretRef: { name: `${ISSUER}-account` },
          // Names are proved in DNS, with the controller's own pod identity.
          solvers: [{ dns01: { route53: { region: place.region.code } } }],
        },
      },
    });
    encodes("edge.pki.acme", issuer);
  }

  private certificate(place: Place, product: string, domain: string): void {
    const certificate = new CustomObject<ICertificate>(this, `certificate-${product}`, {
      apiVersion: "cert-manager.io/v1",
      kind: "Certificate",
      metadata: { name: `${product}-tls`, namespace: GATEWAY.namespace },
      spec: {
        secretName: `${product}-tls`,
        issuerRef: { name: ISSUER, kind: "ClusterIssuer" },
        dnsNames: [domain, `*.${domain}`, `origin.${place.region.short}.${domain}`],
        // Renewed with thirty days left; the alert waits for fourteen. Catalogue conflict: cert-renewal-alert.
        duration: "2160h",
        renewBefore: "720h",
        privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Always" },
      },
    });
    encodes("security.secrets.tls-certs", certificate);
    encodes("edge.tls.renewal", certificate);
    encodes("edge.pki.issue", certificate);
  }
}
