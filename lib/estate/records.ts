import { at, type Fields, object, parsed, text, texts } from "./json.ts";

const RECORDS = "external-dns.alpha.kubernetes.io/hostname";

/** Hosts for which an object asks external-dns for records, itself or as options from which a gateway's service is made. */
export function hostsWithRecords(of: Fields): readonly string[] {
  const options = of["kind"] === "ConfigMap" ? texts(Object.values(object(of["data"]))).map(parsed) : [];
  return [of, ...options].flatMap((one) => (text(at(one, "metadata", "annotations", RECORDS)) ?? "").split(","));
}
