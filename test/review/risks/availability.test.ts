import type { Json, JsonObject } from "../../../lib/model/merge.ts";
import { apiVersionRemoved } from "../../../lib/review/risks/api-version-removed.ts";
import { objectRecreated } from "../../../lib/review/risks/object-recreated.ts";
import { objectiveLowered } from "../../../lib/review/risks/objective-lowered.ts";
import { redundancyBelowFloor } from "../../../lib/review/risks/redundancy-below-floor.ts";
import { regionLost } from "../../../lib/review/risks/region-lost.ts";
import { statefulDestroyed } from "../../../lib/review/risks/stateful-destroyed.ts";
import { statefulReplaced } from "../../../lib/review/risks/stateful-replaced.ts";
import { application, type Given, type GivenBlueprint, kube, type Resources, said, stack } from "../support.ts";

const blueprint = (given: GivenBlueprint): Given => ({ blueprints: { "shop/prod": given } });
const leaves = (given: Readonly<Record<string, Json>>): Given =>
  blueprint({ leaves: { "services.cart.image": "cart", ...given } });
const resource = (type: string, body: JsonObject): Given => stack({ [type]: { it: body } });
type Case = [string, Given, Given, string[]];

describe("a region is lost", () => {
  const in_ = (regions: Readonly<Record<string, string>>): Given => ({
    ...blueprint({ regions }),
    stacks: Object.fromEntries(
      Object.keys(regions).map((region) => [
        `shop-prod-${region}-data`,
        { aws_sqs_queue: { q: { name: `q-${region}` } } },
      ]),
    ),
  });
  const table = (...regions: string[]): Given => ({
    stacks: {
      "shop-prod-global-data": {
        aws_dynamodb_table: { t: { name: "t-a", replica: regions.map((one) => ({ region_name: one })) } },
      },
      "shop-prod-eu-west-1-data": { aws_sqs_queue: { q: { name: "q-a" } } },
    },
  });
  const cases: Case[] = [
    [
      "where it is gone",
      in_({ "us-east-1": "primary", "eu-west-1": "active" }),
      in_({ "us-east-1": "primary" }),
      ["high: shop is no longer in eu-west-1 in prod"],
    ],
    [
      "not where one is new",
      in_({ "us-east-1": "primary" }),
      in_({ "us-east-1": "primary", "eu-west-1": "active" }),
      [],
    ],
    [
      "where it stands by",
      in_({ "us-east-1": "primary", "eu-west-1": "active" }),
      in_({ "us-east-1": "primary", "eu-west-1": "standby" }),
      ["medium: eu-west-1 of prod serves nobody any more: it was active and is standby"],
    ],
    [
      "not where it serves",
      in_({ "us-east-1": "primary", "eu-west-1": "standby" }),
      in_({ "us-east-1": "primary", "eu-west-1": "active" }),
      [],
    ],
    [
      "where writers move, once",
      in_({ "us-east-1": "primary", "eu-west-1": "active" }),
      in_({ "us-east-1": "active", "eu-west-1": "primary" }),
      ["high: writers of prod are no longer in us-east-1: it was primary and is active"],
    ],
    [
      "by the blueprint alone",
      blueprint({ regions: { "us-east-1": "primary", "eu-west-1": "active" } }),
      blueprint({ regions: { "us-east-1": "primary" } }),
      ["high: eu-west-1 is no longer a region of prod: it was active"],
    ],
    ["to a table", table("eu-west-1"), table(), ["high: aws_dynamodb_table t-a has no copy in eu-west-1 any more"]],
  ];
  test.each(cases)("%s", (_, before, after, expected) => {
    expect(said(regionLost, before, after)).toEqual(expected);
  });
});

describe("an objective is lower", () => {
  const rules = (...alerts: string[]): JsonObject =>
    kube("PrometheusRule", "cart-objectives", {
      spec: { groups: [{ name: "cart", rules: alerts.map((alert) => ({ alert, labels: { service: "cart" } })) }] },
    });
  const cart = kube("Deployment", "cart", { spec: {} });
  const alarm = (stays: Resources): Given => stack({ ...stays, aws_iam_role: { r: { name: "r-a" } } });
  const cases: Case[] = [
    [
      "of availability",
      leaves({ "objectives.availability": 99.99 }),
      leaves({ "objectives.availability": 99.9 }),
      ["medium: objectives.availability is 99.9; before 99.99"],
    ],
    [
      "of latency, in other units",
      leaves({ "services.cart.slo.latency.p99": "50ms" }),
      leaves({ "services.cart.slo.latency.p99": "1s" }),
      ['medium: services.cart.slo.latency.p99 is "1s"; before "50ms"'],
    ],
    [
      "not of latency that is the same in other units",
      leaves({ "objectives.rto": "1m" }),
      leaves({ "objectives.rto": "60s" }),
      [],
    ],
    [
      "of recovery",
      leaves({ "objectives.rpo": "30s" }),
      leaves({ "objectives.rpo": "5m" }),
      ['medium: objectives.rpo is "5m"; before "30s"'],
    ],
    [
      "not where it is higher",
      leaves({ "objectives.availability": 99.9, "objectives.rto": "5m" }),
      leaves({ "objectives.availability": 99.99, "objectives.rto": "1m" }),
      [],
    ],
    [
      "where it is gone",
      leaves({ "services.cart.slo.availability": 99.9 }),
      leaves({}),
      ["medium: services.cart.slo.availability is promised no more: it was 99.9"],
    ],
    ["not where its service is gone", leaves({ "services.cart.slo.availability": 99.9 }), blueprint({}), []],
    [
      "where an alert is gone",
      application([cart, rules("A", "B")]),
      application([cart, rules("A")]),
      ["medium: PrometheusRule shop/cart-objectives alerts no more of B; it still has 1"],
    ],
    [
      "where all alerts are gone",
      application([cart, rules("A", "B")]),
      application([cart]),
      ["medium: PrometheusRule shop/cart-objectives alerts no more of A, B"],
    ],
    [
      "not where alerts go with their service",
      application([cart, rules("A")]),
      application([kube("ConfigMap", "other", {})]),
      [],
    ],
    [
      "once, where alerts go with their promise",
      { ...application([cart, rules("A")]), ...leaves({ "services.cart.slo.availability": 99.9 }) },
      { ...application([cart]), ...leaves({}) },
      ["medium: services.cart.slo.availability is promised no more: it was 99.9"],
    ],
    [
      "where an alarm is gone and what it watched is not",
      alarm({
        aws_sqs_queue: { q: { name: "q-a" } },
        aws_cloudwatch_metric_alarm: { a: { alarm_name: "a", metric_name: "Age", dimensions: { QueueName: "q-a" } } },
      }),
      alarm({ aws_sqs_queue: { q: { name: "q-a" } } }),
      ["low: aws_cloudwatch_metric_alarm.a is gone: nobody is told when Age is bad"],
    ],
    [
      "not where an alarm goes with what it watched",
      alarm({
        aws_sqs_queue: { q: { name: "q-a" } },
        aws_cloudwatch_metric_alarm: { a: { metric_name: "Age", dimensions: { QueueName: "q-a" } } },
      }),
      alarm({}),
      [],
    ],
  ];
  test.each(cases)("%s", (_, before, after, expected) => {
    expect(said(objectiveLowered, before, after)).toEqual(expected);
  });
});

describe("redundancy is below the floor", () => {
  const at = (given: Given, tier = "prod", role = "primary"): Given => ({
    ...given,
    ...blueprint({ tier, regions: { "us-east-1": role } }),
  });
  const scaler = (minReplicas: number): Given =>
    application([kube("HorizontalPodAutoscaler", "cart", { spec: { minReplicas } }, "autoscaling/v2")]);
  const database = (...instances: number[]): Given =>
    stack({
      aws_rds_cluster: { c: { cluster_identifier: "c-a" } },
      aws_rds_cluster_instance: Object.fromEntries(
        instances.map((one) => [`i-${one}`, { identifier: `i-${one}`, cluster_identifier: "${aws_rds_cluster.c.id}" }]),
      ),
    });
  const budget = (spec: JsonObject | undefined): Given =>
    application([
      kube("Deployment", "cart", { spec: {} }),
      ...(spec === undefined ? [] : [kube("PodDisruptionBudget", "cart", { spec }, "policy/v1")]),
    ]);
  const pool = (...zones: string[]): Given =>
    application([
      kube("NodePool", "general", {
        spec: {
          template: { spec: { requirements: [{ key: "topology.kubernetes.io/zone", operator: "In", values: zones }] } },
        },
      }),
    ]);
  const cases: Case[] = [
    [
      "of replicas",
      at(scaler(3)),
      at(scaler(2)),
      ["medium: HorizontalPodAutoscaler shop/cart has 2 at least where it had 3; the tier's floor is 3"],
    ],
    ["not above it", at(scaler(8)), at(scaler(3)), []],
    ["not where it was there before", at(scaler(2)), at(scaler(2)), []],
    ["not where it is more", at(scaler(1)), at(scaler(2)), []],
    ["not in a smaller tier", at(scaler(3), "dev"), at(scaler(1), "dev"), []],
    ["not in a region that stands by", at(scaler(3), "prod", "standby"), at(scaler(2), "prod", "standby"), []],
    [
      "of instances of a database",
      at(database(0, 1, 2)),
      at(database(0)),
      ["medium: aws_rds_cluster_instance.i-1 is gone: 1 are left of 3; the tier's floor is 3"],
    ],
    ["not where the database is gone", at(database(0, 1, 2)), at(stack({ aws_sqs_queue: { q: { name: "q-a" } } })), []],
    [
      "of copies of a cache",
      at(
        resource("aws_elasticache_replication_group", {
          replication_group_id: "c-a",
          replicas_per_node_group: 2,
          multi_az_enabled: true,
        }),
      ),
      at(
        resource("aws_elasticache_replication_group", {
          replication_group_id: "c-a",
          replicas_per_node_group: 1,
          multi_az_enabled: false,
        }),
      ),
      [
        "medium: aws_elasticache_replication_group c-a has 2 at least where it had 3; the tier's floor is 3",
        "medium: aws_elasticache_replication_group c-a has multi_az_enabled changed from true to false",
      ],
    ],
    [
      "of a budget that is gone",
      at(budget({ maxUnavailable: 1 })),
      at(budget(undefined)),
      ["medium: PodDisruptionBudget shop/cart is gone: all pods may be evicted at once"],
    ],
    [
      "of a budget that keeps nothing",
      at(budget({ maxUnavailable: 1 })),
      at(budget({ maxUnavailable: "100%" })),
      [
        "medium: PodDisruptionBudget shop/cart lets all pods be evicted at once: maxUnavailable 100%; before maxUnavailable 1",
      ],
    ],
    [
      "not of a budget that is written in another way",
      at(budget({ maxUnavailable: 1 })),
      at(budget({ minAvailable: 2 })),
      [],
    ],
    [
      "of zones",
      at(pool("a", "b", "c")),
      at(pool("a", "b")),
      ["medium: NodePool shop/general starts nodes in 2 zones where it did in 3; the tier's floor is 3"],
    ],
    [
      "of a tier that is lower itself",
      blueprint({ tier: "prod" }),
      blueprint({ tier: "staging" }),
      ["high: environments.prod.tier is staging and no longer prod: the floor is 2 and not 3"],
    ],
    ["not of a tier that is higher", blueprint({ tier: "dev" }), blueprint({ tier: "prod" }), []],
  ];
  test.each(cases)("%s", (_, before, after, expected) => {
    expect(said(redundancyBelowFloor, before, after)).toEqual(expected);
  });
});

describe("something is made anew", () => {
  const object = (kind: string, fields: JsonObject): Given => application([kube(kind, "it", fields)]);
  const selector = (app: string): JsonObject => ({ spec: { selector: { matchLabels: { app } } } });
  const job = (image: string, annotations: JsonObject): Given =>
    application([
      {
        apiVersion: "batch/v1",
        kind: "Job",
        metadata: { name: "it", namespace: "shop", annotations },
        spec: { template: { image } },
      },
    ]);
  const cases: Case[] = [
    [
      "by its selector",
      object("Deployment", selector("a")),
      object("Deployment", selector("b")),
      ['medium: Deployment shop/it cannot change spec.selector.matchLabels.app from "a" to "b" in place'],
    ],
    [
      "not by its replicas",
      object("Deployment", { spec: { replicas: 1 } }),
      object("Deployment", { spec: { replicas: 2 } }),
      [],
    ],
    ["a job that stays", job("a", {}), job("b", {}), [expect.stringContaining("cannot change spec.template.image")]],
    [
      "not a job that is made at every sync",
      job("a", { "argocd.argoproj.io/hook": "Sync" }),
      job("b", { "argocd.argoproj.io/hook": "Sync" }),
      [],
    ],
    [
      "a class of volumes",
      object("StorageClass", { parameters: { type: "gp3" } }),
      object("StorageClass", { parameters: { type: "io2" } }),
      [expect.stringContaining('parameters.type from "gp3" to "io2"')],
    ],
    [
      "a binding",
      object("RoleBinding", { roleRef: { name: "a" } }),
      object("RoleBinding", { roleRef: { name: "b" } }),
      [expect.stringContaining("roleRef.name")],
    ],
    [
      "not a binding of others",
      object("RoleBinding", { roleRef: { name: "a" }, subjects: [] }),
      object("RoleBinding", { roleRef: { name: "a" }, subjects: [{ name: "x" }] }),
      [],
    ],
    [
      "settings that never change",
      object("ConfigMap", { immutable: true, data: { a: "1" } }),
      object("ConfigMap", { immutable: true, data: { a: "2" } }),
      ["medium: ConfigMap shop/it is immutable, and what is in it has changed"],
    ],
    ["not settings that do", object("ConfigMap", { data: { a: "1" } }), object("ConfigMap", { data: { a: "2" } }), []],
    [
      "a cluster",
      resource("aws_eks_cluster", { name: "shop", bootstrap_self_managed_addons: false }),
      resource("aws_eks_cluster", { name: "shop", bootstrap_self_managed_addons: true }),
      ["high: aws_eks_cluster shop cannot change bootstrap_self_managed_addons from false to true in place"],
    ],
    [
      "not a cluster in other subnets",
      resource("aws_eks_cluster", { name: "shop", vpc_config: { subnet_ids: ["a"] } }),
      resource("aws_eks_cluster", { name: "shop", vpc_config: { subnet_ids: ["b"] } }),
      [],
    ],
    [
      "nodes of another kind",
      resource("aws_eks_node_group", { node_group_name: "system", instance_types: ["m7g.large"] }),
      resource("aws_eks_node_group", { node_group_name: "system", instance_types: ["m8g.large"] }),
      [expect.stringContaining("instance_types")],
    ],
    [
      "not what Terraform is told to ignore",
      resource("aws_subnet", { availability_zone: "a", lifecycle: { ignore_changes: ["availability_zone"] } }),
      resource("aws_subnet", { availability_zone: "b", lifecycle: { ignore_changes: ["availability_zone"] } }),
      [],
    ],
    [
      "what has another address that nobody told Terraform of",
      stack({ aws_eks_cluster: { old: { name: "shop-prod" } } }),
      stack({ aws_eks_cluster: { new: { name: "shop-prod" } } }),
      [
        "high: aws_eks_cluster shop-prod has moved from shop-prod-us-east-1-data aws_eks_cluster.old, and nothing tells Terraform",
      ],
    ],
  ];
  test.each(cases)("%s", (_, before, after, expected) => {
    expect(said(objectRecreated, before, after)).toEqual(expected);
  });

  const stateful: Case[] = [
    [
      "a database by its name",
      resource("aws_rds_cluster", { cluster_identifier: "a-b" }),
      resource("aws_rds_cluster", { cluster_identifier: "a-c" }),
      [expect.stringContaining("cluster_identifier")],
    ],
    [
      "not a database by what Terraform is told to ignore",
      resource("aws_rds_cluster", { kms_key_id: "a", lifecycle: { ignore_changes: ["kms_key_id"] } }),
      resource("aws_rds_cluster", { kms_key_id: "b", lifecycle: { ignore_changes: ["kms_key_id"] } }),
      [],
    ],
    [
      "not a cache by its encryption under way",
      resource("aws_elasticache_replication_group", { transit_encryption_enabled: false }),
      resource("aws_elasticache_replication_group", { transit_encryption_enabled: true }),
      [],
    ],
    [
      "a kind of object by its scope",
      object("CustomResourceDefinition", { spec: { scope: "Namespaced" } }),
      object("CustomResourceDefinition", { spec: { scope: "Cluster" } }),
      [expect.stringContaining("spec.scope")],
    ],
  ];
  test.each(stateful)("with data: %s", (_, before, after, expected) => {
    expect(said(statefulReplaced, before, after)).toEqual(expected);
  });

  test("or is gone with everything in it", () => {
    const rest = kube("ConfigMap", "rest", {});
    const namespace: JsonObject = { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } };
    const definition: JsonObject = {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: "carts.shop" },
    };
    expect(said(statefulDestroyed, application([rest, namespace, definition]), application([rest]))).toEqual([
      "high: Namespace shop is destroyed, and everything in it",
      "high: CustomResourceDefinition carts.shop is destroyed, and every object of its kind with it",
    ]);
  });
});

describe("a version of an API is not served", () => {
  const definition = (...served: string[]): Given =>
    application([
      {
        apiVersion: "apiextensions.k8s.io/v1",
        kind: "CustomResourceDefinition",
        metadata: { name: "carts.shop" },
        spec: { versions: ["v1", "v1beta1"].map((name) => ({ name, served: served.includes(name) })) },
      },
    ]);
  const written = (apiVersion: string): Given =>
    application([kube("Route", "it", { spec: { a: apiVersion } }, apiVersion)]);
  const cluster = (version: string, ...objects: JsonObject[]): Given => ({
    ...stack({ aws_eks_cluster: { c: { name: "shop", version } } }, "shop-prod-us-east-1-foundation"),
    ...application(objects),
  });
  const old = kube("PodDisruptionBudget", "it", { spec: {} }, "policy/v1beta1");
  const chart = (version: string): Given =>
    application([kube("Application", "it", { spec: { source: { chart: "istio", targetRevision: version } } })]);
  const cases: Case[] = [
    [
      "by its definition",
      definition("v1", "v1beta1"),
      definition("v1"),
      ["high: CustomResourceDefinition carts.shop no longer serves v1beta1, only v1"],
    ],
    ["not where one more is", definition("v1"), definition("v1", "v1beta1"), []],
    [
      "by an object in an older one",
      written("shop.example/v1"),
      written("shop.example/v1beta1"),
      ["medium: Route shop/it is written in shop.example/v1beta1; before in shop.example/v1, which is newer"],
    ],
    ["not by an object in a newer one", written("shop.example/v1beta2"), written("shop.example/v1"), []],
    [
      "by a cluster that goes past it",
      cluster("1.24", old),
      cluster("1.25", old),
      [
        "high: aws_eks_cluster shop goes from 1.24 to 1.25, which no longer serves policy/v1beta1: PodDisruptionBudget shop/it",
      ],
    ],
    ["not by a cluster that goes up by one", cluster("1.34"), cluster("1.35"), []],
    [
      "by a cluster that goes up by two",
      cluster("1.33"),
      cluster("1.35"),
      ["medium: aws_eks_cluster shop goes from 1.33 to 1.35: only one minor version at a time is possible"],
    ],
    [
      "by a cluster that goes down",
      cluster("1.35"),
      cluster("1.34"),
      [expect.stringMatching(/^high: aws_eks_cluster shop goes from 1.35 to 1.34: no cluster goes back/)],
    ],
    [
      "by an object that is new",
      cluster("1.35"),
      cluster("1.35", old),
      ["medium: PodDisruptionBudget shop/it is written in policy/v1beta1, which Kubernetes 1.35 does not serve"],
    ],
    [
      "by a chart",
      chart("1.13.0"),
      chart("2.0.0"),
      ["low: Application shop/it has chart istio go from 1.13.0 to 2.0.0, another major version"],
    ],
    ["by a chart that goes back", chart("2.0.0"), chart("1.13.0"), [expect.stringMatching(/^medium/)]],
    ["by a chart below 1.0", chart("0.9.1"), chart("0.10.0"), [expect.stringMatching(/^low/)]],
    ["not by a chart that is a little newer", chart("1.13.0"), chart("1.14.2"), []],
  ];
  test.each(cases)("%s", (_, before, after, expected) => {
    expect(said(apiVersionRemoved, before, after)).toEqual(expected);
  });
});
