import { atRest, crashQuota } from "../../lib/layers/client/crash-sizes.ts";
import { client } from "../../lib/layers/client/index.ts";
import type { Layer } from "../../lib/layers/common/layer.ts";
import { edge } from "../../lib/layers/edge/index.ts";
import { foundation } from "../../lib/layers/foundation/index.ts";
import type { Place } from "../../lib/model/place.ts";
import type { Crashes } from "../../lib/model/settings/client/crashes.ts";
import { type Document, objectNamed, objectsOf, ofKind, place, resource, resources, stackOf } from "../support.ts";

const at = async (): Promise<Place> => place("reference", "prod", "us-east-1");
const objects = async (application: string): Promise<Document[]> => objectsOf(client, await at(), application);
const chart = async (): Promise<Document> =>
  objectNamed(await objects("crashes-chart"), "Application", "reference-crashes").spec;
const values = async (): Promise<Document> => (await chart()).source.helm.valuesObject;
const policyNamed = async (name: string): Promise<Document> =>
  objectNamed(await objects("crashes"), "NetworkPolicy", name).spec;

/** A layer where products report crashes in another way. */
function reporting(layer: Layer, crashes: Crashes | undefined): Layer {
  const changed = (here: Place): Place => {
    const { layers } = here.blueprint;
    const { crashes: _, ...others } = layers.client;
    const settings = { ...others, ...(crashes === undefined ? {} : { crashes }) };
    return { ...here, blueprint: { ...here.blueprint, layers: { ...layers, client: settings } } };
  };
  return {
    id: layer.id,
    stacks: (here) => layer.stacks(changed(here)),
    applications: (here) => layer.applications?.(changed(here)) ?? [],
  };
}

const SENTRY: Crashes = { tool: "sentry", admin: "a@reference.example", secret: "sentry" };
const REPOSITORIES = {
  ios: { repository: "example/ios" },
  android: { repository: "example/android", branch: "release" },
};

describe("Sentry", () => {
  test("is installed from its chart, and keeps symbols in a private bucket (client.telemetry.crash)", async () => {
    const { source, destination } = await chart();
    expect(source).toMatchObject({
      repoURL: "https://sentry-kubernetes.github.io/charts",
      chart: "sentry",
      targetRevision: "26.21.0",
    });
    expect(destination.namespace).toBe("reference-crashes");
    const stack = await stackOf(client, await at(), "crashes");
    const { bucket } = resource(stack, "aws_s3_bucket");
    expect((await values()).filestore).toEqual({
      backend: "s3",
      s3: { bucketName: bucket, region_name: "us-east-1", default_acl: "bucket-owner-full-control" },
    });
    expect(resource(stack, "aws_s3_bucket_public_access_block")).toMatchObject({
      block_public_acls: true,
      block_public_policy: true,
      ignore_public_acls: true,
      restrict_public_buckets: true,
    });
  });

  test("is the product's own in Argo CD, not the platform's", async () => {
    expect((await chart()).project).toBe("reference");
  });

  test.each(["prod", "dev"])("is in the primary region of %s alone", async (environment) => {
    const { deployment } = await place("reference", environment, "us-east-1");
    for (const { region, role } of deployment.regions) {
      const names = client.applications?.(await place("reference", environment, region.code))?.map(({ name }) => name);
      expect([region.code, names?.includes("crashes-chart")]).toEqual([region.code, role === "primary"]);
    }
  });

  test("gets its passwords from the secret that people seed, and has none in the output", async () => {
    const { name } = objectNamed(await objects("crashes"), "ExternalSecret", "sentry-secrets").metadata;
    const { data } = objectNamed(await objects("crashes"), "ExternalSecret", name).spec;
    expect(data.map(({ remoteRef }: Document) => remoteRef.property)).toEqual([
      "secretKey",
      "adminPassword",
      "postgresPassword",
    ]);
    const { user, sentry, postgresql } = await values();
    const keys = [user.existingSecretKey, sentry.existingSecretKey, postgresql.auth.secretKeys.adminPasswordKey];
    for (const holder of [user, sentry, postgresql.auth]) expect(holder.existingSecret).toBe(name);
    expect(keys.sort()).toEqual(data.map(({ secretKey }: Document) => secretKey).sort());
  });

  test("takes reports at its host by POST, and nothing of the console or its API", async () => {
    const { spec } = objectNamed(await objects("crashes"), "HTTPRoute", "crashes");
    expect(spec.hostnames).toEqual(["crashes.reference.example"]);
    const [{ matches, backendRefs }] = spec.rules;
    expect(matches.map(({ method }: Document) => method)).toEqual(["POST", "OPTIONS"]);
    const takes = (path: string): boolean =>
      matches.some((match: Document) => new RegExp(`^${match.path.value}$`).test(path));
    expect(["/api/1/envelope/", "/api/42/minidump/", "/api/7/store/"].filter(takes)).toHaveLength(3);
    expect(["/", "/auth/login/", "/api/", "/api/0/organizations/", "/api/0/relays/"].filter(takes)).toEqual([]);
    expect(backendRefs).toEqual([{ name: "sentry-relay", port: 3000 }]);
  });

  test("has a host of its own at the edge, which leads to the region that has it", async () => {
    const stack = await stackOf(client, await place("reference", "prod", "global"), "crashes");
    const distribution = resource(stack, "aws_cloudfront_distribution");
    expect(distribution.aliases).toEqual(["crashes.reference.example"]);
    expect(distribution.origin).toEqual([expect.objectContaining({ domain_name: "origin.use1.reference.example" })]);
    expect(resource(stack, "aws_cloudfront_cache_policy").max_ttl).toBe(0);
    const names = resources(stack, "aws_route53_record").map(({ type, name }) => `${type} ${name}`);
    expect(names).toEqual(expect.arrayContaining(["A crashes.reference.example", "AAAA crashes.reference.example"]));
  });

  test("is reached by the gateway at Relay's port, and by nobody else from outside", async () => {
    const all = ofKind(await objects("crashes"), "NetworkPolicy");
    expect((await policyNamed("default-deny")).policyTypes).toEqual(["Ingress", "Egress"]);
    const outside = all.flatMap(({ spec }) =>
      (spec.ingress ?? []).flatMap(({ from, ports }: Document) =>
        from.flatMap((peer: Document) =>
          peer.namespaceSelector === undefined ? [] : [{ peer, ports, pods: spec.podSelector }],
        ),
      ),
    );
    expect(outside).toEqual([
      {
        peer: { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "istio-ingress" } } },
        ports: [{ port: 3000, protocol: "TCP" }],
        pods: { matchLabels: { app: "sentry", role: "relay" } },
      },
    ]);
  });

  test("leaves its namespace for files alone, from the pods that handle them", async () => {
    const files = await policyNamed("files");
    expect(files.egress.flatMap(({ ports }: Document) => ports.map(({ port }: Document) => port))).toEqual([80, 443]);
    const { sentry } = await values();
    const { matchLabels } = files.podSelector;
    for (const part of ["web", "worker", "ingestConsumerAttachments", "cleanup"])
      expect([part, sentry[part].podLabels]).toEqual([part, matchLabels]);
  });

  test("lets the runners that are named upload symbols to its API", async () => {
    const layer = reporting(client, { ...SENTRY, runners: "actions" });
    const { spec } = objectNamed(await objectsOf(layer, await at(), "crashes"), "NetworkPolicy", "symbols");
    expect(spec.podSelector.matchLabels).toEqual({ app: "sentry", role: "web" });
    expect(spec.ingress).toEqual([
      {
        from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "actions" } } }],
        ports: [{ port: 9000, protocol: "TCP" }],
      },
    ]);
  });

  test("gives a role to the accounts that handle files and to no other", async () => {
    const stack = await stackOf(client, await at(), "crashes");
    const associated = resources(stack, "aws_eks_pod_identity_association");
    expect(associated.map(({ namespace, service_account }) => `${namespace}/${service_account}`).sort()).toEqual([
      "reference-crashes/sentry-cleanup",
      "reference-crashes/sentry-ingest-consumer-attachments",
      "reference-crashes/sentry-web",
      "reference-crashes/sentry-worker",
    ]);
    const { bucket } = resource(stack, "aws_s3_bucket");
    for (const { policy } of resources(stack, "aws_iam_role_policy"))
      for (const { Action, Resource } of JSON.parse(policy).Statement) {
        const kms = [Action].flat().every((action: string) => action.startsWith("kms:"));
        expect(kms || [Resource].flat().every((arn: string) => arn.includes(`:::${bucket}`))).toBe(true);
      }
    expect((await values()).serviceAccount).toEqual({
      enabled: true,
      name: "sentry",
      automountServiceAccountToken: false,
    });
  });
});

describe("Sentry's chart", () => {
  test("is ready before its database is migrated, which Argo CD does once everything is ready", async () => {
    const { asHook, config } = await values();
    expect(asHook).toBe(false);
    expect(config.relay).toBe("auth:\n  ready: always\n");
  });

  test("makes nothing up when it is rendered: Kafka's cluster keeps its id", async () => {
    const { clusterId } = (await values()).kafka.kraft;
    expect(clusterId).toMatch(/^[A-Za-z][\w-]{21}$/);
    const layer = reporting(client, SENTRY);
    const other = await objectsOf(layer, await place("reference", "dev", "us-east-1"), "crashes-chart");
    expect(other[0].spec.source.helm.valuesObject.kafka.kraft.clusterId).not.toBe(clusterId);
  });

  test("takes Bitnami's images from where they still are, and none of its network policies", async () => {
    const all = await values();
    for (const part of ["kafka", "redis", "postgresql", "zookeeper", "memcached"])
      expect(all[part].image.repository).toBe(`bitnamilegacy/${part}`);
    for (const part of ["kafka", "redis", "zookeeper", "memcached"])
      expect([part, all[part].networkPolicy]).toEqual([part, { enabled: false }]);
    for (const part of ["rabbitmq", "nginx", "ingress"]) expect([part, all[part]]).toEqual([part, { enabled: false }]);
  });

  test.each([
    [undefined, 90],
    [30, 30],
  ])("keeps events %s days: %s", async (days, kept) => {
    const layer = reporting(client, { ...SENTRY, ...(days === undefined ? {} : { days }) });
    const [application] = await objectsOf(layer, await at(), "crashes-chart");
    expect(application.spec.source.helm.valuesObject.sentry.cleanup.days).toBe(kept);
  });

  // What its values.yaml and templates know, by hand: a key that is in neither would do nothing, and nobody would be told.
  test("is told nothing that it does not know", async () => {
    const parts = (of: Document): string[] => Object.keys(of).sort();
    const all = await values();
    expect(parts(all)).toEqual([
      "asHook",
      "auth",
      "clickhouse",
      "config",
      "filestore",
      "global",
      "hooks",
      "ingress",
      "kafka",
      "memcached",
      "nginx",
      "postgresql",
      "rabbitmq",
      "redis",
      "relay",
      "sentry",
      "serviceAccount",
      "snuba",
      "sourcemaps",
      "symbolicator",
      "system",
      "user",
      "zookeeper",
    ]);
    expect(parts(all.sentry)).toEqual([
      "billingMetricsConsumer",
      "cleanup",
      "cron",
      "existingSecret",
      "existingSecretKey",
      "features",
      "genericMetricsConsumer",
      "ingestConsumerAttachments",
      "ingestConsumerEvents",
      "ingestConsumerTransactions",
      "ingestMonitors",
      "ingestOccurrences",
      "ingestReplayRecordings",
      "metricsConsumer",
      "postProcessForwardErrors",
      "postProcessForwardIssuePlatform",
      "postProcessForwardTransactions",
      "processSegments",
      "processSpans",
      "subscriptionConsumerEapSpans",
      "subscriptionConsumerEvents",
      "subscriptionConsumerGenericMetrics",
      "subscriptionConsumerMetrics",
      "subscriptionConsumerTransactions",
      "web",
      "worker",
    ]);
    expect(parts(all.snuba)).toEqual([
      "api",
      "consumer",
      "eapItemsSpanConsumer",
      "genericMetricsCountersConsumer",
      "genericMetricsDistributionConsumer",
      "genericMetricsSetsConsumer",
      "groupAttributesConsumer",
      "issueOccurrenceConsumer",
      "metricsConsumer",
      "outcomesBillingConsumer",
      "outcomesConsumer",
      "replacer",
      "replaysConsumer",
      "spansConsumer",
      "subscriptionConsumerEapSpans",
      "subscriptionConsumerEvents",
      "subscriptionConsumerMetrics",
      "subscriptionConsumerTransactions",
      "transactionsConsumer",
    ]);
  });
});

describe("Sentry's namespace", () => {
  test("lets images run as root, has no sidecars, and its routes are the product's", async () => {
    const all = await objectsOf(foundation, await at(), "namespaces");
    expect(objectNamed(all, "Namespace", "reference-crashes").metadata.labels).toMatchObject({
      "pod-security.kubernetes.io/enforce": "baseline",
      "istio-injection": "disabled",
      "dodeca.dev/blueprint": "reference",
    });
  });

  test("has room for every pod twice, since a new chart replaces all of them at once", async () => {
    const all = await objectsOf(foundation, await at(), "namespaces");
    const quota = all.find(
      ({ kind, metadata }) => kind === "ResourceQuota" && metadata.namespace === "reference-crashes",
    );
    expect(quota.spec.hard).toMatchObject({ pods: 52, "requests.cpu": "10", "requests.memory": "47Gi" });
    expect(crashQuota.memory).toBeGreaterThanOrEqual(2 * atRest.memory);
  });

  test("is there where Sentry is, and nowhere else", async () => {
    const elsewhere = await objectsOf(foundation, await place("reference", "prod", "eu-west-1"), "namespaces");
    expect(ofKind(elsewhere, "Namespace").map(({ metadata }) => metadata.name)).not.toContain("reference-crashes");
  });
});

describe("symbols", () => {
  test.each<[Crashes["tool"], Crashes, string[], string[]]>([
    ["sentry", SENTRY, ["crashes", "crashes-chart"], []],
    ["bugsnag", { tool: "bugsnag", repositories: REPOSITORIES }, [], ["android", "ios"]],
    ["crashlytics", { tool: "crashlytics", repositories: REPOSITORIES }, [], ["android", "ios"]],
  ])(
    "of %s are in a bucket with the product's key, reached over TLS alone",
    async (_, crashes, applications, folders) => {
      const layer = reporting(client, crashes);
      const stack = await stackOf(layer, await at(), "crashes");
      expect(resource(stack, "aws_s3_bucket").bucket).toMatch(/crash-symbols/);
      const [rule] = resource(stack, "aws_s3_bucket_server_side_encryption_configuration").rule;
      expect(rule.apply_server_side_encryption_by_default.sse_algorithm).toBe("aws:kms");
      expect(resource(stack, "aws_s3_bucket_policy").policy).toContain("aws:SecureTransport");
      const planned = layer.applications?.(await at())?.map(({ name }) => name) ?? [];
      expect(planned.filter((name) => name.startsWith("crashes"))).toEqual(applications);
      const trusting = resources(stack, "aws_iam_role").filter(({ assume_role_policy }) =>
        assume_role_policy.includes("token.actions.githubusercontent.com"),
      );
      expect(trusting.map(({ description }) => description).sort()).toEqual(
        folders.map((folder) => `Keeps symbols of ${folder}`),
      );
    },
  );

  test("are uploaded by one branch into its own folder", async () => {
    const stack = await stackOf(
      reporting(client, { tool: "bugsnag", repositories: REPOSITORIES }),
      await at(),
      "crashes",
    );
    const role = resources(stack, "aws_iam_role").find(({ description }) => description.endsWith("android"));
    expect(role.assume_role_policy).toContain("repo:example/android:ref:refs/heads/release");
    const { policy } = stack.resource.aws_iam_role_policy["crashes-android-policy"];
    const [upload, compare] = JSON.parse(policy).Statement;
    expect(upload).toMatchObject({ Action: "s3:PutObject", Resource: expect.stringMatching(/\/android\/\*$/) });
    expect(compare.Condition).toEqual({ StringLike: { "s3:prefix": ["android/*"] } });
  });

  test.each([
    [undefined, undefined],
    [400, [{ days: 400 }]],
  ])("are kept %s days", async (symbolDays, expiration) => {
    const crashes: Crashes = { tool: "crashlytics", ...(symbolDays === undefined ? {} : { symbolDays }) };
    const stack = await stackOf(reporting(client, crashes), await at(), "crashes");
    expect(resource(stack, "aws_s3_bucket_lifecycle_configuration").rule[0].expiration).toEqual(expiration);
  });
});

describe("pages", () => {
  test.each<[string, Crashes | undefined, string]>([
    ["Sentry in the cluster", SENTRY, " https://crashes.reference.example"],
    ["Bugsnag", { tool: "bugsnag" }, " https://notify.bugsnag.com https://sessions.bugsnag.com"],
    ["Crashlytics, which has nothing for them", { tool: "crashlytics" }, ""],
    ["nobody", undefined, ""],
  ])("may connect to report a crash to %s", async (_, crashes, hosts) => {
    const stack = await stackOf(reporting(edge, crashes), await place("reference", "prod", "global"));
    const [{ security_headers_config }] = resources(stack, "aws_cloudfront_response_headers_policy");
    const { content_security_policy } = security_headers_config.content_security_policy;
    // What the pages' telemetry, sign-in and uploads connect to comes behind.
    expect(content_security_policy).toContain(
      `connect-src 'self' https://login.reference.example${hosts} https://dataplane.rum.`,
    );
  });
});
