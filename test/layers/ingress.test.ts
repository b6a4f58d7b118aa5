import { ingress } from "../../lib/layers/ingress/index.ts";
import { type Document, objectNamed, objectsOf, ofKind, place, resources, stackOf } from "../support.ts";

const gateway = async (): Promise<Document[]> =>
  objectsOf(ingress, await place("reference", "prod", "us-east-1"), "gateway");
const routes = async (): Promise<Document[]> =>
  objectsOf(ingress, await place("reference", "prod", "us-east-1"), "routes");
const shortener = async (): Promise<Document[]> =>
  objectsOf(ingress, await place("url-shortener", "dev", "us-east-1"), "routes");

describe("gateway", () => {
  test("serves every product of the platform under its own certificate, to its own namespaces only", async () => {
    const { spec } = objectNamed(await gateway(), "Gateway", "public");
    for (const listener of spec.listeners) {
      expect(listener).toMatchObject({ protocol: "HTTPS", tls: { mode: "Terminate" } });
      const product = listener.name.replace(/-sub$/, "");
      expect(listener.tls.certificateRefs).toEqual([{ name: `${product}-tls` }]);
      expect(listener.allowedRoutes.namespaces.selector.matchLabels["dodeca.dev/blueprint"]).toBe(product);
    }
    expect(spec.listeners.map(({ hostname }: Document) => hostname)).toContain("sho.rt");
  });

  test("certificates are proved in DNS and renewed a month early (security.secrets.tls-certs)", async () => {
    const objects = await gateway();
    for (const { spec } of ofKind(objects, "Certificate")) expect(spec.renewBefore).toBe("720h");
    expect(ofKind(objects, "ClusterIssuer")[0].spec.acme.solvers[0].dns01.route53).toBeDefined();
  });

  test("certificates hold for ninety days and every name below the domain (edge.tls.renewal, edge.pki.issue)", async () => {
    const certificates = ofKind(await gateway(), "Certificate");
    expect(certificates.length).toBeGreaterThan(0);
    for (const { spec } of certificates) {
      expect(spec.duration).toBe("2160h");
      expect(spec.dnsNames).toContain(`*.${spec.dnsNames[0]}`);
    }
  });

  test("names are proved in DNS by a role that may write nothing but proofs in our zones (edge.pki.acme)", async () => {
    const here = await place("reference", "prod", "us-east-1");
    const [issuer] = ofKind(await gateway(), "ClusterIssuer");
    expect(issuer.spec.acme.solvers).toEqual([{ dns01: { route53: { region: "us-east-1" } } }]);
    const policies: [string, Document][] = Object.entries((await stackOf(ingress, here)).resource.aws_iam_role_policy);
    const [, role] = policies.find(([id]) => id.includes("cert-manager")) ?? ["", {}];
    const writes = JSON.parse(role.policy).Statement.filter(({ Action }: Document) =>
      [Action].flat().includes("route53:ChangeResourceRecordSets"),
    );
    expect(writes).toHaveLength(1);
    const names = [
      writes[0].Condition["ForAllValues:StringLike"]["route53:ChangeResourceRecordSetsNormalizedRecordNames"],
    ].flat();
    expect(names).toContain("_acme-challenge.*reference.example");
    for (const name of names) expect(name).toMatch(/^_acme-challenge\./);
  });

  test("answers health checks from outside itself, on every host", async () => {
    const health = objectNamed(await gateway(), "EnvoyFilter", "public-health");
    expect(JSON.stringify(health.spec)).toContain("/.well-known/gateway-health");
  });

  test("controllers have pod identities limited to what they own (mesh.control-plane.cloud-controller)", async () => {
    const stack = await stackOf(ingress, await place("reference", "prod", "us-east-1"));
    const accounts = resources(stack, "aws_eks_pod_identity_association").map(({ service_account }) => service_account);
    expect(accounts.sort()).toEqual(["aws-load-balancer-controller", "cert-manager"]);
    const policies: [string, Document][] = Object.entries(stack.resource.aws_iam_role_policy);
    const [, controller] = policies.find(([id]) => id.includes("load-balancer")) ?? ["", {}];
    const writes = JSON.parse(controller.policy).Statement.filter(({ Resource }: Document) => Resource !== "*");
    expect(writes).toHaveLength(1);
    expect([writes[0].Action].flat()).toEqual([
      "elasticloadbalancing:DeregisterTargets",
      "elasticloadbalancing:RegisterTargets",
    ]);
    expect(writes[0].Resource).toMatch(/targetgroup\/reference-prod-use1-gw\/\*$/);
  });

  test("controllers may do on all resources only what AWS asks for without one", async () => {
    const stack = await stackOf(ingress, await place("reference", "prod", "us-east-1"));
    const everywhere = resources(stack, "aws_iam_role_policy").flatMap(({ policy }) =>
      JSON.parse(policy)
        .Statement.filter(({ Resource, Condition }: Document) => Resource === "*" && Condition === undefined)
        .flatMap(({ Action }: Document) => Action),
    );
    for (const action of everywhere)
      expect(action).toMatch(/^(?:ec2:Describe|elasticloadbalancing:Describe|route53:ListHostedZones)/);
  });
});

describe("routes", () => {
  test("a path with a parameter matches one segment, and waits no longer than the service", async () => {
    const [rule] = objectNamed(await shortener(), "HTTPRoute", "redirect").spec.rules;
    expect(rule.matches[0]).toMatchObject({
      method: "GET",
      path: { type: "RegularExpression", value: "/[^/]+" },
    });
    expect(rule.timeouts.request).toBe("2s");
  });

  test("cache policy goes to the edge as a header", async () => {
    const [rule] = objectNamed(await shortener(), "HTTPRoute", "redirect").spec.rules;
    expect(rule.filters[0].responseHeaderModifier.set).toContainEqual({
      name: "Cache-Control",
      value: "public, max-age=60, stale-while-revalidate=60",
    });
  });

  test("rate limits are counted for each caller and route", async () => {
    const { spec } = objectNamed(await shortener(), "EnvoyFilter", "redirect-rate-limits");
    const limits = spec.configPatches[0].patch.value.typed_config;
    expect(limits.descriptors[0]).toMatchObject({
      entries: [{ key: "route", value: "GET /{code}" }, { key: "caller" }],
      token_bucket: { max_tokens: 1000, fill_interval: "60s" },
    });
  });

  test("pages of the product may call, others may not", async () => {
    const { spec } = objectNamed(await shortener(), "EnvoyFilter", "redirect-cors");
    expect(JSON.stringify(spec)).toContain('"allow_origin_string_match":[{"exact":"https://sho.rt"}]');
  });

  test("who asks for www is sent to the domain, once for all paths", async () => {
    const { spec, metadata } = objectNamed(await shortener(), "HTTPRoute", "www-redirect");
    expect(metadata.namespace).toBe("url-shortener");
    expect(spec.hostnames).toEqual(["www.dev.sho.rt"]);
    expect(spec.rules).toEqual([
      {
        filters: [
          {
            type: "RequestRedirect",
            requestRedirect: { scheme: "https", hostname: "dev.sho.rt", statusCode: 301 },
          },
        ],
      },
    ]);
  });

  test("every service has one route object for the domain and one for each host of its own, on the platform's gateway", async () => {
    const here = await place("reference", "prod", "us-east-1");
    const routed = Object.entries(here.blueprint.services).flatMap(([name, service]) => [
      ...new Set(service.routes.map(({ host }) => (host === undefined ? name : `${name}-${host}`))),
    ]);
    const found = [...ofKind(await routes(), "HTTPRoute"), ...ofKind(await routes(), "GRPCRoute")];
    expect(found.map(({ metadata }) => metadata.name).sort()).toEqual([...routed, "www-redirect"].sort());
    for (const { spec } of found)
      expect(spec.parentRefs[0]).toMatchObject({ name: "public", namespace: "istio-ingress" });
  });
});
