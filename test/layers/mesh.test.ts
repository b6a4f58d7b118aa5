import { addons } from "../../lib/layers/mesh/contract.ts";
import { mesh } from "../../lib/layers/mesh/index.ts";
import { type Document, objectNamed, objectsOf, ofKind, place, resources, stackOf } from "../support.ts";

const prod = () => place("reference", "prod", "us-east-1");
const service = async (name: string): Promise<Document[]> => objectsOf(mesh, await prod(), name);
const all = async (): Promise<Document[]> => objectsOf(mesh, await prod());

/** Statements of a service's role in the reference's prod. */
async function statements(name: string): Promise<Document[]> {
  const stack = await stackOf(mesh, await prod());
  const policies: [string, Document][] = Object.entries(stack.resource.aws_iam_role_policy);
  const found = policies.find(([id]) => id === `services-${name}-policy`);
  return found === undefined ? [] : JSON.parse(found[1].policy).Statement;
}

describe("workloads", () => {
  test("every service is a Deployment with requests and a memory limit (mesh.workloads.deployment)", async () => {
    const here = await prod();
    for (const name of Object.keys(here.blueprint.services)) {
      const { spec } = objectNamed(await service(name), "Deployment", name);
      const [container] = spec.template.spec.containers;
      expect(container.resources.requests).toMatchObject({ cpu: expect.anything(), memory: expect.anything() });
      expect(container.resources.limits.memory).toBeDefined();
    }
  });

  test("every service has an account of its own, without a token in its pods (mesh.workloads.rbac)", async () => {
    for (const deployment of ofKind(await all(), "Deployment")) {
      expect(deployment.spec.template.spec.serviceAccountName).toBe(deployment.metadata.name);
      expect(deployment.spec.template.spec.automountServiceAccountToken).toBe(false);
    }
    expect(ofKind(await all(), "ClusterRoleBinding")).toEqual([]);
  });

  test("pods keep to the restricted security standard", async () => {
    for (const { spec } of ofKind(await all(), "Deployment")) {
      expect(spec.template.spec.securityContext).toMatchObject({
        runAsNonRoot: true,
        seccompProfile: { type: "RuntimeDefault" },
      });
      expect(spec.template.spec.containers[0].securityContext).toMatchObject({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"] },
      });
    }
  });

  test("credentials of AWS reach pods past their sidecars, which would refuse an address that nothing names", async () => {
    const istiod: Document = addons(await prod()).find(({ chart }) => chart === "istiod")?.values;
    expect(istiod.global.proxy.excludeIPRanges).toBe("169.254.170.23/32");
  });

  test("a sidecar that keeps connections open has room for as many as a replica may have", async () => {
    const { annotations } = objectNamed(await service("messaging"), "Deployment", "messaging").spec.template.metadata;
    expect(Number.parseInt(annotations["sidecar.istio.io/proxyMemoryLimit"], 10)).toBeGreaterThan(100_000 * 0.03);
    const other = objectNamed(await service("order"), "Deployment", "order").spec.template.metadata.annotations;
    expect(other["sidecar.istio.io/proxyMemoryLimit"]).toBeUndefined();
  });

  test.each(["order", "bff-mobile", "notification", "config-flags", "apollo-gateway"])(
    "%s calls AWS for clients, or hosts that its router needs, and has a way out for it",
    async (name) => {
      const { egress } = objectNamed(await service(name), "NetworkPolicy", name).spec;
      const ports = egress
        .filter(({ to }: Document) => to[0].ipBlock?.cidr === "0.0.0.0/0")
        .flatMap(({ ports: open }: Document) => open.map(({ port }: Document) => port));
      expect(ports).toEqual([443]);
    },
  );

  test("pods spread over zones, and rollouts never go below what is wanted", async () => {
    const { spec } = objectNamed(await service("user"), "Deployment", "user");
    expect(spec.template.spec.topologySpreadConstraints[0]).toMatchObject({
      topologyKey: "topology.kubernetes.io/zone",
      maxSkew: 1,
      whenUnsatisfiable: "DoNotSchedule",
    });
    expect(spec.strategy.rollingUpdate.maxUnavailable).toBe(0);
  });

  test("no service runs alone in prod, and drains take one pod at a time (foundation.crosscutting.horizontal-scaling)", async () => {
    const objects = await all();
    for (const { metadata, spec } of ofKind(objects, "PodDisruptionBudget")) {
      expect(spec.maxUnavailable).toBe(1);
      const scaler = objects.find(
        (object) =>
          ["HorizontalPodAutoscaler", "ScaledObject"].includes(object.kind) && object.metadata.name === metadata.name,
      );
      expect(scaler.spec.minReplicas ?? scaler.spec.minReplicaCount).toBeGreaterThanOrEqual(2);
    }
  });

  test("a release takes no pod away before another is ready, and a drain one at a time (foundation.crosscutting.zero-downtime)", async () => {
    const objects = await all();
    const budgets = ofKind(objects, "PodDisruptionBudget").map(({ spec }) => spec.selector.matchLabels);
    for (const { spec } of ofKind(objects, "Deployment")) {
      expect(spec.strategy).toMatchObject({ type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0 } });
      expect(budgets).toContainEqual(spec.selector.matchLabels);
      const [container] = spec.template.spec.containers;
      expect(container.readinessProbe).toBeDefined();
      expect(container.lifecycle.preStop.sleep.seconds).toBeGreaterThan(0);
    }
  });

  test("values that exist after apply come from outside; no Secret is in the output (mesh.workloads.secret, foundation.security.secrets)", async () => {
    expect(ofKind(await all(), "Secret")).toEqual([]);
    const [connections] = ofKind(await service("user"), "ExternalSecret");
    expect(connections.spec.data).toContainEqual({
      secretKey: "USERS_ENDPOINT",
      remoteRef: { key: "/dodeca/reference/prod/data/users/endpoint" },
    });
  });

  test("a service that speaks gRPC is named so to the mesh (mesh.communication.sync)", async () => {
    const geo = objectNamed(await service("geo"), "Service", "geo");
    expect(geo.spec.ports[0]).toMatchObject({ name: "grpc", appProtocol: "grpc" });
  });
});

describe("scaling", () => {
  test("CPU alone is a HorizontalPodAutoscaler at 70 % that waits five minutes (mesh.autoscaling.hpa)", async () => {
    const { spec } = objectNamed(await service("user"), "HorizontalPodAutoscaler", "user");
    expect(spec.metrics[0].resource.target.averageUtilization).toBe(70);
    expect(spec.behavior.scaleDown.stabilizationWindowSeconds).toBe(300);
    expect([spec.minReplicas, spec.maxReplicas]).toEqual([5, 50]);
  });

  test("lag is KEDA's, asked often enough to act within 15 seconds (mesh.autoscaling.keda)", async () => {
    const { spec } = objectNamed(await service("analytics"), "ScaledObject", "analytics");
    expect(spec.pollingInterval).toBeLessThanOrEqual(10);
    expect(spec.triggers.map(({ type }: Document) => type)).toContain("apache-kafka");
  });

  test("every service has exactly one scaler (mesh.autoscaling.one-owner)", async () => {
    const names = (await all())
      .filter(({ kind }) => kind === "HorizontalPodAutoscaler" || kind === "ScaledObject")
      .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
    const services = ofKind(await all(), "Deployment").map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
    expect(names.sort()).toEqual(services.sort());
  });

  test("each scaler has room above its minimum and names the pods it owns (foundation.targets.elasticity)", async () => {
    const objects = await all();
    const owned = objects
      .filter(({ kind }) => kind === "HorizontalPodAutoscaler" || kind === "ScaledObject")
      .map(({ spec }) => {
        expect(spec.maxReplicas ?? spec.maxReplicaCount).toBeGreaterThan(spec.minReplicas ?? spec.minReplicaCount);
        expect(spec.scaleTargetRef.kind).toBe("Deployment");
        return spec.scaleTargetRef.name;
      });
    expect(owned.sort()).toEqual(
      ofKind(objects, "Deployment")
        .map(({ metadata }) => metadata.name)
        .sort(),
    );
    // What is not scaled says why.
    for (const { metadata } of ofKind(objects, "StatefulSet"))
      expect(metadata.annotations["dodeca.dev/fixed-size"]).toMatch(/\w+ \w+/);
  });

  test("KEDA looks at lag with its own identity, which may read no message", async () => {
    const stack = await stackOf(mesh, await prod(), "scaling");
    const { Statement } = JSON.parse(resources(stack, "aws_iam_role_policy")[0].policy);
    const actions: string[] = Statement.flatMap((statement: Document) => statement.Action);
    expect(actions).toContain("kafka-cluster:DescribeGroup");
    expect(actions.filter((action) => /Receive|Read|GetRecords|Delete|Write/.test(action))).toEqual([]);
    expect(objectNamed(await all(), "ClusterTriggerAuthentication", "aws").spec.podIdentity).toEqual({
      provider: "aws",
      identityOwner: "keda",
    });
  });
});

describe("authorization", () => {
  test("the mesh speaks mutual TLS only (mesh.istio-security.peer-auth)", async () => {
    const policies = ofKind(await all(), "PeerAuthentication");
    expect(policies).toHaveLength(1);
    expect(policies[0]).toMatchObject({ metadata: { namespace: "istio-system" }, spec: { mtls: { mode: "STRICT" } } });
  });

  test("each namespace denies what no service allows (mesh.istio-security.authz, security.zerotrust.authz)", async () => {
    const denied = ofKind(await service("policies"), "AuthorizationPolicy").map(({ metadata, spec }) => [
      metadata.namespace,
      spec,
    ]);
    expect(denied).toEqual([
      ["reference", {}],
      ["reference-pci", {}],
      ["reference-sandbox", {}],
    ]);
  });

  test("a service is reached by those that use it and by its routes, and by nobody else", async () => {
    const { spec } = objectNamed(await service("user"), "AuthorizationPolicy", "user");
    const sources = spec.rules.flatMap(({ from }: Document) =>
      from.flatMap(({ source }: Document) => source.principals),
    );
    expect(sources).toEqual([
      "cluster.local/ns/reference/sa/auth",
      "cluster.local/ns/reference/sa/bff-web",
      "cluster.local/ns/reference/sa/bff-mobile",
      "cluster.local/ns/reference/sa/apollo-gateway",
      // Two routes: one of HTTP, one of gRPC; and what browsers ask before a request.
      "cluster.local/ns/istio-ingress/sa/public-istio",
      "cluster.local/ns/istio-ingress/sa/public-istio",
      "cluster.local/ns/istio-ingress/sa/public-istio",
      "cluster.local/ns/monitoring/sa/kube-prometheus-stack-prometheus",
    ]);
    expect(spec.rules[2].to[0].operation).toEqual({ methods: ["GET"], paths: ["/api/v2/users/{*}"] });
  });

  test("metrics are for the monitoring namespace only, and on no route (ingress.routing-table.health)", async () => {
    const { spec } = objectNamed(await service("user"), "AuthorizationPolicy", "user");
    const rules = spec.rules.filter(({ to }: Document) => to?.[0].operation.paths.includes("/metrics"));
    expect(rules).toHaveLength(1);
    expect(rules[0].from[0].source.principals[0]).toContain("/ns/monitoring/");
  });

  test("tokens are checked against the product's issuer (mesh.istio-security.request-auth)", async () => {
    const tokens = ofKind(await service("policies"), "RequestAuthentication");
    expect(tokens).toHaveLength(3);
    for (const { spec } of tokens) expect(spec.jwtRules[0].issuer).toBe("https://login.reference.example");
  });

  test("what moves money asks for a second factor (edge.zero-trust.identity)", async () => {
    const { blueprint } = await prod();
    const privileged = Object.entries(blueprint.services).filter(([, { routes }]) =>
      routes.some(({ auth }) => auth === "jwt+mfa"),
    );
    expect(privileged.map(([name]) => name).sort()).toEqual(["order", "payment"]);
    for (const [name] of privileged) {
      const { spec } = objectNamed(await service(name), "AuthorizationPolicy", name);
      const rules = spec.rules.filter(({ from }: Document) => from[0].source.requestPrincipals !== undefined);
      expect(rules.length).toBeGreaterThan(0);
      for (const { from, when } of rules) {
        expect(from[0].source.requestPrincipals).toEqual(["https://login.reference.example/*"]);
        expect(when).toContainEqual({ key: "request.auth.claims[amr]", values: ["mfa"] });
      }
    }
  });

  test("namespaces deny all traffic that no policy allows (security.zerotrust.netpol)", async () => {
    const denied = ofKind(await service("policies"), "NetworkPolicy").filter(
      ({ metadata }) => metadata.name === "default-deny",
    );
    expect(denied.map(({ metadata }) => metadata.namespace)).toEqual([
      "reference",
      "reference-pci",
      "reference-sandbox",
    ]);
    for (const { spec } of denied) expect(spec).toEqual({ podSelector: {}, policyTypes: ["Ingress", "Egress"] });
  });

  test("pods reach DNS, the mesh's control plane and the pod identity agent", async () => {
    const { spec } = objectNamed(
      (await service("policies")).filter(({ metadata }) => metadata.namespace === "reference"),
      "NetworkPolicy",
      "lifelines",
    );
    const ports = spec.egress.flatMap((rule: Document) => rule.ports.map(({ port }: Document) => port));
    expect(ports).toEqual(expect.arrayContaining([53, 15012, 80]));
    expect(JSON.stringify(spec)).toContain("169.254.170.23/32");
  });

  test("only declared hosts outside can be reached (mesh.istio-security.egress)", async () => {
    const istiod = addons(await prod()).find(({ chart }) => chart === "istiod");
    expect(istiod?.values).toMatchObject({ meshConfig: { outboundTrafficPolicy: { mode: "REGISTRY_ONLY" } } });
    const hosts = ofKind(await all(), "ServiceEntry")
      .filter(({ metadata }) => metadata.name.endsWith("-egress"))
      .flatMap(({ spec }) => spec.hosts);
    expect(hosts.sort()).toEqual([
      "api.paypal.com",
      "api.sendgrid.com",
      "api.stripe.com",
      "api.twilio.com",
      "app.launchdarkly.com",
      // Without its schema a router does not start.
      "aws.uplink.api.apollographql.com",
      "checkout-live.adyen.com",
      "fcm.googleapis.com",
      "uplink.api.apollographql.com",
      "usage-reporting.api.apollographql.com",
    ]);
  });

  test("a role allows what `uses` says on AWS and nothing else (security.secrets.access)", async () => {
    const own = await statements("config-flags");
    const actions = own.flatMap(({ Action }) => [Action].flat());
    expect(actions).toEqual(expect.arrayContaining(["dynamodb:GetItem", "dynamodb:PutItem"]));
    // It is also named as the service that reads flags.
    expect(actions.filter((action) => !/^(dynamodb|kafka-cluster|kms|appconfig):/.test(action))).toEqual([]);
    expect(own.flatMap(({ Resource }) => [Resource].flat())).not.toContain("*");
  });

  test("a service that uses nothing on AWS has no role", async () => {
    expect(await statements("apollo-gateway")).toEqual([]);
  });

  test("roles of services are bounded", async () => {
    const stack = await stackOf(mesh, await prod());
    for (const role of resources(stack, "aws_iam_role"))
      expect(role.permissions_boundary).toBe("arn:aws:iam::210000000004:policy/dodeca-workload");
  });
});

describe("traffic", () => {
  const rule = async (name: string): Promise<Document> => ofKind(await service(name), "DestinationRule")[0].spec;
  const routes = async (name: string): Promise<Document> => ofKind(await service(name), "VirtualService")[0].spec;

  test("every service has one virtual service and one destination rule with mutual TLS (mesh.istio-traffic.virtualservice, mesh.istio-traffic.destinationrule)", async () => {
    const objects = await all();
    const count = ofKind(objects, "Deployment").length;
    expect(ofKind(objects, "VirtualService")).toHaveLength(count);
    const inside = ofKind(objects, "DestinationRule").filter(({ spec }) => spec.host.endsWith(".cluster.local"));
    expect(inside).toHaveLength(count);
    for (const { spec } of inside) expect(spec.trafficPolicy.tls.mode).toBe("ISTIO_MUTUAL");
  });

  test("calls are tried three times within two seconds by default (mesh.istio-resilience.retries, mesh.istio-resilience.timeout)", async () => {
    // Before it stands the rule of the service's stream.
    const http = (await routes("geo")).http.at(-1);
    expect(http.retries.attempts).toBe(3);
    expect(http.retries.retryOn).toContain("5xx");
    expect(http.timeout).toBe("2s");
  });

  test("hosts that fail five times in a row are ejected, never more than half of them (mesh.istio-resilience.circuit-breaker, mesh.istio-resilience.outlier)", async () => {
    const { outlierDetection } = (await rule("user")).trafficPolicy;
    expect(outlierDetection.consecutive5xxErrors).toBe(5);
    expect(outlierDetection.maxEjectionPercent).toBeLessThanOrEqual(50);
  });

  test("sockets of messaging stick to a pod, without retries, for 30 seconds (mesh.traffic-rules.messaging)", async () => {
    const [http] = (await routes("messaging")).http;
    expect(http.retries.attempts).toBe(0);
    expect(http.timeout).toBe("30s");
    const { loadBalancer, outlierDetection } = (await rule("messaging")).trafficPolicy;
    expect(loadBalancer.consistentHash).toBeDefined();
    expect(outlierDetection.consecutive5xxErrors).toBe(5);
  });

  test("all calls are logged, one in a hundred is traced (mesh.istio-observability.access-logs, mesh.istio-observability.traces)", async () => {
    const [telemetry] = ofKind(await all(), "Telemetry");
    expect(telemetry.spec.accessLogging).toHaveLength(1);
    expect(telemetry.spec.tracing[0].randomSamplingPercentage).toBe(1);
  });

  test("Istio's charts come in waves, CRDs first (mesh.istio-traffic.install)", async () => {
    const istio = addons(await prod()).filter(({ chart }) => chart.startsWith("istio"));
    expect(istio.map(({ chart, wave }) => [chart, wave])).toEqual([
      ["istio-base", 1],
      ["istio-cni", 2],
      ["istiod", 3],
    ]);
  });
});
