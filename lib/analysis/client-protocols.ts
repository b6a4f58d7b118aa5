import { at, list, text, texts } from "../estate/json.ts";
import type { Node } from "../estate/node.ts";
import { CLIENT_KINDS } from "../model/client-kinds.ts";
import { matchOf } from "../model/routes.ts";
import type { Analysis, Subject, Table } from "./analysis.ts";
import { ownNodes } from "./own-nodes.ts";

/** Where the output has nothing that speaks a family. */
export const UNSPOKEN = "nothing";

interface Family {
  readonly name: string;
  /** As the kinds of clients name what of it they speak. */
  readonly protocols: readonly string[];
  readonly style: string;
  /** Listeners and routes of an output that speak it. */
  readonly served: (subject: Subject) => readonly Node[];
}

/** The families of protocols between clients and services. Catalogue: client.protocols.table. */
const FAMILIES: readonly Family[] = [
  {
    name: "REST / HTTPS",
    protocols: ["HTTPS", "REST"],
    style: "request-response",
    served: (subject) => routesWith(subject, "http"),
  },
  {
    name: "WebSocket / SSE",
    protocols: ["WebSocket"],
    style: "full-duplex",
    served: (subject) => routesWith(subject, "websocket"),
  },
  {
    name: "gRPC / HTTP/2",
    protocols: ["gRPC"],
    style: "service-to-service",
    served: (subject) => [
      ...ownNodes(subject, "object", "GRPCRoute"),
      ...ownNodes(subject, "object", "Service").filter(({ body }) =>
        list(at(body, "spec", "ports")).some((port) => at(port, "appProtocol") === "grpc"),
      ),
    ],
  },
  {
    name: "GraphQL",
    protocols: ["GraphQL"],
    style: "query language",
    served: (subject) => routesWith(subject, "graphql"),
  },
  {
    name: "MQTT / CoAP",
    protocols: ["MQTT", "CoAP"],
    style: "IoT telemetry",
    served: (subject) => ownNodes(subject, "resource", "aws_iot_domain_configuration"),
  },
  {
    name: "WebRTC / QUIC",
    protocols: ["WebRTC", "HTTP/3"],
    style: "peer-to-peer",
    served: (subject) => [
      ...ownNodes(subject, "resource", "aws_lb_listener").filter(({ body }) => text(body["protocol"])?.includes("UDP")),
      ...ownNodes(subject, "resource", "aws_cloudfront_distribution").filter(({ body }) =>
        text(body["http_version"])?.includes("3"),
      ),
    ],
  },
];

/** What clients speak, which kinds of the product's clients speak it, and the listener or route that answers. */
export const clientProtocols: Analysis = {
  id: "client-protocols",
  title: "Protocols between clients and services",
  of: (subject: Subject): Table => ({
    columns: ["protocol", "style", "spoken by", "answered by"],
    rows: FAMILIES.map(({ name, protocols, style, served }) => {
      const [answer, ...others] = served(subject);
      const more = others.length === 0 ? "" : ` and ${others.length} more`;
      return [name, style, speakers(subject, protocols), answer === undefined ? UNSPOKEN : `${answer.address}${more}`];
    }),
    notes: [
      "the broker of AWS speaks MQTT with QoS 0 and 1; QoS 2, CoAP and AMQP need a broker of one's own",
      "pushes, webhooks and Bluetooth go from the product, or past it: they have no listener",
    ],
  }),
};

/** Clients of the blueprint whose kind speaks one of the protocols. */
function speakers({ deployment }: Subject, protocols: readonly string[]): string {
  const apps = Object.entries(deployment.primary.blueprint.layers.client.apps);
  return apps
    .flatMap(([name, { kind }]) => {
      const spoken: readonly string[] = CLIENT_KINDS[kind].protocols;
      return spoken.some((one) => protocols.includes(one)) ? [name] : [];
    })
    .join(", ");
}

/** Routes of the output that a route of the blueprint with a protocol has become. */
function routesWith(subject: Subject, protocol: "http" | "websocket" | "graphql"): readonly Node[] {
  const { services } = subject.deployment.primary.blueprint;
  const wanted = Object.entries(services).flatMap(([service, { routes }]) =>
    routes.filter((route) => route.protocol === protocol).map((route) => `${service} ${matchOf(route.path).value}`),
  );
  return ownNodes(subject, "object", "HTTPRoute").filter(({ body }) =>
    list(at(body, "spec", "rules")).some((rule) =>
      list(at(rule, "backendRefs"))
        .flatMap((ref) => texts(at(ref, "name")))
        .some((service) =>
          list(at(rule, "matches"))
            .flatMap((match) => texts(at(match, "path", "value")))
            .some((path) => wanted.includes(`${service} ${path}`)),
        ),
    ),
  );
}
