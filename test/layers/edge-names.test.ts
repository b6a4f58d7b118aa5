import { delivery } from "../../lib/layers/delivery/index.ts";
import { parameters } from "../../lib/layers/edge/gateway-tls.ts";
import { edge } from "../../lib/layers/edge/index.ts";
import { ingress } from "../../lib/layers/ingress/index.ts";
import { addons as meshCharts } from "../../lib/layers/mesh/contract.ts";
import type { Place } from "../../lib/model/place.ts";
import type { Routing } from "../../lib/model/settings/edge-names.ts";
import { buildStack } from "../../lib/synth/synthesize.ts";
import { planWorkspace } from "../../lib/topology/plan.ts";
import { type Document, objectNamed, objectsOf, place, repository, resource, resources, stackOf } from "../support.ts";

const global = async (environment: string): Promise<Document> =>
  stackOf(edge, await place("reference", environment, "global"));
/** Curves of the mesh, and so of its gateways. */
async function curves(fips: boolean): Promise<unknown> {
  const here = structuredClone(await place("reference", "dev", "us-east-1"));
  Object.assign(here.blueprint.layers.edge, { tls: { fips } });
  const istiod: Document = meshCharts(here).find(({ chart }) => chart === "istiod")?.values;
  return istiod.meshConfig.tlsDefaults.ecdhCurves;
}
const records = (stack: Document, name: string): Document[] =>
  resources(stack, "aws_route53_record").filter((record) => record.name === name);

/** The edge of reference in prod, with settings of its own. */
async function withSettings(settings: Partial<Place["blueprint"]["layers"]["edge"]>): Promise<Document> {
  const { workspace, deployments } = await repository();
  const all = deployments.all.map((deployment) =>
    deployment.name !== "reference" || deployment.environment !== "prod"
      ? deployment
      : {
          ...deployment,
          blueprint: {
            ...deployment.blueprint,
            layers: { ...deployment.blueprint.layers, edge: { ...deployment.blueprint.layers.edge, ...settings } },
          },
        },
  );
  const { stacks } = planWorkspace(workspace, { ...deployments, all }, [edge], { lenient: true });
  const found = stacks.find(({ name }) => name === "reference-prod-global-edge");
  if (found === undefined) throw new Error("no edge of reference in prod");
  return buildStack(found).document;
}
const routed = (routing: Routing): Promise<Document> => withSettings({ dns: { routing } });

describe("zones", () => {
  test("say in a log who asked for what (edge.dns.provider)", async () => {
    const stack = await global("dev");
    expect(resource(stack, "aws_route53_query_log").zone_id).toContain("aws_route53_zone.zone-Resource");
    const { Statement } = JSON.parse(resource(stack, "aws_cloudwatch_log_resource_policy").policy_document);
    expect(Statement[0].Principal).toEqual({ Service: "route53.amazonaws.com" });
    expect(stack.provider.aws[0].region).toBe("us-east-1");
  });

  test("are signed with a key on the curve that resolvers know (edge.dns.dnssec)", async () => {
    const stack = await global("dev");
    expect(resource(stack, "aws_route53_hosted_zone_dnssec").signing_status).toBe("SIGNING");
    expect(resource(stack, "aws_route53_key_signing_key").key_management_service_arn).toContain(
      "aws_kms_key.signing-key",
    );
    expect(stack.resource.aws_kms_key["signing-key"]).toMatchObject({
      customer_master_key_spec: "ECC_NIST_P256",
      key_usage: "SIGN_VERIFY",
    });
    expect(stack.output.ds_record.value).toContain("ds_record");
  });

  test("have the digests of those below them", async () => {
    const digest = `12345 13 2 ${"AB".repeat(32)}`;
    const stack = await withSettings({ dns: { signers: { dev: digest } } });
    expect(records(stack, "dev.reference.example").find(({ type }) => type === "DS")).toMatchObject({
      records: [digest],
    });
  });

  test("resolve for networks outside over HTTPS (edge.dns.encrypted-dns)", async () => {
    const stack = await stackOf(edge, await place("reference", "dev", "us-east-1"), "resolver");
    expect(resource(stack, "aws_route53_resolver_endpoint")).toMatchObject({
      direction: "INBOUND",
      protocols: ["DoH", "Do53"],
    });
    expect(resource(stack, "aws_route53_resolver_endpoint").ip_address).toHaveLength(2);
  });
});

describe("the region that answers", () => {
  test("is the fastest of ten that all serve (foundation.regions.active-active)", async () => {
    const all = records(await global("prod"), "any.serving.reference.example");
    const { deployment } = await place("reference", "prod", "us-east-1");
    expect(all.map((one) => one.latency_routing_policy.region).sort()).toEqual(
      deployment.regions.map(({ region }) => region.code).sort(),
    );
    for (const one of all) expect(one.health_check_id).toContain("-health");
    // Where an accelerator leads to the regions, each takes all that it is given.
    const accelerated = await stackOf(ingress, await place("reference", "staging", "us-east-1"), "accelerator");
    expect(
      resources(accelerated, "aws_globalaccelerator_endpoint_group").map((one) => one.traffic_dial_percentage),
    ).toEqual([100]);
  });

  test("has its share where shares are given (edge.dns.weighted)", async () => {
    const [record] = records(await global("dev"), "origin.dev.reference.example");
    expect(record).toMatchObject({ weighted_routing_policy: { weight: 100 }, set_identifier: "us-east-1" });
    const some = await routed({ policy: "weighted", weights: { "us-east-1": 200, "eu-west-1": 55 } });
    const weights = records(some, "origin.reference.example").map((one) => one.weighted_routing_policy.weight);
    expect(weights.filter((weight) => weight > 0)).toEqual([200, 55]);
    for (const weight of weights) expect(weight).toBeGreaterThanOrEqual(0);
  });

  test("is in the caller's own continent, and any for all others (edge.dns.geolocation)", async () => {
    const stack = await global("prod");
    const top = records(stack, "origin.reference.example");
    expect(top.map((one) => one.geolocation_routing_policy)).toEqual([{ continent: "EU" }, { country: "*" }]);
    const own = records(stack, "regions.eu.serving.reference.example");
    expect(own.map((one) => one.latency_routing_policy.region).sort()).toEqual(["eu-central-1", "eu-west-1"]);
  });

  test("gives way to another one within half a minute (edge.dns.failover)", async () => {
    const pair = records(await global("prod"), "eu.serving.reference.example");
    expect(pair.map((one) => [one.failover_routing_policy.type, one.ttl, one.records[0]])).toEqual([
      ["PRIMARY", 30, "regions.eu.serving.reference.example"],
      ["SECONDARY", 30, "any.serving.reference.example"],
    ]);
    expect(pair[0].health_check_id).toContain("eu-health");
    const stack = await routed({ policy: "failover", active: "eu-west-1" });
    const [primary, secondary] = records(stack, "origin.reference.example");
    expect(primary).toMatchObject({ records: ["origin.euw1.reference.example"], ttl: 30 });
    expect(secondary.records).toEqual(["others.serving.reference.example"]);
    expect(records(stack, "others.serving.reference.example")).toHaveLength(9);
  });

  test.each<[string, Routing, string]>([
    ["is not in the environment", { policy: "failover", active: "eu-west-2" }, "no region of the environment serves"],
    ["is misspelt", { policy: "weighted", weights: { "us-esat-1": 1 } }, "no region of the environment serves"],
    ["has no share", { policy: "weighted", weights: { "us-east-1": 0 } }, "no region has any weight"],
  ])("is refused where it %s", async (_, routing, message) => {
    await expect(routed(routing)).rejects.toThrow(message);
  });
});

describe("TLS", () => {
  test("has no policy older than 1.2, and that of 1.3 alone where it is asked for (edge.tls.versions)", async () => {
    expect(resource(await global("prod"), "aws_cloudfront_distribution").viewer_certificate).toMatchObject({
      minimum_protocol_version: "TLSv1.2_2021",
      ssl_support_method: "sni-only",
    });
    const strict = await withSettings({ tls: { viewers: "1.3" } });
    expect(resource(strict, "aws_cloudfront_distribution").viewer_certificate.minimum_protocol_version).toBe(
      "TLSv1.3_2025",
    );
    expect(strict.terraform.required_providers.aws.version).toBe(">= 6.20.0, < 7.0.0");
  });

  test("of the gateways has strong suites on X25519, and FIPS drops what it does not approve (edge.tls.ciphers)", async () => {
    const objects = await objectsOf(edge, await place("reference", "dev", "us-east-1"), "gateway-tls");
    const { spec } = objectNamed(objects, "EnvoyFilter", "public-tls");
    const { transport_socket } = spec.configPatches[0].patch.value;
    expect(transport_socket.typed_config.common_tls_context.tls_params).toMatchObject({
      // What the CDN speaks to its origins.
      tls_minimum_protocol_version: "TLSv1_2",
      tls_maximum_protocol_version: "TLSv1_3",
      cipher_suites: expect.arrayContaining(["ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-ECDSA-CHACHA20-POLY1305"]),
    });
    // The mesh writes its curves into gateways too, and Envoy refuses a list that names one twice.
    expect(JSON.stringify(spec)).not.toContain("ecdh_curves");
    expect(JSON.stringify(parameters(true))).not.toContain("CHACHA20");
    expect(await curves(false)).toEqual(["X25519", "P-256"]);
    expect(await curves(true)).toEqual(["P-256", "P-384"]);
  });

  test("has a certificate for every name below the domain, replaced before the old one goes (edge.tls.certs)", async () => {
    const stack = await global("prod");
    expect(resource(stack, "aws_acm_certificate")).toMatchObject({
      domain_name: "reference.example",
      subject_alternative_names: ["*.reference.example"],
      validation_method: "DNS",
      key_algorithm: "EC_prime256v1",
      lifecycle: { create_before_destroy: true },
    });
    expect(stack.provider.aws[0].region).toBe("us-east-1");
  });

  test("has certificates that public logs show (edge.tls.ct)", async () => {
    expect(resource(await global("prod"), "aws_acm_certificate").options).toEqual({
      certificate_transparency_logging_preference: "ENABLED",
    });
  });

  test("is what browsers insist on for a year, from the first request (edge.tls.standards)", async () => {
    const policies: Document[] = resources(await global("prod"), "aws_cloudfront_response_headers_policy");
    for (const { security_headers_config } of policies)
      expect(security_headers_config.strict_transport_security).toMatchObject({
        access_control_max_age_sec: 31_536_000,
        include_subdomains: true,
        preload: true,
      });
  });
});

describe("identities of the mesh", () => {
  test("live one hour (edge.tls.mtls)", async () => {
    const objects = await objectsOf(delivery, await place("reference", "dev", "us-east-1"));
    const { source } = objectNamed(objects, "Application", "istiod").spec;
    const values = source.helm.valuesObject;
    expect(values.pilot.env).toEqual({ DEFAULT_WORKLOAD_CERT_TTL: "1h", MAX_WORKLOAD_CERT_TTL: "1h" });
    expect(values.meshConfig.defaultConfig.proxyMetadata.SECRET_TTL).toBe("1h0m0s");
  });
});

describe("the private authority", () => {
  test("keeps its key in an HSM; gateways make theirs anew at every renewal (edge.pki.keygen)", async () => {
    const objects = await objectsOf(ingress, await place("reference", "dev", "us-east-1"));
    expect(objectNamed(objects, "Certificate", "reference-tls").spec.privateKey).toEqual({
      algorithm: "ECDSA",
      size: 256,
      rotationPolicy: "Always",
    });
    const stack = await global("prod");
    const authority = resource(stack, "aws_acmpca_certificate_authority");
    expect(authority.key_storage_security_standard).toBe("FIPS_140_2_LEVEL_3_OR_HIGHER");
    expect(authority.certificate_authority_configuration.key_algorithm).toBe("EC_prime256v1");
    expect(resource(stack, "aws_acmpca_certificate_authority_certificate").certificate).toContain(
      "aws_acmpca_certificate.",
    );
  });

  test("revokes by list and by OCSP (edge.pki.revoke)", async () => {
    const { revocation_configuration } = resource(await global("prod"), "aws_acmpca_certificate_authority");
    expect(revocation_configuration).toMatchObject({
      crl_configuration: { enabled: true },
      ocsp_configuration: { enabled: true },
    });
    const brief = await withSettings({ tls: { authority: "short-lived" } });
    expect(resource(brief, "aws_acmpca_certificate_authority")).toMatchObject({
      usage_mode: "SHORT_LIVED_CERTIFICATE",
    });
    expect(resource(brief, "aws_acmpca_certificate_authority").revocation_configuration).toBeUndefined();
  });
});

describe("alarms", () => {
  const alarm = (stack: Document, name: string): Document =>
    stack.resource.aws_cloudwatch_metric_alarm[`alarms-${name}`];

  test("tell when less than 95 % is found in the cache (edge.static-cache.hit-rate)", async () => {
    const stack = await global("dev");
    expect(alarm(stack, "cache-hits")).toMatchObject({
      namespace: "AWS/CloudFront",
      metric_name: "CacheHitRate",
      comparison_operator: "LessThanThreshold",
      threshold: 95,
      alarm_actions: [expect.stringContaining(":sns:us-east-1:")],
    });
    const { monitoring_subscription } = resource(stack, "aws_cloudfront_monitoring_subscription");
    expect(monitoring_subscription.realtime_metrics_subscription_config.realtime_metrics_subscription_status).toBe(
      "Enabled",
    );
  });

  test("tell when the edge itself takes longer than 5 ms for what it has (edge.kpis.latency)", async () => {
    const stack = await global("dev");
    expect(resource(stack, "aws_cloudwatch_log_delivery").record_fields).toEqual(
      expect.arrayContaining(["time-to-first-byte", "x-edge-result-type"]),
    );
    const { pattern, metric_transformation } = resource(stack, "aws_cloudwatch_log_metric_filter");
    expect(pattern).toContain('x-edge-result-type = "Hit"');
    expect(metric_transformation.value).toBe("$.time-to-first-byte");
    expect(alarm(stack, "edge-latency")).toMatchObject({
      metric_name: metric_transformation.name,
      namespace: metric_transformation.namespace,
      extended_statistic: "p95",
      threshold: 0.005,
    });
  });

  test("tell when a certificate has thirty days left, or a gateway's was not renewed (edge.pki.monitor)", async () => {
    expect(alarm(await global("dev"), "certificate")).toMatchObject({
      namespace: "AWS/CertificateManager",
      metric_name: "DaysToExpiry",
      threshold: 30,
    });
    const objects = await objectsOf(edge, await place("reference", "dev", "us-east-1"), "certificate-alerts");
    const { spec } = objectNamed(objects, "PrometheusRule", "certificates");
    expect(spec.groups[0].rules[0].expr).toBe(
      "certmanager_certificate_expiration_timestamp_seconds - time() < 14 * 86400",
    );
  });
});
