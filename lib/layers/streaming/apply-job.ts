import { IntOrString, KubeJob, KubeNetworkPolicy, Quantity } from "cdk8s-plus-34/lib/imports/k8s.js";
import { Construct } from "constructs";
import { CONNECTIONS_WAIVER, containerWaivers, waived } from "../common/waivers.ts";

export interface ApplyJobProps {
  /** Name of the job, its account, its policy and the map that holds what is wanted. */
  readonly name: string;
  readonly namespace: string;
  readonly image: string;
  /** Address range in which the broker is, and its port. */
  readonly broker: { readonly network: string; readonly port: number };
  /** What the container is called, and its volume. */
  readonly container: string;
  readonly volume: string;
  /** Secrets whose keys are its environment. */
  readonly secrets: readonly string[];
  readonly cpu: string;
  readonly memory: string;
  /** Whether its tools write to /tmp. @default false */
  readonly scratch?: boolean;
}

/** A job that brings a broker to what a map says with the script `apply.sh` in it, before any service starts; it reaches nothing else. */
export class ApplyJob extends Construct {
  constructor(scope: Construct, id: string, props: ApplyJobProps) {
    super(scope, id);
    const { name, namespace, image, broker, container, volume, secrets, scratch = false } = props;
    const labels = { "app.kubernetes.io/name": name };
    const folder = `/etc/${name}`;
    const memory = Quantity.fromString(props.memory);
    new KubeNetworkPolicy(this, "network", {
      metadata: { name, namespace },
      spec: {
        podSelector: { matchLabels: labels },
        policyTypes: ["Egress"],
        egress: [
          {
            to: [{ ipBlock: { cidr: broker.network } }],
            ports: [{ port: IntOrString.fromNumber(broker.port), protocol: "TCP" }],
          },
        ],
      },
    });
    new KubeJob(this, "Resource", {
      metadata: {
        name,
        namespace,
        annotations: {
          "argocd.argoproj.io/hook": "Sync",
          "argocd.argoproj.io/hook-delete-policy": "BeforeHookCreation",
          ...waived([...containerWaivers(image), CONNECTIONS_WAIVER]),
        },
      },
      spec: {
        backoffLimit: 5,
        activeDeadlineSeconds: 900,
        template: {
          metadata: { labels: { ...labels, "sidecar.istio.io/inject": "false" } },
          spec: {
            serviceAccountName: name,
            automountServiceAccountToken: false,
            restartPolicy: "Never",
            nodeSelector: { "dodeca.dev/pool": "general" },
            securityContext: { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: "RuntimeDefault" } },
            containers: [
              {
                name: container,
                image,
                command: ["/bin/sh", `${folder}/apply.sh`],
                envFrom: secrets.map((secret) => ({ secretRef: { name: secret } })),
                resources: { requests: { cpu: Quantity.fromString(props.cpu), memory }, limits: { memory } },
                securityContext: {
                  allowPrivilegeEscalation: false,
                  readOnlyRootFilesystem: true,
                  capabilities: { drop: ["ALL"] },
                },
                volumeMounts: [
                  { name: volume, mountPath: folder, readOnly: true },
                  ...(scratch ? [{ name: "tmp", mountPath: "/tmp" }] : []),
                ],
              },
            ],
            volumes: [{ name: volume, configMap: { name } }, ...(scratch ? [{ name: "tmp", emptyDir: {} }] : [])],
          },
        },
      },
    });
  }
}
