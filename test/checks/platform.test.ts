import { check } from "../../lib/checks/index.ts";
import { owners } from "../../lib/checks/owners.ts";
import { promisedRegions } from "../../lib/checks/promised-regions.ts";
import { regionParity } from "../../lib/checks/region-parity.ts";
import { graphOf } from "../../lib/estate/graph.ts";
import type { Estate } from "../../lib/estate/index.ts";
import { at, list, object } from "../../lib/estate/json.ts";
import { type Deployment, deploymentsOf } from "../../lib/model/deployment.ts";
import { type Edits, edited } from "../review/edited.ts";
import { repository } from "../support.ts";
import { Broken, synthesized } from "../synthesized.ts";

let whole: Estate;
beforeAll(async () => {
  whole = await synthesized();
});

/** What the output's own checks say after a change, as `code: address`. */
function saidOf(change: (broken: Broken) => void): string[] {
  const broken = new Broken(whole, "reference", "dev");
  change(broken);
  return check(graphOf(broken.estate), broken.estate).map(
    ({ code, address, summary }) => `${code}: ${address}: ${summary}`,
  );
}

const changed = async (edits: Edits): Promise<readonly Deployment[]> => deploymentsOf(await edited(edits)).all;

describe("zero trust", () => {
  test("the output has nothing to be said about", () => {
    expect(saidOf(() => undefined)).toEqual([]);
  });

  test("a mesh that is not strict as a whole is named (foundation.targets.zero-trust)", () => {
    const said = saidOf((broken) => {
      broken.object("PeerAuthentication", "default").spec.mtls.mode = "PERMISSIVE";
    });
    expect(said).toEqual([
      "mesh-not-strict: Namespace istio-system: nothing makes the whole mesh take mutual TLS only",
      "plain-text-taken: PeerAuthentication istio-system/default: pods take connections without mutual TLS",
    ]);
  });

  test("a namespace that denies no requests, or no connections, by default is named", () => {
    const said = saidOf((broken) => {
      broken.object("AuthorizationPolicy", "deny-all").spec = { rules: [{}] };
      // The second one has no sidecars, so nothing but the network keeps anybody out.
      for (const namespace of ["reference", "reference-crashes"])
        broken.object("NetworkPolicy", "default-deny", namespace).spec.policyTypes = ["Ingress"];
    });
    expect(said.map((one) => one.split(":").slice(0, 2).join(":"))).toEqual([
      "network-not-denied: Namespace reference-crashes",
      "requests-not-denied: Namespace reference",
      "network-not-denied: Namespace reference",
    ]);
  });
});

describe("boundaries of layers", () => {
  test("a store that the internet reaches, and one that the CDN reaches, are named (foundation.layers.handoffs)", () => {
    const rule = "aws_vpc_security_group_ingress_rule";
    const said = saidOf((broken) => {
      const open = broken.resource("-data-orders", rule);
      delete open.referenced_security_group_id;
      open.cidr_ipv4 = "0.0.0.0/0";
      const around = broken.resource("-data-users", rule);
      delete around.referenced_security_group_id;
      around.prefix_list_id = "pl-1";
    });
    expect(said).toEqual([
      expect.stringMatching(/^way-around: aws_vpc_security_group_ingress_rule\.\S+: it lets internet reach data/),
      expect.stringMatching(/^way-around: aws_vpc_security_group_ingress_rule\.\S+: it lets edge reach data/),
    ]);
  });

  test("a policy by which Argo CD's namespace may call a gateway is named", () => {
    const said = saidOf((broken) => {
      const policy = broken.object("AuthorizationPolicy", "geo");
      policy.metadata.namespace = "istio-ingress";
      policy.spec.rules[0].from[0].source.principals = ["cluster.local/ns/argocd/sa/argocd-server"];
    });
    expect(said.filter((one) => one.startsWith("way-around"))).toEqual([
      expect.stringContaining("it lets delivery reach ingress, and no boundary between layers is there"),
    ]);
  });
});

describe("regions", () => {
  test("of one role have the same resources, zone by zone (foundation.crosscutting.multi-region)", async () => {
    const { deployments } = await repository();
    const broken = new Broken(whole, "reference", "prod");
    expect(regionParity(broken.estate, deployments.all)).toEqual([]);
    broken.remove("-eu-west-1-foundation-network", "aws_nat_gateway", /b$/);
    expect(regionParity(broken.estate, deployments.all)).toEqual([
      expect.objectContaining({
        code: "region-lacks",
        place: "reference-prod-eu-west-1-foundation-network",
        address: "aws_nat_gateway.network-nat-zone-2",
        summary: expect.stringMatching(/have aws_nat_gateway\.network-nat-zone-2, and eu-west-1 has not$/),
        fix: "say in the blueprint what is different in eu-west-1: environments.prod.regions.eu-west-1.overrides",
      }),
    ]);
  });

  test("that are fewer than promised are a warning, and as many are none (foundation.targets.region-count)", async () => {
    const { deployments } = await repository();
    expect(promisedRegions(deployments.all)).toEqual([
      expect.objectContaining({
        severity: "warning",
        place: "reference-prod",
        summary: "it is served from 10 regions, and 50 are promised",
      }),
    ]);
    expect(promisedRegions(await changed({ "reference.objectives.regions": 10 }))).toEqual([]);
  });
});

describe("owners", () => {
  test("answer for every topic: who alone produces it, or who is named (foundation.crosscutting.event-driven)", async () => {
    const { deployments } = await repository();
    expect(owners(deployments.all)).toEqual([]);
    const several = owners(await changed({ "reference.streams.audit-log.owner": undefined }));
    expect(several[0]).toMatchObject({
      code: "topic-without-owner",
      place: "reference-dev",
      address: "streams.audit-log",
      summary: "user and auth and payment and config-flags produce audit-log, and none of them answers for it",
    });
    const unknown = owners(await changed({ "reference.streams.audit-log.owner": "nobody" }));
    expect(unknown[0]?.summary).toBe("nobody answers for audit-log, and the blueprint has no such service");
  });

  test("use every store: one that no service uses is named (foundation.crosscutting.polyglot)", async () => {
    const found = owners(await changed({ "reference.services.geo.uses.positions": undefined }));
    expect(found[0]).toMatchObject({
      code: "used-by-nobody",
      address: "data.positions",
      summary: "no service uses positions",
      fix: "let a service use it, or take data.positions out",
    });
  });
});

test("every stack marks what it makes with the edition and its layer, and every object with product and layer (foundation.targets.qualifiers)", () => {
  for (const { name, layer, document } of whole.stacks) {
    const [provider] = list(at(document, "provider", "aws"));
    const tags = object(at(list(at(provider, "default_tags"))[0], "tags"));
    expect([name, tags["architecture"], tags["edition"]]).toEqual([name, "twelve-layer-reference", "2025"]);
    expect([name, tags["tier"]]).toEqual([name, tags["dodeca:layer"]]);
    if (layer !== "") expect([name, tags["tier"]]).toEqual([name, layer]);
  }
  for (const { path, objects } of whole.applications)
    for (const { kind, metadata } of objects) {
      const labels = metadata.labels ?? {};
      expect([path, kind, labels["app.kubernetes.io/part-of"], labels["dodeca.dev/layer"]]).toEqual([
        path,
        kind,
        expect.stringMatching(/./),
        expect.stringMatching(/./),
      ]);
    }
});

describe("encryption", () => {
  test("a store without a key, a bucket that takes plain text and a listener below TLS 1.2 are named (foundation.security.encryption)", () => {
    const said = saidOf((broken) => {
      delete broken.resource("-data-orders", "aws_rds_cluster").kms_key_id;
      broken.resource("-data-uploads", "aws_s3_bucket_policy").policy = "{}";
      broken.resource("-global-edge", "aws_cloudfront_distribution").viewer_certificate.minimum_protocol_version =
        "TLSv1";
      broken.resource("-data-carts", "aws_elasticache_replication_group").transit_encryption_enabled = false;
    });
    expect(said.map((one) => one.split(": ").slice(0, 2).join(": ")).sort()).toEqual([
      "not-encrypted: aws_rds_cluster.store-Resource",
      "old-tls: aws_cloudfront_distribution.cdn-Resource",
      "old-tls: aws_elasticache_replication_group.store-Resource",
      "old-tls: aws_s3_bucket.store-Resource",
    ]);
  });
});
