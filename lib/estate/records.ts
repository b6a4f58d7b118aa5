import { at, list, object, parsed, text, texts } from "./json.ts";
import type { Node } from "./node.ts";

const HOSTNAME = "external-dns.alpha.kubernetes.io/hostname";

/** Hosts that a record of a stack leads on from. */
export const hostsOfRecord = ({ type, body }: Node): readonly string[] =>
  type === "aws_route53_record" && /^(?:A|AAAA|CNAME)$/.test(String(body["type"])) ? texts(body["name"]) : [];

/** Hosts for which an object asks external-dns for records, itself or as options from which a gateway's service is made. */
export function hostsPublishedBy({ type, body }: Node): string[] {
  const options = type === "ConfigMap" ? texts(Object.values(object(body["data"]))).map(parsed) : [];
  return [body, ...options]
    .flatMap((one) => (text(at(one, "metadata", "annotations", HOSTNAME)) ?? "").split(","))
    .filter((host) => host !== "");
}

/** Hosts that a gateway listens to. */
export const hostsListenedBy = ({ type, body }: Node): readonly string[] =>
  type === "Gateway" ? list(at(body, "spec", "listeners")).flatMap((one) => texts(at(one, "hostname"))) : [];
