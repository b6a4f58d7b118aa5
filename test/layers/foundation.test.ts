import { foundation } from "../../lib/layers/foundation/index.ts";
import { quotaOf } from "../../lib/layers/foundation/namespaces.ts";
import { namespaceOf, namespacesOf } from "../../lib/model/place.ts";
import { buildStack } from "../../lib/synth/synthesize.ts";
import {
  type Document,
  objectNamed,
  objectsOf,
  ofKind,
  place,
  planned,
  resource,
  resources,
  stackOf,
} from "../support.ts";

const network = async (environment: string): Promise<Document> =>
  stackOf(foundation, await place("reference", environment, "us-east-1"), "network");
const cluster = async (environment: string): Promise<Document> =>
  stackOf(foundation, await place("reference", environment, "us-east-1"), "cluster");
const objects = async (environment: string, application?: string): Promise<Document[]> =>
  objectsOf(foundation, await place("reference", environment, "us-east-1"), application);

describe("network", () => {
  test("public, private and data subnets stand in three zones each (foundation.regions.zones)", async () => {
    const subnets = resources(await network("prod"), "aws_subnet");
    for (const kind of ["public", "private", "data"]) {
      const zones = subnets
        .filter((subnet) => subnet.tags["dodeca:subnet"] === kind)
        .map((subnet) => subnet.availability_zone);
      expect(new Set(zones)).toEqual(new Set(["us-east-1a", "us-east-1b", "us-east-1c"]));
    }
  });

  test("the ten regions of the reference have a network each, and those to opt into are opted into before anything is there (foundation.regions.list)", async () => {
    const { stacks } = await planned();
    const prod = stacks.filter(({ blueprint, environment }) => blueprint === "reference" && environment === "prod");
    expect(
      prod
        .filter(({ name }) => name.endsWith("-foundation-network"))
        .map(({ region }) => region)
        .sort(),
    ).toEqual([
      "af-south-1",
      "ap-northeast-1",
      "ap-south-1",
      "ap-southeast-1",
      "eu-central-1",
      "eu-west-1",
      "me-south-1",
      "sa-east-1",
      "us-east-1",
      "us-west-2",
    ]);
    const optingIn = stacks.find(({ name }) => name === "account-reference-prod-global-foundation-regions");
    if (optingIn === undefined) throw new Error("nothing opts into regions");
    const made = resources(buildStack(optingIn).document, "aws_account_region");
    expect(made.map(({ region_name, enabled }) => `${region_name} ${enabled}`)).toEqual([
      "me-south-1 true",
      "af-south-1 true",
    ]);
    for (const stack of stacks.filter(({ props }) => props.account.name === "reference-prod"))
      if (["me-south-1", "af-south-1"].includes(stack.region))
        expect([stack.name, stack.wave > optingIn.wave]).toEqual([stack.name, true]);
  });

  test("prod has a NAT gateway in each zone, dev one for all", async () => {
    expect(resources(await network("prod"), "aws_nat_gateway")).toHaveLength(3);
    expect(resources(await network("dev"), "aws_nat_gateway")).toHaveLength(1);
  });

  test("data subnets have no way to the internet", async () => {
    const stack = await network("prod");
    const tables: [string, Document][] = Object.entries(stack.resource.aws_route_table);
    const data = tables.filter(([id]) => id.includes("data")).map(([id]) => `\${aws_route_table.${id}.id}`);
    expect(data).toHaveLength(1);
    expect(resources(stack, "aws_route").map((route) => route.route_table_id)).not.toContain(data[0]);
  });

  test("no subnet gives public addresses to what is started in it", async () => {
    for (const subnet of resources(await network("dev"), "aws_subnet"))
      expect(subnet.map_public_ip_on_launch).toBe(false);
  });

  test("S3 and DynamoDB are reached through gateway endpoints in every tier, other services privately outside dev", async () => {
    const kinds = (stack: Document): string[] =>
      resources(stack, "aws_vpc_endpoint").map((endpoint) => endpoint.vpc_endpoint_type);
    // Keyspaces has no other way in any tier, and products here use it.
    expect(kinds(await network("dev"))).toEqual(["Gateway", "Gateway", "Interface"]);
    const [, , keyspaces] = resources(await network("dev"), "aws_vpc_endpoint");
    expect(keyspaces).toMatchObject({ service_name: "com.amazonaws.us-east-1.cassandra", private_dns_enabled: true });
    const ports = resources(await network("dev"), "aws_vpc_security_group_ingress_rule").map(
      ({ from_port }) => from_port,
    );
    expect(ports).toContain(9142);
    const prod = kinds(await network("prod"));
    expect(prod.filter((kind) => kind === "Gateway")).toHaveLength(2);
    expect(prod.filter((kind) => kind === "Interface").length).toBeGreaterThan(5);
  });

  test("flow logs go to an encrypted log group with an end to its retention", async () => {
    const stack = await network("prod");
    expect(resource(stack, "aws_flow_log").traffic_type).toBe("ALL");
    const logs = resource(stack, "aws_cloudwatch_log_group");
    expect(logs.retention_in_days).toBeGreaterThan(0);
    expect(logs.kms_key_id).toContain("keys");
  });

  test("the default security group has no rules", async () => {
    const group = resource(await network("prod"), "aws_default_security_group");
    expect(group.ingress).toBeUndefined();
    expect(group.egress).toBeUndefined();
  });
});

describe("cluster", () => {
  test("every region of a platform has one EKS cluster (foundation.devops.kubernetes)", async () => {
    const first = resource(await cluster("prod"), "aws_eks_cluster");
    const second = resource(
      await stackOf(foundation, await place("reference", "prod", "eu-west-1"), "cluster"),
      "aws_eks_cluster",
    );
    expect([first.name, second.name]).toEqual(["reference-prod-use1", "reference-prod-euw1"]);
  });

  test("its endpoint is private and every log is kept (mesh.control-plane.apiserver)", async () => {
    const eks = resource(await cluster("prod"), "aws_eks_cluster");
    expect(eks.vpc_config).toMatchObject({ endpoint_private_access: true, endpoint_public_access: false });
    expect(eks.access_config).toMatchObject({ authentication_mode: "API" });
    expect(eks.enabled_cluster_log_types).toHaveLength(5);
  });

  test("etcd keeps secrets wrapped by a key of ours (mesh.control-plane.etcd, security.encryption.envelope)", async () => {
    const [encryption] = [resource(await cluster("prod"), "aws_eks_cluster").encryption_config].flat();
    expect(encryption.resources).toEqual(["secrets"]);
    expect(encryption.provider.key_arn).toContain("security-keys-secrets");
  });

  test("only prod's cluster cannot be destroyed by a plan", async () => {
    expect(resource(await cluster("prod"), "aws_eks_cluster").lifecycle.prevent_destroy).toBe(true);
    expect(resource(await cluster("dev"), "aws_eks_cluster").lifecycle?.prevent_destroy ?? false).toBe(false);
  });

  test("the CNI enforces network policies (mesh.nodes.networking)", async () => {
    const cni = resources(await cluster("prod"), "aws_eks_addon").find((addon) => addon.addon_name === "vpc-cni");
    expect(JSON.parse(cni.configuration_values).enableNetworkPolicy).toBe("true");
  });

  test("has the add-ons without which no pod gets an address, a name, a volume or credentials", async () => {
    const names = resources(await cluster("dev"), "aws_eks_addon").map((addon) => addon.addon_name);
    expect(names).toEqual(
      expect.arrayContaining(["vpc-cni", "coredns", "kube-proxy", "aws-ebs-csi-driver", "eks-pod-identity-agent"]),
    );
  });

  test("nodes run Bottlerocket at a pinned release (mesh.nodes.os)", async () => {
    expect(resource(await cluster("prod"), "aws_eks_node_group").ami_type).toBe("BOTTLEROCKET_ARM_64");
    for (const nodeClass of ofKind(await objects("prod", "nodes"), "EC2NodeClass"))
      expect(nodeClass.spec.amiSelectorTerms[0].alias).toMatch(/^bottlerocket@v\d+\.\d+\.\d+$/);
  });

  test("Karpenter hears of interruptions and may end only the cluster's own machines", async () => {
    const stack = await cluster("prod");
    expect(resources(stack, "aws_cloudwatch_event_rule").length).toBe(4);
    const policies = resources(stack, "aws_iam_role_policy").map(({ policy }) => JSON.parse(policy));
    const ends = policies
      .flatMap(({ Statement }) => Statement)
      .find((statement: Document) => [statement.Action].flat().includes("ec2:TerminateInstances"));
    expect(JSON.stringify(ends.Condition)).toContain("kubernetes.io/cluster/reference-prod-use1");
  });
});

describe("nodes", () => {
  test("pools span three zones (mesh.nodes.karpenter) and have limits, budgets and consolidation (delivery.kubernetes.karpenter)", async () => {
    const pools = ofKind(await objects("prod", "nodes"), "NodePool");
    expect(pools.map(({ metadata }) => metadata.name)).toEqual(["general", "gpu"]);
    for (const { spec } of pools) {
      const zones = spec.template.spec.requirements.find(
        ({ key }: Document) => key === "topology.kubernetes.io/zone",
      ).values;
      expect(zones).toHaveLength(3);
      expect(Number(spec.limits.cpu)).toBeGreaterThan(0);
      expect(spec.disruption.budgets).not.toHaveLength(0);
      expect(spec.disruption.consolidationPolicy).toBe("WhenEmptyOrUnderutilized");
    }
  });

  test("instance metadata takes tokens only, out of pods' reach", async () => {
    for (const { spec } of ofKind(await objects("prod", "nodes"), "EC2NodeClass"))
      expect(spec.metadataOptions).toMatchObject({ httpTokens: "required", httpPutResponseHopLimit: 1 });
  });

  test("the default storage class is encrypted gp3 in the pod's zone (mesh.workloads.pv)", async () => {
    const gp3 = objectNamed(await objects("prod", "nodes"), "StorageClass", "gp3");
    expect(gp3.metadata.annotations["storageclass.kubernetes.io/is-default-class"]).toBe("true");
    expect(gp3.parameters).toMatchObject({ type: "gp3", encrypted: "true" });
    expect(gp3.volumeBindingMode).toBe("WaitForFirstConsumer");
    expect(gp3.reclaimPolicy).toBe("Retain");
  });
});

describe("namespaces", () => {
  test("products' have quota, limits, Pod Security and sidecars (mesh.workloads.namespaces)", async () => {
    const all = await objects("prod", "namespaces");
    for (const name of ["reference", "reference-pci"]) {
      expect(objectNamed(all, "Namespace", name).metadata.labels).toMatchObject({
        "pod-security.kubernetes.io/enforce": "restricted",
        "istio-injection": "enabled",
      });
      const inside = all.filter(({ metadata }) => metadata.namespace === name).map(({ kind }) => kind);
      expect(inside).toEqual(expect.arrayContaining(["ResourceQuota", "LimitRange"]));
    }
  });

  test("are never deleted by a sync without a person's word", async () => {
    for (const { metadata } of ofKind(await objects("prod", "namespaces"), "Namespace"))
      expect(metadata.annotations["argocd.argoproj.io/sync-options"]).toBe("Prune=confirm,Delete=confirm");
  });

  test("the quota has room for every service of the namespace at its largest during a rollout, and for no other", async () => {
    const here = await place("reference", "prod", "us-east-1");
    const all = Object.entries(here.blueprint.services);
    for (const namespace of namespacesOf(here)) {
      const inside = all.filter(([name]) => namespaceOf(here, name) === namespace);
      const most = inside.reduce((sum, [, { scaling }]) => sum + scaling.max, 0);
      const { pods } = quotaOf(here, namespace);
      expect(pods).toBeGreaterThanOrEqual(Math.ceil(most * 1.25));
      expect(pods).toBeLessThanOrEqual(Math.ceil((most + 10) * 1.5));
    }
  });
});
