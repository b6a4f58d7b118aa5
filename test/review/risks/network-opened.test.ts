import type { Json, JsonObject } from "../../../lib/model/merge.ts";
import { networkOpened } from "../../../lib/review/risks/network-opened.ts";
import { application, type Given, kube, type Resources, said, stack } from "../support.ts";

describe("a security group", () => {
  const GROUP = { aws_security_group: { store: { name: "shop-store" } } };
  const rule = (fields: JsonObject): JsonObject => ({
    security_group_id: "${aws_security_group.store.id}",
    ip_protocol: "tcp",
    from_port: 5432,
    to_port: 5432,
    ...fields,
  });
  const ingress = (...rules: JsonObject[]): Resources => ({
    ...GROUP,
    aws_vpc_security_group_ingress_rule: Object.fromEntries(rules.map((one, index) => [`rule-${index}`, rule(one)])),
  });
  const net = (cidr: string): JsonObject => ({ cidr_ipv4: cidr });

  const cases: [string, Resources, Resources, string[]][] = [
    ["a smaller range is none", ingress(net("10.0.0.0/8")), ingress(net("10.1.0.0/16")), []],
    ["halves of a range are none", ingress(net("10.0.0.0/16")), ingress(net("10.0.0.0/17"), net("10.0.128.0/17")), []],
    [
      "a range of which both halves were there is none",
      ingress(net("10.0.0.0/17"), net("10.0.128.0/17")),
      ingress(net("10.0.0.0/16")),
      [],
    ],
    [
      "rules in another order are none",
      ingress(net("10.0.0.0/16"), net("10.2.0.0/16")),
      ingress(net("10.2.0.0/16"), net("10.0.0.0/16")),
      [],
    ],
    [
      "a wider range",
      ingress(net("10.1.0.0/16")),
      ingress(net("10.0.0.0/8")),
      [
        "medium: aws_security_group shop-store now lets through tcp 5432 from 10.0.0.0/8; before: tcp 5432 from 10.1.0.0/16",
      ],
    ],
    [
      "the internet is high",
      ingress(net("10.1.0.0/16")),
      ingress(net("0.0.0.0/0")),
      [
        "high: aws_security_group shop-store now lets through tcp 5432 from 0.0.0.0/0; before: tcp 5432 from 10.1.0.0/16",
      ],
    ],
    [
      "the internet of version 6 is high",
      ingress(net("10.1.0.0/16")),
      ingress(net("10.1.0.0/16"), { cidr_ipv6: "::/0" }),
      [expect.stringMatching(/^high: .* tcp 5432 from ::\/0;/)],
    ],
    [
      "more ports",
      ingress(net("10.1.0.0/16")),
      ingress({ ...net("10.1.0.0/16"), from_port: 5000, to_port: 6000 }),
      [expect.stringMatching(/^medium: .* tcp 5000-6000 from 10.1.0.0\/16;/)],
    ],
    [
      "fewer ports are none",
      ingress({ ...net("10.1.0.0/16"), from_port: 5000, to_port: 6000 }),
      ingress(net("10.1.0.0/16")),
      [],
    ],
    [
      "every protocol",
      ingress(net("10.1.0.0/16")),
      ingress({ ...net("10.1.0.0/16"), ip_protocol: "-1" }),
      [expect.stringMatching(/^medium: .* everything from 10.1.0.0\/16;/)],
    ],
    [
      "another group",
      ingress({ referenced_security_group_id: "sg-a" }),
      ingress({ referenced_security_group_id: "sg-b" }),
      [expect.stringMatching(/^medium: .* tcp 5432 from sg-b; before: tcp 5432 from sg-a$/)],
    ],
    ["a rule that is gone is none", ingress(net("10.1.0.0/16"), net("0.0.0.0/0")), ingress(net("10.1.0.0/16")), []],
    ["a new group for others inside is none", {}, ingress(net("10.1.0.0/16")), []],
    [
      "a new group for the internet is high",
      {},
      ingress(net("0.0.0.0/0")),
      ["high: aws_security_group shop-store is new and lets through tcp 5432 from 0.0.0.0/0"],
    ],
    [
      "rules inside the group, and of the older kind",
      {
        aws_security_group: {
          store: {
            name: "shop-store",
            ingress: [{ protocol: "tcp", from_port: 80, to_port: 80, cidr_blocks: ["10.0.0.0/8"] }],
          },
        },
      },
      {
        aws_security_group: { store: { name: "shop-store" } },
        aws_security_group_rule: {
          a: {
            ...rule({ type: "ingress", protocol: "tcp", from_port: 80, to_port: 80 }),
            cidr_blocks: ["10.0.0.0/9", "11.0.0.0/8"],
          },
        },
      },
      [expect.stringMatching(/^high: .* tcp 80 from 11.0.0.0\/8; before: tcp 80 from 10.0.0.0\/8$/)],
    ],
    [
      "the way out to the internet is medium",
      GROUP,
      { ...GROUP, aws_vpc_security_group_egress_rule: { out: rule(net("0.0.0.0/0")) } },
      [expect.stringMatching(/^medium: .* now lets through tcp 5432 to 0.0.0.0\/0; before: nothing$/)],
    ],
  ];
  test.each(cases)("%s", (_, before, after, expected) => {
    const other = { aws_sqs_queue: { q: { name: "q" } } };
    expect(said(networkOpened, stack({ ...other, ...before }), stack({ ...other, ...after }))).toEqual(expected);
  });
});

const labels = (app: string): JsonObject => ({ matchLabels: { app } });
const deployment = (app: string): JsonObject =>
  kube("Deployment", app, { spec: { selector: labels(app), template: { metadata: { labels: { app } } } } }, "apps/v1");

describe("a network policy", () => {
  const policy = (name: string, podSelector: JsonObject, ingress: Json, more: JsonObject = {}): JsonObject =>
    kube(
      "NetworkPolicy",
      name,
      { spec: { podSelector, policyTypes: ["Ingress"], ingress, ...more } },
      "networking.k8s.io/v1",
    );
  const from = (peers: Json[], ...ports: number[]): JsonObject => ({
    from: peers,
    ports: ports.map((port) => ({ port, protocol: "TCP" })),
  });
  const pods = (app: string): JsonObject => ({ podSelector: labels(app) });
  const block = (cidr: string, ...except: string[]): JsonObject => ({ ipBlock: { cidr, except } });
  const cart = (...ingress: JsonObject[]): Given =>
    application([deployment("cart"), policy("cart", labels("cart"), ingress)]);

  const cases: [string, Given, Given, string[]][] = [
    [
      "a new caller is low",
      cart(from([pods("web")], 8080)),
      cart(from([pods("web")], 8080), from([pods("order")], 8080)),
      [
        "low: NetworkPolicy shop/cart now lets through ingress from app=order on TCP port 8080; before: from app=web on TCP port 8080",
      ],
    ],
    [
      "peers in one rule or in two are the same",
      cart(from([pods("web"), pods("order")], 8080)),
      cart(from([pods("order")], 8080), from([pods("web")], 8080)),
      [],
    ],
    [
      "ports within a range are none",
      cart({ from: [pods("web")], ports: [{ port: 8000, endPort: 9000 }] }),
      cart(from([pods("web")], 8080)),
      [],
    ],
    [
      "a new port",
      cart(from([pods("web")], 8080)),
      cart(from([pods("web")], 8080, 9090)),
      [expect.stringMatching(/^low: .* from app=web on TCP port 9090;/)],
    ],
    [
      "every pod of a namespace is medium",
      cart(from([pods("web")], 8080)),
      cart(from([{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "web" } } }], 8080)),
      [expect.stringMatching(/^medium: .* from every pod in web on TCP port 8080;/)],
    ],
    [
      "the own namespace by its name is the same",
      cart(from([{ podSelector: {} }], 8080)),
      cart(from([{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "shop" } } }], 8080)),
      [],
    ],
    [
      "one label more is none",
      cart(from([pods("web")], 8080)),
      cart(from([{ podSelector: { matchLabels: { app: "web", tier: "front" } } }], 8080)),
      [],
    ],
    [
      "anybody is high",
      cart(from([pods("web")], 8080)),
      cart({}),
      [expect.stringMatching(/^high: .* ingress from anybody on every port;/)],
    ],
    [
      "the internet is high",
      cart(from([block("10.0.0.0/8")], 8080)),
      cart(from([block("0.0.0.0/0")], 8080)),
      [expect.stringMatching(/^high: .* from 0.0.0.0\/0 on TCP port 8080; before: from 10.0.0.0\/8/)],
    ],
    ["a smaller range is none", cart(from([block("10.0.0.0/8")], 8080)), cart(from([block("10.2.0.0/16")], 8080)), []],
    [
      "a hole that is closed",
      cart(from([block("10.0.0.0/8", "10.1.0.0/16")], 8080)),
      cart(from([block("10.0.0.0/8")], 8080)),
      [expect.stringMatching(/^medium: .* from 10.0.0.0\/8 on/)],
    ],
    [
      "a larger hole is none",
      cart(from([block("10.0.0.0/8", "10.1.0.0/16")], 8080)),
      cart(from([block("10.0.0.0/8", "10.0.0.0/15")], 8080)),
      [],
    ],
    [
      "a policy that is gone",
      cart(from([pods("web")], 8080)),
      application([deployment("cart")]),
      [
        "high: no network policy shuts ingress of the pods of NetworkPolicy shop/cart any more: everything is let through",
      ],
    ],
    [
      "a policy that is gone with its pods is none",
      cart(from([pods("web")], 8080)),
      application([deployment("other")]),
      [],
    ],
    [
      "a policy that is gone where another shuts everything is none",
      application([
        deployment("cart"),
        policy("all", {}, []),
        policy("cart", labels("cart"), [from([pods("web")], 8080)]),
      ]),
      application([deployment("cart"), policy("all", {}, [])]),
      [],
    ],
    ["a policy for pods that had none is none", application([deployment("cart")]), cart(from([pods("web")], 8080)), []],
    [
      "a policy that comes with its pods is none",
      application([policy("all", {}, [])]),
      application([
        policy("all", {}, []),
        deployment("cart"),
        policy("cart", labels("cart"), [from([pods("web")], 8080)]),
      ]),
      [],
    ],
    [
      "a policy beside another that shut everything",
      application([deployment("cart"), policy("all", {}, [])]),
      application([
        deployment("cart"),
        policy("all", {}, []),
        policy("cart", labels("cart"), [from([pods("web")], 8080)]),
      ]),
      ["low: NetworkPolicy shop/cart now lets through ingress from app=web on TCP port 8080"],
    ],
    [
      "a policy that selects less",
      application([deployment("cart"), policy("all", {}, [])]),
      application([deployment("cart"), policy("all", labels("other"), [])]),
      [expect.stringContaining("no network policy shuts ingress of the pods of NetworkPolicy shop/all any more")],
    ],
    [
      "a way out that is not shut any more",
      application([
        deployment("cart"),
        policy("cart", labels("cart"), [], { policyTypes: ["Ingress", "Egress"], egress: [] }),
      ]),
      application([deployment("cart"), policy("cart", labels("cart"), [])]),
      [expect.stringContaining("shuts egress of the pods")],
    ],
  ];
  test.each(cases)("%s", (_, before, after, expected) => {
    expect(said(networkOpened, before, after)).toEqual(expected);
  });
});

describe("the mesh", () => {
  const policy = (rules: Json, more: JsonObject = {}): JsonObject =>
    kube("AuthorizationPolicy", "cart", { spec: { selector: labels("cart"), rules, ...more } }, "security.istio.io/v1");
  const caller = (name: string): JsonObject => ({ source: { principals: [`cluster.local/ns/shop/sa/${name}`] } });
  const rule = (callers: string[], ...paths: string[]): JsonObject => ({
    from: callers.map(caller),
    ...(paths.length === 0 ? {} : { to: [{ operation: { methods: ["GET"], paths } }] }),
  });
  const denyAll = kube("AuthorizationPolicy", "deny-all", { spec: {} }, "security.istio.io/v1");
  const cart = (rules: Json, more: JsonObject = {}): Given =>
    application([deployment("cart"), denyAll, policy(rules, more)]);

  const cases: [string, Given, Given, string[]][] = [
    [
      "another caller is low",
      cart([rule(["web"], "/a")]),
      cart([rule(["web", "order"], "/a")]),
      [
        "low: AuthorizationPolicy shop/cart now allows GET /a from cluster.local/ns/shop/sa/order; before: GET /a from cluster.local/ns/shop/sa/web",
      ],
    ],
    ["callers in other rules are the same", cart([rule(["web", "order"])]), cart([rule(["order"]), rule(["web"])]), []],
    ["a path of a pattern is none", cart([rule(["web"], "/a/*")]), cart([rule(["web"], "/a/b")]), []],
    [
      "another path",
      cart([rule(["web"], "/a")]),
      cart([rule(["web"], "/a", "/b")]),
      [expect.stringMatching(/^low: .* GET \/b from/)],
    ],
    [
      "any path",
      cart([rule(["web"], "/a")]),
      cart([rule(["web"])]),
      [expect.stringMatching(/^low: .* everything from/)],
    ],
    [
      "every service account of a namespace is medium",
      cart([rule(["web"])]),
      cart([{ from: [{ source: { namespaces: ["shop"] } }] }]),
      [expect.stringMatching(/^medium: .* from namespaces shop/)],
    ],
    [
      "a policy that is gone where another shuts everything is none",
      cart([rule(["web"])]),
      application([deployment("cart"), denyAll]),
      [],
    ],
    [
      "the last policy that is gone",
      application([deployment("cart"), denyAll]),
      application([deployment("cart")]),
      [
        "high: no authorization policy guards the pods of AuthorizationPolicy shop/deny-all any more: every call is allowed",
      ],
    ],
    [
      "a denial that is gone",
      cart([rule(["web"], "/admin")], { action: "DENY" }),
      application([deployment("cart"), denyAll]),
      [expect.stringMatching(/^high: AuthorizationPolicy shop\/cart no longer denies GET \/admin from/)],
    ],
    [
      "a denial that is wider is none",
      cart([rule(["web"], "/admin")], { action: "DENY" }),
      cart([rule(["web"], "/*")], { action: "DENY" }),
      [],
    ],
    ["a policy that comes with its pods is none", application([denyAll]), cart([rule(["web"])]), []],
  ];
  test.each(cases)("authorizes: %s", (_, before, after, expected) => {
    expect(said(networkOpened, before, after)).toEqual(expected);
  });

  const peers = (mode: string, more: JsonObject = {}): Given =>
    application([
      deployment("cart"),
      kube("PeerAuthentication", "default", { spec: { mtls: { mode }, ...more } }, "security.istio.io/v1"),
    ]);
  test.each<[string, Given, Given, string[]]>([
    [
      "plain text beside",
      peers("STRICT"),
      peers("PERMISSIVE"),
      ["high: PeerAuthentication shop/default has PERMISSIVE on every port where it was STRICT"],
    ],
    ["stricter is none", peers("PERMISSIVE"), peers("STRICT"), []],
    [
      "one port",
      peers("STRICT"),
      peers("STRICT", { portLevelMtls: { "8080": { mode: "DISABLE" } } }),
      ["high: PeerAuthentication shop/default has DISABLE on port 8080 where it was STRICT"],
    ],
    [
      "gone",
      peers("STRICT"),
      application([deployment("cart")]),
      ["high: PeerAuthentication shop/default is gone: its mode was STRICT"],
    ],
  ])("asks peers who they are: %s", (_, before, after, expected) => {
    expect(said(networkOpened, before, after)).toEqual(expected);
  });

  test("lets another host be called", () => {
    const entry = (...hosts: string[]): Given =>
      application([kube("ServiceEntry", "cart-egress", { spec: { hosts } })]);
    expect(said(networkOpened, entry("a.example"), entry("a.example", "b.example"))).toEqual([
      "low: ServiceEntry shop/cart-egress now lets b.example be called; before: a.example",
    ]);
  });
});

describe("what is in front of something", () => {
  const cluster = (endpoint: JsonObject): Resources => ({
    aws_eks_cluster: { cluster: { name: "shop", vpc_config: { endpoint_private_access: true, ...endpoint } } },
  });
  const open = (...cidrs: string[]): Resources =>
    cluster({ endpoint_public_access: true, ...(cidrs.length === 0 ? {} : { public_access_cidrs: cidrs }) });
  const bucket = { aws_s3_bucket: { b: { bucket: "b" } } };
  const block = (flags: JsonObject): Resources => ({
    ...bucket,
    aws_s3_bucket_public_access_block: { b: { bucket: "${aws_s3_bucket.b.id}", block_public_acls: true, ...flags } },
  });
  const firewall = (...rules: JsonObject[]): Resources => ({
    aws_wafv2_web_acl: { front: { name: "front", default_action: { allow: {} }, rule: rules } },
  });
  const limit = (requests: number, action = "block"): JsonObject => ({
    name: "limit",
    action: { [action]: {} },
    statement: { rate_based_statement: { limit: requests } },
  });
  const group = (override: string): JsonObject => ({
    name: "common",
    override_action: { [override]: {} },
    statement: { managed_rule_group_statement: { name: "common" } },
  });

  const cases: [string, Resources, Resources, string[]][] = [
    [
      "a cluster's API on the internet",
      cluster({ endpoint_public_access: false }),
      open(),
      ["high: aws_eks_cluster shop has its API reached from 0.0.0.0/0; before from inside only"],
    ],
    [
      "from more addresses",
      open("1.2.3.0/24"),
      open("1.2.3.0/24", "5.6.7.8/32"),
      [expect.stringMatching(/^high: .* from 1.2.3.0\/24, 5.6.7.8\/32; before from 1.2.3.0\/24$/)],
    ],
    ["from fewer is none", open(), open("1.2.3.0/24"), []],
    [
      "a bucket that may be public",
      block({}),
      block({ block_public_acls: false }),
      ["high: aws_s3_bucket_public_access_block.b has block_public_acls changed from true to false"],
    ],
    [
      "a block that is gone",
      block({}),
      bucket,
      ["high: aws_s3_bucket_public_access_block.b is gone: nothing keeps the bucket from being public"],
    ],
    [
      "a block that is gone with its bucket is none",
      { ...block({}), aws_kms_key: {} },
      { aws_sqs_queue: { q: {} } },
      [],
    ],
    [
      "a rule of a firewall that only counts",
      firewall(limit(2000)),
      firewall(limit(2000, "count")),
      ["medium: aws_wafv2_web_acl front has rule limit to count what it was to block"],
    ],
    [
      "a group of rules that only counts",
      firewall(group("none")),
      firewall(group("count")),
      ["medium: aws_wafv2_web_acl front has rule common to count what it was to block"],
    ],
    [
      "a rule that is gone",
      firewall(limit(2000), group("none")),
      firewall(group("none")),
      ["medium: aws_wafv2_web_acl front has no rule limit any more: it was to block"],
    ],
    [
      "a higher limit",
      firewall(limit(2000)),
      firewall(limit(9000)),
      ["medium: aws_wafv2_web_acl front has rule limit let through 9000 requests where it were 2000"],
    ],
    ["a lower limit is none", firewall(limit(2000)), firewall(limit(1000)), []],
    [
      "a distribution without firewall",
      { aws_cloudfront_distribution: { cdn: { web_acl_id: "${aws_wafv2_web_acl.front.arn}" } } },
      { aws_cloudfront_distribution: { cdn: { comment: "bare" } } },
      ["high: aws_cloudfront_distribution.cdn is no longer behind the firewall ${aws_wafv2_web_acl.front.arn}"],
    ],
    [
      "a database with a public address",
      { aws_rds_cluster_instance: { a: { identifier: "a", publicly_accessible: false } } },
      { aws_rds_cluster_instance: { a: { identifier: "a", publicly_accessible: true } } },
      ["high: aws_rds_cluster_instance.a has publicly_accessible changed from false to true"],
    ],
    [
      "public addresses by default",
      { aws_subnet: { a: { cidr_block: "10.0.0.0/24" } } },
      { aws_subnet: { a: { cidr_block: "10.0.0.0/24", map_public_ip_on_launch: true } } },
      ["medium: aws_subnet.a has map_public_ip_on_launch changed from nothing to true"],
    ],
    [
      "a route to the internet",
      { aws_route_table: { private: {} } },
      {
        aws_route_table: { private: {} },
        aws_route: {
          out: {
            route_table_id: "${aws_route_table.private.id}",
            destination_cidr_block: "0.0.0.0/0",
            gateway_id: "${aws_internet_gateway.igw.id}",
          },
        },
      },
      ["medium: aws_route.out now leads 0.0.0.0/0 to ${aws_internet_gateway.igw.id}; before: nowhere"],
    ],
  ];
  test.each(cases)("%s", (_, before, after, expected) => {
    expect(said(networkOpened, stack(before), stack(after))).toEqual(expected);
  });
});
