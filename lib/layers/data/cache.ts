import { ElasticacheParameterGroup } from "@cdktn/provider-aws/lib/elasticache-parameter-group/index.js";
import { ElasticacheReplicationGroup } from "@cdktn/provider-aws/lib/elasticache-replication-group/index.js";
import { ElasticacheSubnetGroup } from "@cdktn/provider-aws/lib/elasticache-subnet-group/index.js";
import { ElasticacheUser } from "@cdktn/provider-aws/lib/elasticache-user/index.js";
import { ElasticacheUserGroup } from "@cdktn/provider-aws/lib/elasticache-user-group/index.js";
import { Construct } from "constructs";
import { nameOf } from "../../model/place.ts";
import type { StoreOf } from "../../model/resolved.ts";
import { publish, read } from "../common/contract.ts";
import { encodes } from "../common/encodes.ts";
import { keysOf } from "../security/contract.ts";
import { cacheName, cacheUser, endpointContract, usersOf } from "./contract.ts";
import { StoreNetwork, type StoreProps } from "./store-network.ts";

/** Commands that a reader and a writer may use. Neither may flush, configure or look at other keys' owners. */
const ACCESS = {
  read: "on ~* &* -@all +@read +@connection +@pubsub +cluster|slots +cluster|shards",
  "read-write":
    "on ~* &* -@all +@read +@write +@connection +@pubsub +@scripting +@transaction -@dangerous +cluster|slots +cluster|shards",
} as const;

/** Bytes that wait for one subscriber: 32 MiB at once, or 8 MiB for a minute. Catalogue: ingress.websocket.fanout. */
const BACKLOG = [
  { name: "client-output-buffer-limit-pubsub-hard-limit", value: "33554432" },
  { name: "client-output-buffer-limit-pubsub-soft-limit", value: "8388608" },
  { name: "client-output-buffer-limit-pubsub-soft-seconds", value: "60" },
];

/**
 * A shared cache: Valkey in cluster mode, encrypted in transit and at rest, with failover over the zones as soon as it has
 * replicas. Every service has a user of its own that logs in with IAM and may do what its verb says.
 */
export class Cache extends Construct {
  constructor(scope: Construct, id: string, props: StoreProps<StoreOf<"cache">>) {
    super(scope, id);
    const { stack, place, name, store } = props;
    const network = new StoreNetwork(this, "network", { stack, place, store: name, port: 6379 });
    const subnets = new ElasticacheSubnetGroup(this, "subnets", {
      name: nameOf(place, "aws_elasticache_subnet_group", name),
      description: `Cache ${name}`,
      subnetIds: network.subnetIds,
    });
    const parameters = new ElasticacheParameterGroup(this, "parameters", {
      name: nameOf(place, "aws_elasticache_parameter_group", name),
      description: `Cache ${name}`,
      family: "valkey8",
      parameter: [
        { name: "cluster-enabled", value: "yes" },
        { name: "maxmemory-policy", value: "allkeys-lru" },
        ...(store.notifications ? [{ name: "notify-keyspace-events", value: "Ex" }] : []),
        ...(store.fanout === true ? BACKLOG : []),
      ],
    });
    const group = new ElasticacheReplicationGroup(this, "Resource", {
      replicationGroupId: cacheName(place, name),
      description: `Cache ${name} of ${place.deployment.name}`,
      engine: "valkey",
      engineVersion: "8.0",
      nodeType: store.nodeType,
      clusterMode: "enabled",
      numNodeGroups: store.shards,
      replicasPerNodeGroup: store.replicas,
      automaticFailoverEnabled: true,
      multiAzEnabled: store.replicas > 0,
      port: 6379,
      parameterGroupName: parameters.name,
      subnetGroupName: subnets.name,
      securityGroupIds: [network.group.id],
      atRestEncryptionEnabled: "true",
      kmsKeyId: read(stack, keysOf(place)).data,
      transitEncryptionEnabled: true,
      transitEncryptionMode: "required",
      userGroupIds: [this.users(props).userGroupId],
      autoMinorVersionUpgrade: "true",
      maintenanceWindow: "sun:04:30-sun:05:30",
      snapshotRetentionLimit: place.deployment.tier === "prod" ? 7 : 0,
      snapshotWindow: "03:00-04:00",
      applyImmediately: place.deployment.tier !== "prod",
    });
    publish(stack, endpointContract(place, name), { endpoint: group.configurationEndpointAddress });
    if (store.replicas > 0) encodes("foundation.data.redis", group);
    if (store.notifications) encodes("mesh.communication.pubsub", parameters);
    if (store.fanout === true) encodes("ingress.websocket.fanout", group, parameters);
  }

  private users({ place, name }: StoreProps<StoreOf<"cache">>): ElasticacheUserGroup {
    // Every group needs a user called default; this one can log in nowhere.
    const nobody = new ElasticacheUser(this, "default-user", {
      userId: cacheUser(place, name, "default"),
      userName: "default",
      engine: "valkey",
      accessString: "off -@all",
      authenticationMode: { type: "no-password-required" },
    });
    const users = usersOf(place, name).map(([service, verb]) => {
      const id = cacheUser(place, name, service);
      return new ElasticacheUser(this, `user-${service}`, {
        userId: id,
        userName: id,
        engine: "valkey",
        accessString: verb === "read" ? ACCESS.read : ACCESS["read-write"],
        authenticationMode: { type: "iam" },
      });
    });
    return new ElasticacheUserGroup(this, "users", {
      userGroupId: nameOf(place, "aws_elasticache_user_group", name),
      engine: "valkey",
      userIds: [nobody, ...users].map((user) => user.userId),
    });
  }
}
