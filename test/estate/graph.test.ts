import type { Graph } from "../../lib/estate/graph.ts";
import { synthesizedGraph } from "../synthesized.ts";

let graph: Graph;
beforeAll(async () => {
  graph = await synthesizedGraph();
});

const DEV = "url-shortener/dev/us-east-1";
const STACK = "url-shortener-dev-us-east-1";
const dependencies = (id: string): string[] => graph.dependenciesOf(id).map(({ kind, to }) => `${kind} ${to}`);

test("everything that is synthesized is in it, with where it is and what made it", () => {
  const node = graph.nodes.get(`${DEV}/redirect Deployment url-shortener/redirect`);
  expect(node).toMatchObject({
    kind: "object",
    blueprint: "url-shortener",
    environment: "dev",
    region: "us-east-1",
    layer: "mesh",
    service: "redirect",
    component: "mesh/workload/Resource",
  });
  expect(graph.nodes.get(`${STACK}-data-links aws_dynamodb_table.store-Resource`)).toMatchObject({
    kind: "resource",
    part: "data-links",
    component: "data/store/Resource",
  });
  expect(graph.nodes.get("account-links-dev-us-east-1-delivery-bootstrap")).toMatchObject({
    kind: "stack",
    blueprint: "account",
    environment: "links-dev",
    region: "us-east-1",
  });
  expect(graph.nodes.get("url-shortener-dev-global-edge")).toMatchObject({ kind: "stack", region: "global" });
  expect(graph.nodes.get(DEV)).toMatchObject({ kind: "place" });
});

test("facts of the catalogue are with what expresses them", () => {
  expect(graph.where(({ facts }) => facts.includes("edge.dns.latency")).map(({ type }) => type)).toContain(
    "aws_route53_record",
  );
});

test.each([
  [
    "a reference in an expression",
    `${STACK}-mesh aws_eks_pod_identity_association.services-redirect-association`,
    `reference ${STACK}-mesh aws_iam_role.services-redirect-Resource`,
  ],
  [
    "a contract between stacks",
    `${STACK}-data-links data.aws_ssm_parameter.read-url-shortener-security-keys-data`,
    `contract ${STACK}-security aws_ssm_parameter.contract-keys-data`,
  ],
  [
    "a contract that pods read",
    `${DEV}/redirect ExternalSecret url-shortener/redirect-connections`,
    `secret ${STACK}-data-hot aws_ssm_parameter.contract-hot-endpoint`,
  ],
  [
    "a pod identity",
    `${DEV}/redirect ServiceAccount url-shortener/redirect`,
    `identity ${STACK}-mesh aws_eks_pod_identity_association.services-redirect-association`,
  ],
  [
    "what a role may do",
    `${STACK}-mesh aws_iam_role.services-redirect-Resource`,
    `access ${STACK}-mesh aws_iam_role_policy.services-redirect-policy`,
  ],
  [
    "a store that a policy names",
    `${STACK}-mesh aws_iam_role_policy.services-redirect-policy`,
    `access ${STACK}-data-links aws_dynamodb_table.store-Resource`,
  ],
  [
    "a selector",
    `${DEV}/redirect Service url-shortener/redirect`,
    `selector ${DEV}/redirect Deployment url-shortener/redirect`,
  ],
  [
    "an autoscaler",
    `${DEV}/redirect ScaledObject url-shortener/redirect`,
    `scale ${DEV}/redirect Deployment url-shortener/redirect`,
  ],
  [
    "a configuration that pods read",
    `${DEV}/redirect Deployment url-shortener/redirect`,
    `mount ${DEV}/redirect ConfigMap url-shortener/redirect-settings`,
  ],
  [
    "a secret that pods read, by what makes it",
    `${DEV}/redirect Deployment url-shortener/redirect`,
    `mount ${DEV}/redirect ExternalSecret url-shortener/redirect-connections`,
  ],
  [
    "a route to a service",
    `${DEV}/routes HTTPRoute url-shortener/redirect`,
    `route ${DEV}/redirect Service url-shortener/redirect`,
  ],
  [
    "a route's gateway",
    `${DEV}/routes HTTPRoute url-shortener/redirect`,
    `route ${DEV}/gateway Gateway istio-ingress/public`,
  ],
  [
    "a gateway's certificate",
    `${DEV}/gateway Gateway istio-ingress/public`,
    `mount ${DEV}/gateway Certificate istio-ingress/url-shortener-tls`,
  ],
  [
    "a record that leads to a route",
    "url-shortener-dev-global-edge aws_route53_record.origin-us-east-1",
    `record ${DEV}/routes HTTPRoute url-shortener/redirect`,
  ],
  [
    "a CDN's origin",
    "url-shortener-dev-global-edge aws_cloudfront_distribution.cdn-Resource",
    "record url-shortener-dev-global-edge aws_route53_record.origin-us-east-1",
  ],
])("knows %s", (_, from, edge) => {
  expect(dependencies(from)).toContain(edge);
});

test("nodes are found by kind and type", () => {
  const read = graph.ofType("data", "aws_ssm_parameter");
  expect(read).toEqual(graph.where(({ kind, type }) => kind === "data" && type === "aws_ssm_parameter"));
  expect(read.length).toBeGreaterThan(0);
  expect(graph.ofType("object", "aws_ssm_parameter")).toEqual([]);
});

test("what a node depends on is found by the kind of its edges and its type", () => {
  const connections = `${DEV}/redirect ExternalSecret url-shortener/redirect-connections`;
  expect(graph.targetsOf(connections, "secret", "ClusterSecretStore").map(({ address }) => address)).toEqual([
    "ClusterSecretStore parameters",
  ]);
  expect(graph.targetsOf(connections, "secret").map(({ type }) => type)).toContain("aws_ssm_parameter");
  expect(graph.targetsOf(connections, "identity")).toEqual([]);
});

test("each node says where its engine works, and in which cluster its pods are", () => {
  expect(graph.nodes.get("url-shortener-dev-global-edge")).toMatchObject({ scope: "210000000001/us-east-1" });
  expect(graph.nodes.get("url-shortener/prod/eu-west-1/redirect Deployment url-shortener/redirect")).toMatchObject({
    scope: "210000000004/eu-west-1",
    cluster: "reference-prod-euw1",
  });
});

test("a route of a product leads to the gateway of the platform that it lives on", () => {
  expect(dependencies("url-shortener/prod/eu-west-1/routes HTTPRoute url-shortener/redirect")).toContain(
    "route reference/prod/eu-west-1/gateway Gateway istio-ingress/public",
  );
});

test("what feels a change of a store is found over both worlds", () => {
  const radius = graph.blastRadius([`${STACK}-data-links aws_dynamodb_table.store-Resource`]);
  expect(radius.get(`${STACK}-mesh aws_iam_role_policy.services-redirect-policy`)).toBe(1);
  expect(radius.has(`${DEV}/redirect Deployment url-shortener/redirect`)).toBe(true);
  expect(radius.has(`${DEV}/routes HTTPRoute url-shortener/redirect`)).toBe(true);
  expect([...radius.keys()].some((id) => id.startsWith("reference/"))).toBe(false);
});
