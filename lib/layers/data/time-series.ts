import { DataAwsSecretsmanagerRandomPassword } from "@cdktn/provider-aws/lib/data-aws-secretsmanager-random-password/index.js";
import { TimestreaminfluxdbDbInstance } from "@cdktn/provider-aws/lib/timestreaminfluxdb-db-instance/index.js";
import { Fn } from "cdktn";
import { Construct } from "constructs";
import { nameOf } from "../../model/place.ts";
import type { StoreOf } from "../../model/resolved.ts";
import { publish } from "../common/contract.ts";
import { encodes } from "../common/encodes.ts";
import { waives } from "../common/waivers.ts";
import { databaseName, influxContract } from "./contract.ts";
import { guarded } from "./defaults.ts";
import { StoreNetwork, type StoreProps } from "./store-network.ts";

/** A time series store: Timestream for InfluxDB, with a standby in another zone in prod. */
export class TimeSeriesInstance extends Construct {
  constructor(scope: Construct, id: string, { stack, place, name, store }: StoreProps<StoreOf<"timeSeries">>) {
    super(scope, id);
    const network = new StoreNetwork(this, "network", { stack, place, store: name, port: 8086 });
    const standby = place.deployment.tier === "prod";
    // The service takes the first password from its caller and then keeps it in a secret of its own. It is drawn at apply,
    // used once, and stays in the state alone; nothing here knows it.
    const password = new DataAwsSecretsmanagerRandomPassword(this, "first-password", {
      passwordLength: 32,
      excludePunctuation: true,
    });
    const instance = new TimestreaminfluxdbDbInstance(this, "Resource", {
      name: nameOf(place, "aws_timestreaminfluxdb_db_instance", name),
      organization: place.deployment.name,
      bucket: databaseName(name),
      username: "dodeca",
      password: password.randomPassword,
      dbInstanceType: store.nodeType,
      allocatedStorage: store.storage,
      dbStorageType: "InfluxIOIncludedT1",
      deploymentType: standby ? "WITH_MULTIAZ_STANDBY" : "SINGLE_AZ",
      publiclyAccessible: false,
      vpcSecurityGroupIds: [network.group.id],
      vpcSubnetIds: Array.from({ length: standby ? 2 : 1 }, (_, index) => Fn.element(network.subnetIds, index)),
      lifecycle: { preventDestroy: guarded(place.deployment.tier), ignoreChanges: ["password"] },
    });
    if (standby) encodes("foundation.data.influx", instance);
    waives(network.group, {
      check: "CKV2_AWS_5",
      reason: "the store's instance is in it: checkov does not know Timestream for InfluxDB",
    });
    publish(stack, influxContract(place, name), {
      endpoint: instance.endpoint,
      secretName: Fn.replace(Fn.element(Fn.split(":", instance.influxAuthParametersSecretArn), 6), "/-.{6}$/", ""),
    });
  }
}
