import { type Estate, type Region, regionsOf, sharing } from "../estate/index.ts";
import { at, list, text, texts } from "../estate/json.ts";
import { type KubernetesObject, nameOf } from "../estate/objects.ts";
import { hostsWithRecords } from "../estate/records.ts";
import { type Resource, resourcesOf } from "../estate/stacks.ts";
import { error, type Finding } from "./finding.ts";

/** Every host of a route has a listener that takes it, a certificate that covers it, and a record that leads to it. */
export function hosts(estate: Estate): Finding[] {
  const zones = namesOf(estate, "aws_route53_zone");
  const records = namesOf(estate, "aws_route53_record", ({ body }) => /^(?:A|AAAA|CNAME)$/.test(String(body["type"])));
  const regions = regionsOf(estate);
  return regions.flatMap((here): Finding[] => {
    // A product on another's platform comes in through the platform's gateway.
    const objects = sharing(regions, here).flatMap(objectsOf);
    const published = new Set(objects.flatMap(hostsWithRecords));
    return here.applications.flatMap(({ path, objects: own }) =>
      own
        .filter(({ kind }) => kind === "HTTPRoute")
        .flatMap((route) =>
          texts(at(route, "spec", "hostnames")).flatMap((host): Finding[] => {
            const report = (code: string, summary: string): Finding => error(code, path, summary, nameOf(route));
            const listeners = listenersOf(route, objects).filter(({ hostname }) => covers(hostname, host, true));
            if (listeners.length === 0)
              return [report("host-without-listener", `no listener that the route names takes ${host}`)];
            const problems: Finding[] = [];
            if (!listeners.some(({ dnsNames }) => dnsNames.some((name) => covers(name, host, false))))
              problems.push(report("host-without-certificate", `no certificate of its listeners covers ${host}`));
            if (!zones.some((zone) => host === zone || host.endsWith(`.${zone}`)))
              problems.push(report("host-without-zone", `no stack makes a zone for ${host}`));
            else if (!records.includes(host) && !published.has(host))
              problems.push(
                report("host-without-record", `neither a stack nor external-dns makes a record for ${host}`),
              );
            return problems;
          }),
        ),
    );
  });
}

const objectsOf = ({ applications }: Region): readonly KubernetesObject[] =>
  applications.flatMap(({ objects }) => objects);

const namesOf = ({ stacks }: Estate, type: string, wanted: (one: Resource) => boolean = () => true): string[] =>
  stacks.flatMap((stack) =>
    resourcesOf(stack, type)
      .filter(wanted)
      .flatMap(({ body }) => text(body["name"]) ?? []),
  );

interface Listener {
  readonly hostname: string;
  readonly dnsNames: readonly string[];
}

/** The listeners that a route is attached to, with the names of their certificates. */
function listenersOf(route: KubernetesObject, objects: readonly KubernetesObject[]): Listener[] {
  return list(at(route, "spec", "parentRefs")).flatMap((parent) => {
    const namespace = text(at(parent, "namespace")) ?? route.metadata.namespace;
    const section = text(at(parent, "sectionName"));
    const gateway = objects.find(
      ({ kind, metadata }) =>
        kind === "Gateway" && metadata.namespace === namespace && metadata.name === at(parent, "name"),
    );
    return list(at(gateway, "spec", "listeners"))
      .filter((listener) => section === undefined || at(listener, "name") === section)
      .map((listener) => {
        const secrets = list(at(listener, "tls", "certificateRefs")).map((one) => at(one, "name"));
        return {
          hostname: text(at(listener, "hostname")) ?? "*",
          dnsNames: objects
            .filter(
              ({ kind, metadata, spec }) =>
                kind === "Certificate" && metadata.namespace === namespace && secrets.includes(at(spec, "secretName")),
            )
            .flatMap((certificate) => texts(at(certificate, "spec", "dnsNames"))),
        };
      });
  });
}

/** Whether a name, perhaps with a wildcard in front, covers a host. @param deep whether a wildcard stands for several labels, as a listener's does and a certificate's does not */
function covers(name: string, host: string, deep: boolean): boolean {
  if (name === host || name === "*") return true;
  if (!name.startsWith("*.")) return false;
  const end = name.slice(1);
  const label = host.slice(0, -end.length);
  return host.endsWith(end) && label !== "" && (deep || !label.includes("."));
}
