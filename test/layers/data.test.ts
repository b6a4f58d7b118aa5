import { data } from "../../lib/layers/data/index.ts";
import { mesh } from "../../lib/layers/mesh/index.ts";
import { type Document, objectsOf, ofKind, place, resource, resources, stackOf } from "../support.ts";

const store = async (name: string, environment = "prod", region = "us-east-1"): Promise<Document> =>
  stackOf(data, await place("reference", environment, region), name);

describe("relational", () => {
  test("prod has an Aurora writer and readers in three zones (data.postgres.hosting, foundation.data.postgres)", async () => {
    const stack = await store("users");
    expect(resource(stack, "aws_rds_cluster")).toMatchObject({
      engine: "aurora-postgresql",
      storage_encrypted: true,
      deletion_protection: true,
      copy_tags_to_snapshot: true,
    });
    const zones = resources(stack, "aws_rds_cluster_instance").map((instance) => instance.availability_zone);
    expect(new Set(zones).size).toBe(3);
    expect(resource(stack, "aws_db_subnet_group").subnet_ids).toContain("dataSubnetIds");
  });

  test("a store of MySQL runs serverless in three zones, and in every region behind the primary's (foundation.data.aurora-mysql)", async () => {
    const stack = await store("files");
    const cluster = resource(stack, "aws_rds_cluster");
    expect(cluster).toMatchObject({
      engine: "aurora-mysql",
      port: 3306,
      serverlessv2_scaling_configuration: { min_capacity: 2, max_capacity: 64 },
    });
    expect(cluster.global_cluster_identifier).toContain("aws_rds_global_cluster");
    expect(resource(stack, "aws_rds_global_cluster").engine).toBe("aurora-mysql");
    const instances = resources(stack, "aws_rds_cluster_instance");
    expect(instances.map(({ instance_class }) => instance_class)).toEqual(Array(3).fill("db.serverless"));
    expect(new Set(instances.map(({ availability_zone }) => availability_zone)).size).toBe(3);
    expect(resource(stack, "aws_vpc_security_group_ingress_rule").from_port).toBe(3306);
  });

  test("MySQL takes TLS only and says who logged in and what changed", async () => {
    const { parameter } = resource(await store("files"), "aws_rds_cluster_parameter_group");
    const values = new Map(parameter.map(({ name, value }: Document) => [name, value]));
    expect(values.get("require_secure_transport")).toBe("ON");
    expect(values.get("server_audit_logging")).toBe("1");
  });

  test("the migrations of MySQL go to its port", async () => {
    const objects = await objectsOf(data, await place("reference", "dev", "us-east-1"), "migrations");
    const job = objects.find(({ kind, metadata }) => kind === "Job" && metadata.name === "migrate-files");
    expect(job.spec.template.spec.containers[0].env).toContainEqual({ name: "PORT", value: "3306" });
    const policy = objects.find(({ kind, metadata }) => kind === "NetworkPolicy" && metadata.name === "migrate-files");
    expect(policy.spec.egress[0].ports).toEqual([{ port: 3306, protocol: "TCP" }]);
  });

  test("one reader is always ready to be promoted", async () => {
    const tiers = resources(await store("users"), "aws_rds_cluster_instance").map(
      ({ promotion_tier }) => promotion_tier,
    );
    expect(tiers.filter((tier) => tier <= 1).length).toBeGreaterThanOrEqual(2);
  });

  test("its password is made and rotated by RDS, services log in with IAM, connections need TLS", async () => {
    const stack = await store("users");
    const cluster = resource(stack, "aws_rds_cluster");
    expect(cluster.manage_master_user_password).toBe(true);
    expect(cluster.master_password).toBeUndefined();
    expect(cluster.iam_database_authentication_enabled).toBe(true);
    expect(resource(stack, "aws_rds_cluster_parameter_group").parameter).toContainEqual(
      expect.objectContaining({ name: "rds.force_ssl", value: "1" }),
    );
  });

  test("what changes its tables and what takes a second is logged", async () => {
    const { parameter } = resource(await store("users"), "aws_rds_cluster_parameter_group");
    for (const [name, value] of [
      ["log_statement", "ddl"],
      ["log_min_duration_statement", "1000"],
    ])
      expect(parameter).toContainEqual({ name, value, apply_method: "immediate" });
  });

  test("active regions hold a secondary of the global cluster, without a writer of their own", async () => {
    const secondary = resource(await store("users", "prod", "eu-west-1"), "aws_rds_cluster");
    expect(secondary.global_cluster_identifier).toBeDefined();
    expect(secondary.master_username).toBeUndefined();
  });

  test("dev can be destroyed, and keeps one small instance", async () => {
    const stack = await store("users", "dev");
    expect(resource(stack, "aws_rds_cluster").deletion_protection).toBe(false);
    expect(resources(stack, "aws_rds_cluster_instance")).toHaveLength(1);
  });

  test("each has a migration job in a wave before the services, in the primary region only", async () => {
    const jobs = ofKind(await objectsOf(data, await place("reference", "prod", "us-east-1"), "migrations"), "Job");
    const here = await place("reference", "prod", "us-east-1");
    const relational = Object.values(here.blueprint.data).filter(({ kind }) => kind === "relational");
    expect(jobs).toHaveLength(relational.length);
    expect(await objectsOf(data, await place("reference", "prod", "eu-west-1"), "migrations")).toEqual([]);
  });
});

describe("key-value", () => {
  test("a global table has a replica in every other region, and recovery to any second (foundation.data.dynamodb)", async () => {
    const here = await place("reference", "prod", "us-east-1");
    const table = resource(await store("flags"), "aws_dynamodb_table");
    expect(table.replica.map(({ region_name }: Document) => region_name).sort()).toEqual(
      here.deployment.regions
        .map(({ region }) => region.code)
        .filter((code) => code !== "us-east-1")
        .sort(),
    );
    expect(table.point_in_time_recovery.enabled).toBe(true);
    expect(table.deletion_protection_enabled).toBe(true);
  });

  test("other regions do not make the table a second time", async () => {
    await expect(store("flags", "prod", "eu-west-1")).rejects.toThrow("no slice flags");
  });

  test("items expire where the blueprint says so", async () => {
    const table = resource(
      await stackOf(data, await place("url-shortener", "dev", "us-east-1"), "links"),
      "aws_dynamodb_table",
    );
    expect(table.ttl).toMatchObject({ attribute_name: "expiresAt", enabled: true });
    expect(table.hash_key).toBe("code");
  });
});

describe("cache", () => {
  test("prod has three shards that fail over, encrypted at rest and on the way (foundation.data.redis)", async () => {
    const group = resource(await store("carts"), "aws_elasticache_replication_group");
    expect(group.num_node_groups).toBeGreaterThanOrEqual(3);
    expect(group).toMatchObject({
      automatic_failover_enabled: true,
      multi_az_enabled: true,
      transit_encryption_enabled: true,
      at_rest_encryption_enabled: "true",
    });
  });

  test("every service logs in as a user of its own with IAM; the default user can do nothing", async () => {
    const users = resources(await store("carts"), "aws_elasticache_user");
    const byName = new Map(users.map((user) => [user.user_name, user]));
    expect(byName.get("default").access_string).toBe("off -@all");
    expect(byName.get("reference-prod-use1-carts-order").authentication_mode.type).toBe("iam");
  });

  test("keyspace events are on where a cache is used to tell of changes (mesh.communication.pubsub)", async () => {
    const parameters = async (name: string): Promise<string[]> =>
      resource(await store(name), "aws_elasticache_parameter_group").parameter.map(({ name: own }: Document) => own);
    expect(await parameters("presence")).toContain("notify-keyspace-events");
    expect(await parameters("carts")).not.toContain("notify-keyspace-events");
  });
});

describe("memcached", () => {
  test("prod's has nodes in three zones, which take TLS only (foundation.data.memcached)", async () => {
    const stack = await store("pages");
    const cluster = resource(stack, "aws_elasticache_cluster");
    expect(cluster).toMatchObject({
      engine: "memcached",
      az_mode: "cross-az",
      num_cache_nodes: 3,
      transit_encryption_enabled: true,
    });
    expect(new Set(cluster.preferred_availability_zones).size).toBe(3);
    expect(resource(stack, "aws_vpc_security_group_ingress_rule").from_port).toBe(11_211);
  });

  test("it evicts by its own rule, what was used longest ago: nothing is set against it", async () => {
    expect(resource(await store("pages"), "aws_elasticache_parameter_group").parameter).toBeUndefined();
  });

  test("dev has one node, in whatever zone", async () => {
    expect(resource(await store("pages", "dev"), "aws_elasticache_cluster")).toMatchObject({
      az_mode: "single-az",
      num_cache_nodes: 1,
    });
  });
});

describe("object", () => {
  test("buckets are versioned, encrypted with a key of ours and closed to the public (foundation.data.object-store)", async () => {
    const stack = await store("uploads");
    expect(resource(stack, "aws_s3_bucket_versioning").versioning_configuration.status).toBe("Enabled");
    expect(resource(stack, "aws_s3_bucket_public_access_block")).toMatchObject({
      block_public_acls: true,
      block_public_policy: true,
      ignore_public_acls: true,
      restrict_public_buckets: true,
    });
    const [rule] = resource(stack, "aws_s3_bucket_server_side_encryption_configuration").rule;
    expect(rule.apply_server_side_encryption_by_default.sse_algorithm).toBe("aws:kms");
  });

  test("what is not encrypted with KMS is refused (security.encryption.s3)", async () => {
    const { Statement } = JSON.parse(resource(await store("uploads"), "aws_s3_bucket_policy").policy);
    expect(Statement).toContainEqual(expect.objectContaining({ Sid: "OnlyKms", Effect: "Deny" }));
  });

  test("objects move to infrequent access after 30 days and to Glacier after 90 (data.objectstore.lifecycle)", async () => {
    const [rule] = resource(await store("uploads"), "aws_s3_bucket_lifecycle_configuration").rule;
    expect(rule.transition).toEqual([
      { days: 30, storage_class: "STANDARD_IA" },
      { days: 90, storage_class: "GLACIER" },
    ]);
  });

  test("clients upload from the product's own pages; unfinished uploads are cleared (mesh.services.file.upload)", async () => {
    const stack = await store("uploads");
    const [cors] = resource(stack, "aws_s3_bucket_cors_configuration").cors_rule;
    expect(cors.allowed_origins).toEqual(["https://reference.example", "https://www.reference.example"]);
    const [rule] = resource(stack, "aws_s3_bucket_lifecycle_configuration").rule;
    expect(rule.abort_incomplete_multipart_upload[0].days_after_initiation).toBeGreaterThan(0);
  });
});

describe("every store", () => {
  test("only the cluster of the platform reaches its port", async () => {
    for (const name of ["users", "carts"]) {
      const rules = resources(await store(name), "aws_vpc_security_group_ingress_rule");
      expect(rules.length).toBeGreaterThan(0);
      for (const rule of rules) {
        expect(rule.referenced_security_group_id).toContain("foundation-cluster-securityGroupId");
        expect(rule.cidr_ipv4).toBeUndefined();
      }
    }
  });

  test("prod's cannot be destroyed by a plan", async () => {
    for (const [name, type] of [
      ["users", "aws_rds_cluster"],
      ["flags", "aws_dynamodb_table"],
      ["uploads", "aws_s3_bucket"],
    ] as const)
      expect(resource(await store(name), type).lifecycle.prevent_destroy).toBe(true);
  });
});

describe("search", () => {
  test("prod spreads over three zones, encrypted on disk, between nodes and to its clients", async () => {
    const domain = resource(await store("documents"), "aws_opensearch_domain");
    expect(domain.cluster_config.zone_awareness_config.availability_zone_count).toBe(3);
    expect(domain.domain_endpoint_options).toMatchObject({ enforce_https: true });
    expect(domain.encrypt_at_rest.kms_key_id).toContain("security-keys-data");
    expect(domain.node_to_node_encryption.enabled).toBe(true);
  });

  test("only roles of its own account may ask it anything, in its own network", async () => {
    const domain = resource(await store("documents"), "aws_opensearch_domain");
    const [statement] = JSON.parse(domain.access_policies).Statement;
    expect(statement.Principal).toEqual({ AWS: "arn:aws:iam::210000000004:root" });
    expect(JSON.stringify(domain.vpc_options.subnet_ids)).toContain("dataSubnetIds");
  });
});

describe("document", () => {
  test("speaks TLS, keeps its audit log, and has a password that nobody knows", async () => {
    const stack = await store("drafts");
    const cluster = resource(stack, "aws_docdb_cluster");
    expect(cluster).toMatchObject({ manage_master_user_password: true, deletion_protection: true });
    expect(cluster.enabled_cloudwatch_logs_exports).toContain("audit");
    expect(resource(stack, "aws_docdb_cluster_parameter_group").parameter).toContainEqual({
      name: "tls",
      value: "enabled",
    });
  });
});

describe("graph", () => {
  test("is serverless in three zones, encrypted, and asked by who signs with IAM (foundation.data.graph)", async () => {
    const stack = await store("social");
    const cluster = resource(stack, "aws_neptune_cluster");
    expect(cluster).toMatchObject({
      storage_encrypted: true,
      iam_database_authentication_enabled: true,
      deletion_protection: true,
      enable_cloudwatch_logs_exports: ["audit", "slowquery"],
      serverless_v2_scaling_configuration: { min_capacity: 2.5, max_capacity: 64 },
    });
    expect(cluster.kms_key_arn).toContain("security-keys-data");
    const instances = resources(stack, "aws_neptune_cluster_instance");
    expect(instances.map(({ instance_class }) => instance_class)).toEqual(Array(3).fill("db.serverless"));
    expect(new Set(instances.map(({ availability_zone }) => availability_zone)).size).toBe(3);
  });

  test("who reads may not write", async () => {
    const stack = await stackOf(mesh, await place("reference", "prod", "us-east-1"));
    const policies = resources(stack, "aws_iam_role_policy").map(({ policy }) => policy);
    const asking = policies.filter((policy) => policy.includes("neptune-db:ReadDataViaQuery"));
    expect(asking.map((policy) => policy.includes("neptune-db:WriteDataViaQuery")).sort()).toEqual([false, true]);
    for (const policy of asking)
      expect(policy).toMatch(/:neptune-db:us-east-1:\d+:\$\{data\.aws_ssm_parameter\.[^}]+\}\/\*/);
  });

  test("a global one leads in the primary region and follows elsewhere", async () => {
    const at = async (region: string): Promise<Document> => {
      const here = await place("reference", "prod", region);
      const blueprint = structuredClone(here.blueprint);
      const social = blueprint.data["social"];
      if (social?.kind !== "graph") throw new Error("no graph");
      social.global = true;
      const plan = data.stacks({ ...here, blueprint }).find(({ slice }) => slice === "social");
      return { plan, social };
    };
    expect((await at("us-east-1")).plan.follows).toBeUndefined();
    expect((await at("eu-west-1")).plan.follows).toMatchObject([{ region: "us-east-1" }]);
  });
});

describe("wide-column", () => {
  test("has the keys that the blueprint says, and recovery to any second", async () => {
    const table = resource(await store("messages"), "aws_keyspaces_table");
    expect(table.schema_definition.partition_key).toEqual([{ name: "room" }]);
    expect(table.schema_definition.clustering_key).toEqual([{ name: "sent", order_by: "DESC" }]);
    expect(table.point_in_time_recovery.status).toBe("ENABLED");
  });
});

describe("time series", () => {
  test("prod's stands by in another zone, out of the internet's reach (foundation.data.influx)", async () => {
    const instances = resources(await store("funnels"), "aws_timestreaminfluxdb_db_instance");
    expect(instances.map(({ deployment_type, publicly_accessible }) => [deployment_type, publicly_accessible])).toEqual(
      [["WITH_MULTIAZ_STANDBY", false]],
    );
  });

  test("prod has a standby in another zone; the password is drawn at apply and never changed from here", async () => {
    const instance = resource(await store("funnels"), "aws_timestreaminfluxdb_db_instance");
    expect(instance.deployment_type).toBe("WITH_MULTIAZ_STANDBY");
    expect(instance.password).toMatch(/^\$\{data\.aws_secretsmanager_random_password\./);
    expect(instance.lifecycle.ignore_changes).toContain("password");
  });
});

describe("backups", () => {
  test("prod backs up every day and week into a vault of its own, the last year kept", async () => {
    const stack = await store("backups");
    const rules: Document[] = resource(stack, "aws_backup_plan").rule;
    expect(rules.map(({ rule_name, lifecycle }) => [rule_name, lifecycle.delete_after])).toEqual([
      ["daily", 35],
      ["weekly", 365],
    ]);
    expect(resource(stack, "aws_backup_vault").kms_key_arn).toContain("security-keys-data");
  });

  test("every store that can be backed up carries the tag that the plan selects", async () => {
    const [selection] = resource(await store("backups"), "aws_backup_selection").condition;
    const wanted = selection.string_equals.find(({ key }: Document) => key === "aws:ResourceTag/dodeca:backup").value;
    for (const [name, type] of [
      ["users", "aws_rds_cluster"],
      ["flags", "aws_dynamodb_table"],
      ["uploads", "aws_s3_bucket"],
    ] as const)
      expect([name, resource(await store(name), type).tags["dodeca:backup"]]).toEqual([name, wanted]);
  });

  test("dev has none", async () => {
    await expect(store("backups", "dev")).rejects.toThrow("no slice backups");
  });
});
