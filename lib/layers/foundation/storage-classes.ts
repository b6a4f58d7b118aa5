import { KubeStorageClass } from "cdk8s-plus-34/lib/imports/k8s.js";
import { nameOf, type Place } from "../../model/place.ts";
import type { Application } from "../common/application.ts";
import { encodes } from "../common/encodes.ts";

/** The default class of volumes: encrypted gp3, made in the zone of the pod that first uses it. */
export function storageClasses(application: Application, place: Place): void {
  const gp3 = new KubeStorageClass(application, "gp3", {
    metadata: { name: "gp3", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
    provisioner: "ebs.csi.aws.com",
    parameters: { type: "gp3", encrypted: "true", kmsKeyId: `alias/${nameOf(place, "aws_kms_alias", "data")}` },
    reclaimPolicy: place.deployment.tier === "prod" ? "Retain" : "Delete",
    volumeBindingMode: "WaitForFirstConsumer",
    allowVolumeExpansion: true,
  });
  encodes("mesh.workloads.pv", gp3);
}
