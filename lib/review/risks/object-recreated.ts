import { hasMovedBlock } from "../../estate/diff.ts";
import { at, object, text } from "../../estate/json.ts";
import type { Node } from "../../estate/node.ts";
import type { Rule, Severity, Suspicion } from "../risk.ts";
import { shown, valueAt } from "../settings.ts";
import { immutableChanges } from "./immutable.ts";
import { titleOf } from "./stateful.ts";
import { valuesOf } from "./stateful-replaced.ts";

/** Something without data cannot be changed in place: until the new one is there, nothing does what the old one did. */
export const objectRecreated: Rule = {
  id: "object-recreated",
  severity: "medium",
  consequence:
    "It is deleted and made anew, or the sync fails until somebody deletes it: what it served is down meanwhile.",
  undo: "Put the value back. To make the change, give the new one another name, move over, and remove the old one.",
  judge: ({ changes, after }) =>
    changes.flatMap((change): Suspicion[] => {
      const { node, before, kind, attributes } = change;
      if (before === undefined || kind === "removed") return [];
      const fixed = FIXED[node.type] ?? [];
      const severity: { severity?: Severity } = WHOLE.has(node.type) ? { severity: "high" } : {};
      if (kind === "moved" && node.kind === "resource" && fixed.length > 0) {
        const isKept =
          before.unit === node.unit && hasMovedBlock(after.nodes.get(node.unit), before.address, node.address);
        if (!isKept)
          return [
            {
              change,
              ...severity,
              what: `${titleOf(node)} has moved from ${before.unit} ${before.address}, and nothing tells Terraform`,
            },
          ];
      }
      return [
        ...(isReplacedAnyway(node) ? [] : immutableChanges(node, attributes, fixed)).map((attribute) => ({
          change,
          ...severity,
          what: `${titleOf(node)} cannot change ${valuesOf(attribute)} in place`,
        })),
        ...frozen(change.node, before).map((what) => ({ change, what })),
      ];
    }),
};

/** Types of which everything else in a place hangs. */
const WHOLE = new Set(["aws_eks_cluster", "aws_vpc", "aws_route53_zone"]);

/**
 * Attributes that cannot be changed in place, by type of what serves and holds no data. Source: `ForceNew` in the
 * provider, `field is immutable` in Kubernetes.
 */
const FIXED: Readonly<Record<string, readonly string[]>> = {
  aws_acm_certificate: ["domain_name", "subject_alternative_names", "validation_method", "key_algorithm"],
  aws_db_subnet_group: ["name"],
  aws_neptune_cluster_instance: ["identifier", "cluster_identifier", "engine", "availability_zone"],
  aws_docdb_cluster_instance: ["identifier", "cluster_identifier", "engine", "availability_zone"],
  aws_eip: ["domain", "network_border_group", "public_ipv4_pool"],
  aws_eks_addon: ["cluster_name", "addon_name"],
  aws_eks_cluster: [
    "name",
    "role_arn",
    "bootstrap_self_managed_addons",
    "access_config.bootstrap_cluster_creator_admin_permissions",
    "kubernetes_network_config.service_ipv4_cidr",
    "kubernetes_network_config.ip_family",
    "encryption_config.resources",
    "encryption_config.provider",
    "outpost_config",
  ],
  aws_eks_node_group: [
    "cluster_name",
    "node_group_name",
    "node_role_arn",
    "subnet_ids",
    "ami_type",
    "capacity_type",
    "disk_size",
    "instance_types",
    "launch_template.id",
    "launch_template.name",
    "remote_access",
  ],
  aws_eks_pod_identity_association: ["cluster_name", "namespace", "service_account"],
  aws_iam_role: ["name", "path"],
  aws_lb: ["name", "internal", "load_balancer_type", "customer_owned_ipv4_pool"],
  aws_lb_listener: ["load_balancer_arn"],
  aws_lb_target_group: ["name", "port", "protocol", "protocol_version", "target_type", "vpc_id", "ip_address_type"],
  aws_msk_configuration: ["name", "kafka_versions"],
  aws_nat_gateway: ["subnet_id", "allocation_id", "connectivity_type", "private_ip"],
  aws_rds_cluster_instance: ["identifier", "cluster_identifier", "engine", "availability_zone", "db_subnet_group_name"],
  aws_route53_zone: ["name"],
  aws_security_group: ["name", "description", "vpc_id"],
  aws_subnet: ["vpc_id", "cidr_block", "availability_zone", "ipv6_native"],
  aws_vpc: ["cidr_block", "ipv4_ipam_pool_id", "ipv4_netmask_length"],
  aws_vpc_endpoint: ["vpc_id", "service_name", "vpc_endpoint_type"],
  aws_wafv2_web_acl: ["name", "scope"],
  ClusterRoleBinding: ["roleRef"],
  DaemonSet: ["spec.selector"],
  Deployment: ["spec.selector"],
  IngressClass: ["spec.controller"],
  Job: ["spec.selector", "spec.template", "spec.completionMode", "spec.completions"],
  PriorityClass: ["value", "preemptionPolicy"],
  RoleBinding: ["roleRef"],
  Secret: ["type"],
  Service: ["spec.clusterIP", "spec.ipFamilies"],
  StatefulSet: ["spec.selector", "spec.podManagementPolicy"],
  StorageClass: ["provisioner", "parameters", "reclaimPolicy", "volumeBindingMode", "mountOptions"],
};

/** Whether Argo CD makes an object anew at every sync, so that it never has to change. */
function isReplacedAnyway({ body }: Node): boolean {
  const annotations = object(at(body, "metadata", "annotations"));
  return (
    annotations["argocd.argoproj.io/hook"] !== undefined ||
    /\b(?:Replace|Force)=true\b/.test(text(annotations["argocd.argoproj.io/sync-options"]) ?? "")
  );
}

/** Settings that were declared never to change. */
function frozen(node: Node, before: Node): string[] {
  if ((node.type !== "ConfigMap" && node.type !== "Secret") || valueAt(before, "immutable") !== true) return [];
  const isSame = ["data", "binaryData", "stringData"].every((key) => shown(before.body[key]) === shown(node.body[key]));
  if (!isSame) return [`${titleOf(node)} is immutable, and what is in it has changed`];
  return valueAt(node, "immutable") === true ? [] : [`${titleOf(node)} is immutable, which cannot be taken back`];
}
