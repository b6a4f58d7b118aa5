import { CloudwatchLogGroup } from "@cdktn/provider-aws/lib/cloudwatch-log-group/index.js";
import { CloudwatchLogResourcePolicy } from "@cdktn/provider-aws/lib/cloudwatch-log-resource-policy/index.js";
import { OpensearchDomain } from "@cdktn/provider-aws/lib/opensearch-domain/index.js";
import { Fn } from "cdktn";
import { Construct } from "constructs";
import { ownerOf } from "../../model/place.ts";
import type { StoreOf } from "../../model/resolved.ts";
import { publish, read } from "../common/contract.ts";
import { policy } from "../common/policy.ts";
import { retentionWaivers, type Waiver, waives } from "../common/waivers.ts";
import { keysOf } from "../security/contract.ts";
import { domainName, endpointContract } from "./contract.ts";
import { guarded } from "./defaults.ts";
import { StoreNetwork, type StoreProps } from "./store-network.ts";

/** Node counts from which an OpenSearch domain gets masters of its own. Source: the OpenSearch Service guide. */
const DEDICATED_MASTERS_FROM = 6;

/** Services are told apart by IAM alone, as for every other store. */
const ACCESS_WAIVERS: readonly Waiver[] = [
  {
    check: "CKV2_AWS_52",
    reason: "IAM says which service may read and which may write; users inside the domain would say it a second time",
  },
  {
    check: "CKV_AWS_317",
    reason: "the service writes audit logs only for users inside the domain, and there are none",
  },
];

const MASTERS_REASON = `fewer than ${DEDICATED_MASTERS_FROM} data nodes elect a master among themselves: three of its own only add their price`;
const MASTERS_WAIVERS = ["CKV2_AWS_59", "CKV_AWS_318"].map((check): Waiver => ({ check, reason: MASTERS_REASON }));

/** A search store: an OpenSearch domain inside the network, over as many zones as it has nodes for. */
export class SearchDomain extends Construct {
  constructor(scope: Construct, id: string, { stack, place, name, store }: StoreProps<StoreOf<"search">>) {
    super(scope, id);
    const key = read(stack, keysOf(place)).data;
    const network = new StoreNetwork(this, "network", { stack, place, store: name, port: 443 });
    const zones = Math.min(store.nodes, place.zones.length, 3);
    const { blueprint, environment } = ownerOf(place);
    const logs = new CloudwatchLogGroup(this, "logs", {
      name: `/dodeca/${blueprint}/${environment}/data/${name}`,
      retentionInDays: place.blueprint.layers.observability.logRetention,
      kmsKeyId: read(stack, keysOf(place)).logs,
    });
    waives(logs, ...retentionWaivers(place.blueprint.layers.observability.logRetention));
    const allowed = new CloudwatchLogResourcePolicy(this, "logs-policy", {
      policyName: domainName(place, name),
      policyDocument: policy([
        {
          principals: { Service: ["es.amazonaws.com"] },
          actions: ["logs:PutLogEvents", "logs:CreateLogStream"],
          resources: [`${logs.arn}:*`],
          conditions: { StringEquals: { "aws:SourceAccount": stack.account.id } },
        },
      ]),
    });
    const domain = new OpensearchDomain(this, "Resource", {
      domainName: domainName(place, name),
      engineVersion: "OpenSearch_2.17",
      clusterConfig: {
        instanceType: store.nodeType,
        instanceCount: store.nodes,
        zoneAwarenessEnabled: zones > 1,
        ...(zones > 1 ? { zoneAwarenessConfig: { availabilityZoneCount: zones } } : {}),
        ...(store.nodes >= DEDICATED_MASTERS_FROM
          ? { dedicatedMasterEnabled: true, dedicatedMasterCount: 3, dedicatedMasterType: "m7g.large.search" }
          : {}),
      },
      // As many subnets as zones: the service refuses more.
      vpcOptions: { subnetIds: zonesOf(network.subnetIds, zones), securityGroupIds: [network.group.id] },
      ebsOptions: { ebsEnabled: true, volumeType: "gp3", volumeSize: store.storage },
      encryptAtRest: { enabled: true, kmsKeyId: key },
      nodeToNodeEncryption: { enabled: true },
      domainEndpointOptions: { enforceHttps: true, tlsSecurityPolicy: "Policy-Min-TLS-1-2-PFS-2023-10" },
      accessPolicies: policy([
        {
          principals: { AWS: [`${stack.arn}:iam::${stack.account.id}:root`] },
          actions: ["es:ESHttp*"],
          resources: [`${stack.arnOf("es", `domain/${domainName(place, name)}`)}/*`],
        },
      ]),
      logPublishingOptions: ["INDEX_SLOW_LOGS", "SEARCH_SLOW_LOGS", "ES_APPLICATION_LOGS"].map((logType) => ({
        logType,
        cloudwatchLogGroupArn: logs.arn,
      })),
      softwareUpdateOptions: { autoSoftwareUpdateEnabled: true },
      offPeakWindowOptions: { enabled: true, offPeakWindow: { windowStartTime: { hours: 3, minutes: 0 } } },
      dependsOn: [allowed],
      lifecycle: { preventDestroy: guarded(place.deployment.tier) },
    });
    waives(domain, ...ACCESS_WAIVERS, ...(store.nodes < DEDICATED_MASTERS_FROM ? MASTERS_WAIVERS : []));
    publish(stack, endpointContract(place, name), { endpoint: domain.endpoint });
  }
}

/** The first subnets of the list, without knowing what is in it. */
function zonesOf(subnetIds: string[], count: number): string[] {
  return Array.from({ length: count }, (_, index) => Fn.element(subnetIds, index));
}
