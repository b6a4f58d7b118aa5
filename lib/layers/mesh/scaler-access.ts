import type { IClusterTriggerAuthentication } from "@kubernetes-models/keda/keda.sh/v1alpha1";
import { Construct } from "constructs";
import { clusterName, type Place } from "../../model/place.ts";
import { type Application, CustomObject } from "../common/application.ts";
import { PodRole } from "../common/pod-role.ts";
import type { Stack } from "../common/stack.ts";
import { lagAccess, SCALER_AUTHENTICATION } from "../streaming/contract.ts";

/** What KEDA may see of the streams that services are scaled on. */
export class ScalerAccess extends Construct {
  constructor(stack: Stack, id: string, place: Place) {
    super(stack, id);
    new PodRole(this, "keda", {
      stack,
      place,
      cluster: clusterName(place),
      namespace: "keda",
      serviceAccount: "keda-operator",
      name: "keda",
      statements: lagAccess(stack, place),
    });
  }
}

/** Lets scalers in every namespace look at streams as KEDA itself, so that no service has to share its own rights. */
export function scalerIdentity(application: Application): void {
  new CustomObject<IClusterTriggerAuthentication>(application, "scaler-identity", {
    apiVersion: "keda.sh/v1alpha1",
    kind: "ClusterTriggerAuthentication",
    metadata: { name: SCALER_AUTHENTICATION },
    spec: { podIdentity: { provider: "aws", identityOwner: "keda" } },
  });
}
