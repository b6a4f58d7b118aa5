import { nameOf, namespaceOf, parentsOf } from "../estate/cluster-edges.ts";
import type { Graph } from "../estate/graph.ts";
import { at, list, text, texts } from "../estate/json.ts";
import type { Node } from "../estate/node.ts";
import { hostsOfRecord } from "../estate/records.ts";
import { errorAt, type Finding } from "./finding.ts";

/** Every host of a route has a listener that takes it, a certificate that covers it, and a record that leads to it. */
export function hosts(graph: Graph): Finding[] {
  const zones = graph.ofType("resource", "aws_route53_zone").flatMap(({ body }) => texts(body["name"]));
  const records = new Set(graph.ofType("resource", "aws_route53_record").flatMap(hostsOfRecord));
  const routes = [...graph.ofType("object", "HTTPRoute"), ...graph.ofType("object", "GRPCRoute")];
  return routes.flatMap((route) => {
    const listeners = listenersOf(graph, route);
    return texts(at(route.body, "spec", "hostnames")).flatMap((host): Finding[] => {
      const report = (code: string, summary: string): Finding => errorAt(route, code, summary);
      const taking = listeners.filter(({ hostname }) => covers(hostname, host, true));
      if (taking.length === 0)
        return [report("host-without-listener", `no listener that the route names takes ${host}`)];
      const problems: Finding[] = [];
      if (!taking.some(({ dnsNames }) => dnsNames.some((name) => covers(name, host, false))))
        problems.push(report("host-without-certificate", `no certificate of its listeners covers ${host}`));
      if (!zones.some((zone) => host === zone || host.endsWith(`.${zone}`)))
        problems.push(report("host-without-zone", `no stack makes a zone for ${host}`));
      else if (!records.has(host)) problems.push(report("host-without-record", `no stack makes a record for ${host}`));
      return problems;
    });
  });
}

interface Listener {
  readonly hostname: string;
  readonly dnsNames: readonly string[];
}

/** The listeners that a route is attached to, with the names of their certificates. */
function listenersOf(graph: Graph, route: Node): Listener[] {
  return graph.targetsOf(route.id, "route", "Gateway").flatMap((gateway) => {
    const parents = parentsOf(route).filter(
      ({ name, namespace }) => name === nameOf(gateway) && namespace === namespaceOf(gateway),
    );
    const certificates = graph.targetsOf(gateway.id, "mount", "Certificate");
    return list(at(gateway.body, "spec", "listeners"))
      .filter((listener) => parents.some(({ section }) => section === undefined || section === at(listener, "name")))
      .map((listener) => {
        const secrets = list(at(listener, "tls", "certificateRefs")).map((one) => at(one, "name"));
        return {
          hostname: text(at(listener, "hostname")) ?? "*",
          dnsNames: certificates
            .filter(({ body }) => secrets.includes(at(body, "spec", "secretName")))
            .flatMap(({ body }) => texts(at(body, "spec", "dnsNames"))),
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
