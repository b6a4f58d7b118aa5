import { CloudwatchLogGroup } from "@cdktn/provider-aws/lib/cloudwatch-log-group/index.js";
import { CodebuildProject } from "@cdktn/provider-aws/lib/codebuild-project/index.js";
import { EksAccessEntry } from "@cdktn/provider-aws/lib/eks-access-entry/index.js";
import { EksAccessPolicyAssociation } from "@cdktn/provider-aws/lib/eks-access-policy-association/index.js";
import { IamRole } from "@cdktn/provider-aws/lib/iam-role/index.js";
import { IamRolePolicy } from "@cdktn/provider-aws/lib/iam-role-policy/index.js";
import { SecurityGroup } from "@cdktn/provider-aws/lib/security-group/index.js";
import { VpcSecurityGroupEgressRule } from "@cdktn/provider-aws/lib/vpc-security-group-egress-rule/index.js";
import { VpcSecurityGroupIngressRule } from "@cdktn/provider-aws/lib/vpc-security-group-ingress-rule/index.js";
import { Construct } from "constructs";
import { clusterName, nameOf, ownerOf, type Place } from "../../model/place.ts";
import { read } from "../common/contract.ts";
import { encodes } from "../common/encodes.ts";
import { policy, trusts } from "../common/policy.ts";
import type { Stack } from "../common/stack.ts";
import { retentionWaivers, waives } from "../common/waivers.ts";
import { clusterOf, networkOf } from "../foundation/contract.ts";
import { keysOf } from "../security/contract.ts";
import { argoValues } from "./argo-values.ts";

/**
 * What brings a cluster from nothing to running: a build inside the network that installs Argo CD at the pinned version
 * and hands it the root. No laptop reaches the cluster and it has no public endpoint. Running it again changes nothing.
 */
export class Bootstrapper extends Construct {
  constructor(stack: Stack, id: string, place: Place) {
    super(stack, id);
    const cluster = clusterName(place);
    const { blueprint, environment } = ownerOf(place);
    const network = read(stack, networkOf(place));
    const nodes = read(stack, clusterOf(place)).securityGroupId;
    const name = nameOf(place, "aws_codebuild_project", "bootstrap");
    const logs = new CloudwatchLogGroup(this, "logs", {
      name: `/dodeca/${blueprint}/${environment}/delivery/bootstrap`,
      retentionInDays: place.blueprint.layers.observability.logRetention,
      kmsKeyId: read(stack, keysOf(place)).logs,
    });
    waives(logs, ...retentionWaivers(place.blueprint.layers.observability.logRetention));
    const group = new SecurityGroup(this, "security-group", {
      name: nameOf(place, "aws_security_group", "bootstrap"),
      description: "The build that bootstraps the cluster",
      vpcId: network.vpcId,
    });
    new VpcSecurityGroupEgressRule(this, "https", {
      securityGroupId: group.id,
      description: "Charts, images and the cluster",
      cidrIpv4: "0.0.0.0/0",
      fromPort: 443,
      toPort: 443,
      ipProtocol: "tcp",
    });
    new VpcSecurityGroupIngressRule(this, "to-cluster", {
      securityGroupId: nodes,
      description: "The bootstrapping build",
      referencedSecurityGroupId: group.id,
      fromPort: 443,
      toPort: 443,
      ipProtocol: "tcp",
    });
    const role = new IamRole(this, "role", {
      name: nameOf(place, "aws_iam_role", "bootstrap"),
      description: "The build that bootstraps the cluster",
      assumeRolePolicy: trusts("codebuild.amazonaws.com", { StringEquals: { "aws:SourceAccount": stack.account.id } }),
    });
    new IamRolePolicy(this, "policy", {
      name: "build",
      role: role.name,
      policy: policy([
        { sid: "Logs", actions: ["logs:CreateLogStream", "logs:PutLogEvents"], resources: [`${logs.arn}:*`] },
        { sid: "Cluster", actions: ["eks:DescribeCluster"], resources: [stack.arnOf("eks", `cluster/${cluster}`)] },
        {
          sid: "Network",
          actions: [
            "ec2:DescribeDhcpOptions",
            "ec2:DescribeNetworkInterfaces",
            "ec2:DescribeSubnets",
            "ec2:DescribeSecurityGroups",
            "ec2:DescribeVpcs",
          ],
          resources: ["*"],
        },
        {
          sid: "Interfaces",
          actions: ["ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface"],
          resources: ["network-interface/*", "security-group/*", "subnet/*"].map((one) => stack.arnOf("ec2", one)),
        },
        {
          sid: "InterfacesForBuilds",
          actions: ["ec2:CreateNetworkInterfacePermission"],
          resources: [stack.arnOf("ec2", "network-interface/*")],
          conditions: { StringEquals: { "ec2:AuthorizedService": "codebuild.amazonaws.com" } },
        },
      ]),
    });
    const entry = new EksAccessEntry(this, "access", { clusterName: cluster, principalArn: role.arn });
    new EksAccessPolicyAssociation(this, "access-policy", {
      clusterName: cluster,
      principalArn: role.arn,
      policyArn: `${stack.arn}:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy`,
      accessScope: { type: "cluster" },
      dependsOn: [entry],
    });
    const project = new CodebuildProject(this, "Resource", {
      name,
      description: `Installs Argo CD in ${cluster} and hands it the root application`,
      serviceRole: role.arn,
      buildTimeout: 30,
      artifacts: { type: "NO_ARTIFACTS" },
      environment: {
        type: "ARM_CONTAINER",
        computeType: "BUILD_GENERAL1_SMALL",
        image: "aws/codebuild/amazonlinux-aarch64-standard:3.0",
      },
      vpcConfig: { vpcId: network.vpcId, subnets: network.privateSubnetIds, securityGroupIds: [group.id] },
      logsConfig: { cloudwatchLogs: { groupName: logs.name } },
      source: { type: "NO_SOURCE", buildspec: buildspec(place) },
    });
    encodes("foundation.devops.cicd", project);
  }
}

/** The build's steps. The root is the one object that is not in the repository: it says where the repository is. */
function buildspec(place: Place): string {
  const chart = place.versions.charts["argo-cd"];
  const { repository, branch } = place.blueprint.layers.delivery;
  const path = `dist/delivery/argocd/${place.deployment.name}/${place.deployment.environment}/${place.region.code}`;
  const root = {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Application",
    metadata: { name: "root", namespace: chart.namespace },
    spec: {
      project: "default",
      source: { repoURL: `https://github.com/${repository ?? "OWNER/REPOSITORY"}`, targetRevision: branch, path },
      destination: { server: "https://kubernetes.default.svc", namespace: chart.namespace },
      syncPolicy: {
        automated: { prune: true, selfHeal: true },
        syncOptions: ["ServerSideApply=true", "SkipDryRunOnMissingResource=true"],
        retry: { limit: 10, backoff: { duration: "10s", factor: 2, maxDuration: "5m" } },
      },
    },
  };
  return JSON.stringify({
    version: 0.2,
    phases: {
      install: {
        commands: [
          "curl -fsSL https://get.helm.sh/helm-v3.17.3-linux-arm64.tar.gz | tar -xz --strip-components=1 -C /usr/local/bin linux-arm64/helm",
        ],
      },
      build: {
        commands: [
          `aws eks update-kubeconfig --name ${clusterName(place)} --region ${place.region.code}`,
          `printf '%s' '${JSON.stringify(argoValues(place))}' > values.json`,
          `helm upgrade --install argo-cd ${chart.chart} --repo ${chart.repository} --version ${chart.version} --namespace ${chart.namespace} --create-namespace --values values.json --wait --timeout 15m`,
          `printf '%s' '${JSON.stringify(root)}' > root.json`,
          "kubectl apply --server-side --filename root.json",
        ],
      },
    },
  });
}
