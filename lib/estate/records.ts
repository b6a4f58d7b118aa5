import { at, list, texts } from "./json.ts";
import type { Node } from "./node.ts";

/** Hosts that a record of a stack leads on from. */
export const hostsOfRecord = ({ type, body }: Node): readonly string[] =>
  type === "aws_route53_record" && /^(?:A|AAAA|CNAME)$/.test(String(body["type"])) ? texts(body["name"]) : [];

/** Hosts that a gateway listens to. */
export const hostsListenedBy = ({ type, body }: Node): readonly string[] =>
  type === "Gateway" ? list(at(body, "spec", "listeners")).flatMap((one) => texts(at(one, "hostname"))) : [];

/** Hosts under which a route is taken. */
export const hostsRoutedBy = ({ type, body }: Node): readonly string[] =>
  type === "HTTPRoute" || type === "GRPCRoute" ? texts(at(body, "spec", "hostnames")) : [];
