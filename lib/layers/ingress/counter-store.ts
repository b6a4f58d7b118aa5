import { ElasticacheParameterGroup } from "@cdktn/provider-aws/lib/elasticache-parameter-group/index.js";
import { ElasticacheReplicationGroup } from "@cdktn/provider-aws/lib/elasticache-replication-group/index.js";
import { ElasticacheSubnetGroup } from "@cdktn/provider-aws/lib/elasticache-subnet-group/index.js";
import { ElasticacheUser } from "@cdktn/provider-aws/lib/elasticache-user/index.js";
import { ElasticacheUserGroup } from "@cdktn/provider-aws/lib/elasticache-user-group/index.js";
import { SecurityGroup } from "@cdktn/provider-aws/lib/security-group/index.js";
import { VpcSecurityGroupIngressRule } from "@cdktn/provider-aws/lib/vpc-security-group-ingress-rule/index.js";
import { Construct } from "constructs";
import { nameOf, type Place } from "../../model/place.ts";
import { publish, read } from "../common/contract.ts";
import { encodes } from "../common/encodes.ts";
import type { Stack } from "../common/stack.ts";
import { clusterOf, networkOf } from "../foundation/contract.ts";
import { keysOf } from "../security/contract.ts";
import { COUNTER_PORT, COUNTERS, countersOf, type SharedLimits } from "./contract.ts";

/** All that counting needs: nobody can list, read or empty what others have counted. */
const COUNTING =
  "on ~* -@all +incrby +expire +ping +hello +client|setname +client|setinfo +cluster|slots +cluster|shards";

/**
 * Where a region's requests are counted: a Valkey of the gateway's own, in cluster mode, encrypted, over the zones. Counters
 * live for a minute, so nothing is backed up; when it is away, the gateway lets requests through. Its user needs no password,
 * since the limiter has no way to log in with IAM: the network lets in pods alone, and the user may do nothing but count.
 */
export class CounterStore extends Construct {
  constructor(
    stack: Stack,
    id: string,
    { place, settings }: { readonly place: Place; readonly settings: SharedLimits },
  ) {
    super(stack, id);
    const { vpcId, dataSubnetIds } = read(stack, networkOf(place));
    const subnets = new ElasticacheSubnetGroup(this, "subnets", {
      name: nameOf(place, "aws_elasticache_subnet_group", COUNTERS),
      description: "Counters of the gateway, in the zones of its pods",
      subnetIds: dataSubnetIds,
    });
    const parameters = new ElasticacheParameterGroup(this, "parameters", {
      name: nameOf(place, "aws_elasticache_parameter_group", COUNTERS),
      description: "Counters of the gateway",
      family: "valkey8",
      parameter: [
        { name: "cluster-enabled", value: "yes" },
        { name: "maxmemory-policy", value: "volatile-ttl" },
      ],
    });
    const replicas = place.deployment.tier === "dev" ? 0 : 1;
    const group = new ElasticacheReplicationGroup(this, "Resource", {
      replicationGroupId: nameOf(place, "aws_elasticache_replication_group", COUNTERS),
      description: "Counters of the gateway",
      engine: "valkey",
      engineVersion: "8.0",
      nodeType: settings.nodeType ?? "cache.t4g.small",
      clusterMode: "enabled",
      numNodeGroups: place.deployment.tier === "prod" ? 3 : 1,
      replicasPerNodeGroup: replicas,
      automaticFailoverEnabled: true,
      multiAzEnabled: replicas > 0,
      port: COUNTER_PORT,
      parameterGroupName: parameters.name,
      subnetGroupName: subnets.name,
      securityGroupIds: [this.reach(stack, place, vpcId).id],
      atRestEncryptionEnabled: "true",
      kmsKeyId: read(stack, keysOf(place)).data,
      transitEncryptionEnabled: true,
      transitEncryptionMode: "required",
      userGroupIds: [this.users(place).userGroupId],
      autoMinorVersionUpgrade: "true",
      maintenanceWindow: "sun:04:30-sun:05:30",
      snapshotRetentionLimit: 0,
      applyImmediately: place.deployment.tier !== "prod",
    });
    publish(stack, countersOf(place), { endpoint: group.configurationEndpointAddress });
    encodes("ingress.rate-limiter.store", group);
    encodes("ingress.kpis.limit-latency", subnets);
  }

  private reach(stack: Stack, place: Place, vpcId: string): SecurityGroup {
    const name = nameOf(place, "aws_security_group", COUNTERS);
    const group = new SecurityGroup(this, "security-group", {
      name,
      description: "Counters of the gateway",
      vpcId,
      tags: { Name: name },
    });
    new VpcSecurityGroupIngressRule(this, "from-pods", {
      securityGroupId: group.id,
      description: "Pods of the cluster: network policies say which",
      referencedSecurityGroupId: read(stack, clusterOf(place)).securityGroupId,
      fromPort: COUNTER_PORT,
      toPort: COUNTER_PORT,
      ipProtocol: "tcp",
    });
    return group;
  }

  private users(place: Place): ElasticacheUserGroup {
    const user = new ElasticacheUser(this, "user", {
      userId: nameOf(place, "aws_elasticache_user", COUNTERS),
      userName: "default",
      engine: "valkey",
      accessString: COUNTING,
      authenticationMode: { type: "no-password-required" },
    });
    return new ElasticacheUserGroup(this, "users", {
      userGroupId: nameOf(place, "aws_elasticache_user_group", COUNTERS),
      engine: "valkey",
      userIds: [user.userId],
    });
  }
}
