import { edge } from "../../lib/layers/edge/index.ts";
import { tokenRule } from "../../lib/layers/ingress/contract.ts";
import { ingress } from "../../lib/layers/ingress/index.ts";
import { seconds } from "../../lib/model/quantities.ts";
import { type Document, objectNamed, objectsOf, ofKind, place, resource, resources, stackOf } from "../support.ts";

const stack = async (): Promise<Document> => stackOf(ingress, await place("reference", "prod", "us-east-1"));
const gateway = async (): Promise<Document[]> =>
  objectsOf(ingress, await place("reference", "prod", "us-east-1"), "gateway");
const filter = async (name: string): Promise<Document> => objectNamed(await gateway(), "EnvoyFilter", `public-${name}`);

describe("load balancer", () => {
  test("only the CDN and health checks may connect, so that nobody gets around the firewall (edge.ddos.absorption)", async () => {
    const document = await stack();
    expect(Object.values<Document>(document.data.aws_ec2_managed_prefix_list).map(({ name }) => name)).toEqual([
      "com.amazonaws.global.cloudfront.origin-facing",
      "com.amazonaws.us-east-1.route53-healthchecks",
    ]);
    const balancer = resource(document, "aws_lb");
    const attached: string[] = balancer.security_groups.map(
      (id: string) => /security_group\.([\w-]+)\.id/.exec(id)?.[1],
    );
    expect(attached).toHaveLength(2);
    for (const rule of resources(document, "aws_vpc_security_group_ingress_rule")) {
      expect(rule.cidr_ipv4).toBeUndefined();
      expect(rule.prefix_list_id ?? rule.referenced_security_group_id).toBeDefined();
    }
  });

  test("asks pods every five seconds, for two seconds, whether they take requests (ingress.glb.active-health)", async () => {
    expect(resource(await stack(), "aws_lb_target_group").health_check).toMatchObject({
      protocol: "HTTP",
      port: "15021",
      path: "/healthz/ready",
      interval: 5,
      timeout: 2,
    });
  });

  test("connections drain for thirty seconds, and pods live longer than that (ingress.glb.drain)", async () => {
    expect(resource(await stack(), "aws_lb_target_group").deregistration_delay).toBe("30");
    const options = objectNamed(await gateway(), "ConfigMap", "public-options");
    const { terminationGracePeriodSeconds } = JSON.parse(options.data.deployment).spec.template.spec;
    expect(terminationGracePeriodSeconds).toBeGreaterThan(30);
    expect(objectNamed(await gateway(), "TargetGroupBinding", "public").spec).toMatchObject({
      targetGroupName: resource(await stack(), "aws_lb_target_group").name,
      targetType: "ip",
    });
  });

  test("cuts no connection between two heartbeats (ingress.websocket.heartbeat)", async () => {
    expect(resource(await stack(), "aws_lb_listener").tcp_idle_timeout_seconds).toBeGreaterThanOrEqual(90);
    const { rules } = objectNamed(
      await objectsOf(ingress, await place("reference", "prod", "us-east-1"), "routes"),
      "HTTPRoute",
      "messaging",
    ).spec;
    const route = rules.find(({ matches }: Document) => matches[0].path.value === "/ws/v2/chat");
    expect(route.timeouts).toBeUndefined();
  });

  test("pods of the gateway are ones that their namespace admits, with room for the connections that they take", async () => {
    const options = objectNamed(await gateway(), "ConfigMap", "public-options");
    const { securityContext, containers } = JSON.parse(options.data.deployment).spec.template.spec;
    expect(securityContext.seccompProfile.type).toBe("RuntimeDefault");
    expect(containers).toHaveLength(1);
    expect(containers[0]).toMatchObject({ name: "istio-proxy", resources: { limits: { memory: "5Gi" } } });
  });

  test("idle connections end, and a pod holds so many and no more (edge.ddos-matrix.l4)", async () => {
    expect(resource(await stack(), "aws_lb_listener").tcp_idle_timeout_seconds).toBe(350);
    const [limit, manager] = (await filter("connections")).spec.configPatches;
    expect(limit.patch.value.typed_config.max_connections).toBe(100_000);
    expect(seconds(manager.patch.value.typed_config.request_headers_timeout)).toBeLessThanOrEqual(10);
  });

  test("is found by the CDN under the region's own name", async () => {
    const record = resource(await stackOf(edge, await place("reference", "prod", "eu-west-1")), "aws_route53_record");
    expect(record.name).toBe("origin.euw1.reference.example");
    expect(record.alias.evaluate_target_health).toBe(true);
  });

  test("nothing in the cluster makes a load balancer", async () => {
    const options = objectNamed(await gateway(), "ConfigMap", "public-options");
    expect(JSON.parse(options.data.service).spec.type).toBe("ClusterIP");
  });
});

describe("gateway", () => {
  test("a client over its limit is told 429 and when to come back, before its route is looked at (ingress.rate-limiter.breach)", async () => {
    const { typed_config } = (await filter("client-limit")).spec.configPatches[0].patch.value;
    expect(typed_config.descriptors[0]).toMatchObject({
      // But for the host on which API Gateway asks for all partners.
      entries: [{ key: "host", value: "others" }, { key: "remote_address" }],
      token_bucket: { max_tokens: 6000, fill_interval: "60s" },
    });
    expect(typed_config.response_headers_to_add[0].header).toEqual({ key: "retry-after", value: "60" });
    const [rate] = resource(await stackOf(edge, await place("reference", "prod", "global")), "aws_wafv2_web_acl")
      .rule.map(({ statement, action }: Document) => ({ ...statement.rate_based_statement, action }))
      .filter(({ limit, aggregate_key_type }: Document) => limit !== undefined && aggregate_key_type === "IP");
    expect(rate.action.block).toBeDefined();
  });

  test("a pod that fails half of a hundred calls within ten seconds gets none for thirty (ingress.circuit-breaker.trip)", async () => {
    const [{ applyTo, match, patch }] = (await filter("breaker")).spec.configPatches;
    expect({ applyTo, context: match.context }).toEqual({ applyTo: "CLUSTER", context: "GATEWAY" });
    expect(patch.value.outlier_detection).toMatchObject({
      failure_percentage_threshold: 50,
      failure_percentage_request_volume: 100,
      enforcing_failure_percentage: 100,
      interval: "10s",
      base_ejection_time: "30s",
    });
  });

  test("asks again only what no service can have seen, whatever Istio repeats by itself", async () => {
    const [{ applyTo, match, patch }] = (await filter("retries")).spec.configPatches;
    expect({ applyTo, operation: patch.operation }).toEqual({ applyTo: "HTTP_ROUTE", operation: "MERGE" });
    // Merged into a redirect, it would make a route of it that leads nowhere.
    expect(match).toEqual({ context: "GATEWAY", routeConfiguration: { vhost: { route: { action: "ROUTE" } } } });
    const { retry_on } = patch.value.route.retry_policy;
    expect(retry_on.split(",").sort()).toEqual(["connect-failure", "refused-stream", "reset-before-request"]);
  });

  test("verifies tokens of every issuer by its keys and audience (ingress.pkce-flow.jwks)", async () => {
    const [tokens] = ofKind(await gateway(), "RequestAuthentication");
    expect(tokens.spec.selector.matchLabels).toEqual({ "gateway.networking.k8s.io/gateway-name": "public" });
    for (const rule of tokens.spec.jwtRules) {
      expect(rule.jwksUri).toMatch(/^https:/);
      expect(rule.audiences.length).toBeGreaterThan(0);
    }
    expect(tokens.spec.jwtRules.map(({ issuer }: Document) => issuer)).toContain("https://login.reference.example");
  });

  test("takes any token of an issuer that names no audience, and only then", () => {
    const issuer = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Example";
    expect(tokenRule({ issuer })).not.toHaveProperty("audiences");
    expect(tokenRule({ issuer, audiences: ["shop"] }).audiences).toEqual(["shop"]);
  });

  test("who a socket belongs to and which path was asked for is what the gateway says, never the caller (ingress.websocket.sticky)", async () => {
    const [tokens] = ofKind(await gateway(), "RequestAuthentication");
    for (const rule of tokens.spec.jwtRules)
      expect(rule.outputClaimToHeaders).toEqual([{ header: "x-user-id", claim: "sub" }]);
    const { typed_config } = (await filter("identity")).spec.configPatches[0].patch.value;
    expect(typed_config.mutations.request_mutations).toEqual([
      { remove: "x-user-id" },
      { remove: "x-tenant-id" },
      { remove: "x-envoy-original-path" },
    ]);
    expect((await place("reference", "prod", "us-east-1")).blueprint.services["messaging"]?.traffic.stickyHeader).toBe(
      "x-user-id",
    );
  });
});

describe("limits of routes", () => {
  test("a caller is told what is left, when it is filled again, and when to come back (ingress.rate-limiter.headers)", async () => {
    const limits = await objectsOf(ingress, await place("reference", "prod", "us-east-1"), "routes");
    const { typed_config } = objectNamed(limits, "EnvoyFilter", "user-rate-limits").spec.configPatches[0].patch.value;
    expect(typed_config.enable_x_ratelimit_headers).toBe("DRAFT_VERSION_03");
    expect(typed_config.response_headers_to_add[0].header.key).toBe("retry-after");
    const cors = objectNamed(limits, "EnvoyFilter", "user-cors").spec.configPatches[0].patch.value;
    expect(JSON.stringify(cors)).toContain("retry-after,x-ratelimit-limit,x-ratelimit-remaining,x-ratelimit-reset");
  });
});
