import { countsEveryAddress } from "../estate/firewall.ts";
import type { Graph } from "../estate/graph.ts";
import { at, list, text } from "../estate/json.ts";
import type { Node } from "../estate/node.ts";
import type { Analysis } from "./analysis.ts";

/** Who defends: something in the output, found there, or the provider, to which there is nothing to say. */
type Defence = { readonly name: string; readonly find: (graph: Graph) => readonly string[] } | ProviderSide;
interface ProviderSide {
  readonly name: string;
  readonly provider: true;
}

/** What stands where nothing in the output defends. */
export const PROVIDER_SIDE = "provider-side";
export const NOTHING = "nothing";

const provider = (name: string): ProviderSide => ({ name, provider: true });
const where = ({ unit, address }: Node): string => `${unit} ${address}`;
const resource = (name: string, type: string, wanted: (node: Node) => boolean = () => true): Defence => ({
  name,
  find: (graph) => graph.ofType("resource", type).filter(wanted).map(where),
});
const object = (name: string, kind: string, wanted: (node: Node) => boolean): Defence => ({
  name,
  find: (graph) => graph.ofType("object", kind).filter(wanted).map(where),
});
/** Rules of the firewall that something is true of. */
const rule = (name: string, wanted: (rule: unknown) => boolean): Defence => ({
  name,
  find: (graph) =>
    graph.ofType("resource", "aws_wafv2_web_acl").flatMap((acl) =>
      list(acl.body["rule"])
        .filter(wanted)
        .map((one) => `${where(acl)} ${text(at(one, "name")) ?? ""}`),
    ),
});
const group =
  (name: string) =>
  (one: unknown): boolean =>
    at(one, "statement", "managed_rule_group_statement", "name") === name;

const ANYCAST = resource("anycast absorption", "aws_cloudfront_distribution", ({ layer }) => layer === "edge");
const SCRUBBING = resource("scrubbing centres", "aws_shield_protection");
const NAMES = resource("name servers that answer from everywhere", "aws_route53_zone");
const IDLE = resource("idle timeout tuning", "aws_cloudfront_distribution", ({ body }) =>
  list(body["origin"]).some((origin) => at(origin, "custom_origin_config", "origin_read_timeout") !== undefined),
);
const HEALTH = resource("LB health and back-pressure", "aws_route53_health_check");
const CONNECTIONS = object(
  "TCP connection limits",
  "DestinationRule",
  ({ body }) => at(body, "spec", "trafficPolicy", "connectionPool", "tcp", "maxConnections") !== undefined,
);
const BUCKET = rule("token bucket per client", countsEveryAddress);
const CHALLENGE = rule("JS challenge", (one) => at(one, "action", "challenge") !== undefined);
const CAPTCHA = rule("CAPTCHA escalation", (one) => at(one, "action", "captcha") !== undefined);
const SCORE = rule("ML bot score threshold", group("AWSManagedRulesBotControlRuleSet"));
const LOGIN = rule("watched logins", group("AWSManagedRulesATPRuleSet"));
const BLACKHOLE = provider("RTBH blackhole");
const FLOWSPEC = provider("BGP Flowspec");
const COOKIES = provider("SYN cookies");
const PER_SOURCE = provider("per-source TCP connection limits");

/** Catalogue: edge.ddos-matrix.table, edge.ddos.attack-types. */
const MATRIX: readonly {
  readonly tier: string;
  readonly attacks: Readonly<Record<string, readonly Defence[]>>;
}[] = [
  {
    tier: "volumetric L3/L4",
    attacks: {
      "UDP flood": [ANYCAST, SCRUBBING, BLACKHOLE, FLOWSPEC],
      "ICMP flood": [ANYCAST, SCRUBBING, BLACKHOLE, FLOWSPEC],
      "DNS amplification": [NAMES, SCRUBBING, FLOWSPEC],
      "NTP reflection": [ANYCAST, SCRUBBING, FLOWSPEC],
    },
  },
  {
    tier: "protocol L4",
    attacks: {
      "SYN flood": [COOKIES, SCRUBBING],
      "ACK flood": [PER_SOURCE, SCRUBBING],
      "TCP exhaustion": [PER_SOURCE, CONNECTIONS, HEALTH],
      Slowloris: [ANYCAST, IDLE, HEALTH],
    },
  },
  {
    tier: "application L7",
    attacks: {
      "HTTP flood": [BUCKET, CHALLENGE],
      "credential stuffing": [LOGIN, CAPTCHA],
      "web scraping": [SCORE, CHALLENGE],
      "API abuse": [BUCKET, SCORE, CAPTCHA],
    },
  },
];

/** Which attack is met by what: a place in the output, or the provider. Several places are counted, the first is named. */
export const ddosMatrix: Analysis = {
  id: "ddos",
  title: "Floods, and what meets them",
  of: ({ graph }) => ({
    columns: ["tier", "attack", "control", "address"],
    rows: MATRIX.flatMap(({ tier, attacks }) =>
      Object.entries(attacks).flatMap(([attack, defences]) =>
        defences.map((defence) => [tier, attack, defence.name, addressOf(graph, defence)]),
      ),
    ),
    notes: [
      "Detection in 1 s, mitigation in 3 s, 10 Tbps, 1M packets a second and 99.9 % accuracy are figures of the provider; its metric of an attack has a resolution of one minute.",
      "The gateways' network load balancers have Shield Standard: their addresses are the provider's, and only addresses of one's own can be protected with Shield Advanced.",
      "Scrubbing centres take what every account has for nothing; the address is where Shield Advanced adds to it.",
    ],
  }),
};

function addressOf(graph: Graph, defence: Defence): string {
  if ("provider" in defence) return PROVIDER_SIDE;
  const [first, ...more] = defence.find(graph);
  if (first === undefined) return NOTHING;
  return more.length === 0 ? first : `${first} and ${more.length} more`;
}

/** What is let in from the internet, by protocol, and what is not. Catalogue: edge.ddos.protocols. */
export const ddosProtocols: Analysis = {
  id: "protocols",
  title: "Protocols that the internet reaches",
  of: ({ graph }) => {
    const [distribution] = graph
      .ofType("resource", "aws_cloudfront_distribution")
      .filter(({ layer }) => layer === "edge");
    const [zone] = graph.ofType("resource", "aws_route53_zone");
    const [gateway] = graph.ofType("object", "Gateway");
    const served = (node: Node | undefined): string =>
      node === undefined ? "out of scope: nothing listens" : where(node);
    const quic = String(distribution?.body["http_version"] ?? "").endsWith("3");
    return {
      columns: ["protocol", "served by"],
      rows: [
        ["TCP", served(distribution ?? gateway)],
        ["UDP", served(quic ? distribution : undefined)],
        ["HTTP/S", served(distribution ?? gateway)],
        ["DNS", served(zone)],
        ["ICMP", "out of scope: the provider answers for its own addresses"],
        ["GRE", "out of scope: nothing listens"],
      ],
    };
  },
};
