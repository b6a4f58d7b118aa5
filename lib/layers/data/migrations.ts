import type { IExternalSecret } from "@kubernetes-models/external-secrets/external-secrets.io/v1";
import {
  IntOrString,
  KubeJob,
  KubeNetworkPolicy,
  KubeServiceAccount,
  Quantity,
} from "cdk8s-plus-34/lib/imports/k8s.js";
import { Construct } from "constructs";
import { namespaceOf, type Place } from "../../model/place.ts";
import type { StoreOf } from "../../model/resolved.ts";
import { CustomObject } from "../common/application.ts";
import { CONNECTIONS_WAIVER, containerWaivers, waived } from "../common/waivers.ts";
import { imageOf, migrationImage } from "../delivery/contract.ts";
import { databaseName, MIGRATOR, parametersOf, portOf } from "./contract.ts";
import { isGlobal } from "./relational.ts";

/** The migration job of a relational store: runs before the services of every release, as the owner of the schema. */
export class Migration extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { place, name, store }: { readonly place: Place; readonly name: string; readonly store: StoreOf<"relational"> },
  ) {
    super(scope, id);
    if (isGlobal(place, store) && place.role !== "primary") return;
    const namespace = namespaceOf(place);
    const job = `migrate-${name.toLowerCase()}`;
    const secret = `store-${name.toLowerCase()}`;
    const labels = { "app.kubernetes.io/name": job };
    new KubeServiceAccount(this, "account", {
      metadata: { name: job, namespace },
      automountServiceAccountToken: false,
    });
    new CustomObject<IExternalSecret>(this, "connection", {
      apiVersion: "external-secrets.io/v1",
      kind: "ExternalSecret",
      metadata: { name: secret, namespace },
      spec: {
        refreshInterval: "1h",
        secretStoreRef: { kind: "ClusterSecretStore", name: "parameters" },
        target: { name: secret, creationPolicy: "Owner" },
        data: Object.entries(parametersOf(place, name)).map(([secretKey, key]) => ({ secretKey, remoteRef: { key } })),
      },
    });
    new KubeNetworkPolicy(this, "network", {
      metadata: { name: job, namespace },
      spec: {
        podSelector: { matchLabels: labels },
        policyTypes: ["Egress"],
        egress: [
          {
            to: [{ ipBlock: { cidr: place.network } }],
            ports: [{ port: IntOrString.fromNumber(portOf(store) ?? 0), protocol: "TCP" }],
          },
        ],
      },
    });
    const image = imageOf(place, migrationImage(name));
    new KubeJob(this, "Resource", {
      metadata: {
        name: job,
        namespace,
        annotations: {
          "argocd.argoproj.io/hook": "Sync",
          "argocd.argoproj.io/hook-delete-policy": "BeforeHookCreation",
          ...waived([...containerWaivers(image), CONNECTIONS_WAIVER]),
        },
      },
      spec: {
        backoffLimit: 3,
        activeDeadlineSeconds: 1800,
        template: {
          metadata: { labels: { ...labels, "sidecar.istio.io/inject": "false" } },
          spec: {
            serviceAccountName: job,
            automountServiceAccountToken: false,
            restartPolicy: "Never",
            nodeSelector: { "dodeca.dev/pool": "general" },
            securityContext: { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: "RuntimeDefault" } },
            containers: [
              {
                name: "migrate",
                image,
                env: [
                  { name: "DATABASE", value: databaseName(name) },
                  { name: "DATABASE_USER", value: MIGRATOR },
                  { name: "PORT", value: String(portOf(store)) },
                  { name: "AWS_REGION", value: place.region.code },
                  { name: "EXTENSIONS", value: store.extensions.join(",") },
                ],
                envFrom: [{ secretRef: { name: secret } }],
                resources: {
                  requests: { cpu: Quantity.fromString("100m"), memory: Quantity.fromString("256Mi") },
                  limits: { memory: Quantity.fromString("256Mi") },
                },
                securityContext: {
                  allowPrivilegeEscalation: false,
                  readOnlyRootFilesystem: true,
                  capabilities: { drop: ["ALL"] },
                },
              },
            ],
          },
        },
      },
    });
  }
}
