import {
  KubeNetworkPolicy,
  type NetworkPolicyEgressRule,
  type NetworkPolicyIngressRule,
} from "cdk8s-plus-34/lib/imports/k8s.js";
import { Construct } from "constructs";
import { namespaceOf, type Place } from "../../model/place.ts";
import type { ResolvedService } from "../../model/resolved.ts";
import { routesTo } from "../../model/routes.ts";
import { usesProfiles } from "../analytics/contract.ts";
import { asksAws, isSandbox } from "../client/contract.ts";
import { encodes } from "../common/encodes.ts";
import { LIFELINES, namespacePeer, podPeer, port, TO_INTERNET, watchers } from "../common/pod-network.ts";
import { portOf as storePort } from "../data/contract.ts";
import { portOf as streamPort } from "../streaming/contract.ts";
import { callersOf, egressOf } from "./contract.ts";
import { QUERY_CACHE_PORT, queryCacheOf } from "./query-cache-names.ts";
import { selectorOf } from "./selector.ts";

/** Denies everything in a namespace that no other policy allows, and allows what every pod needs. */
export class NamespacePolicies extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { place, namespace }: { readonly place: Place; readonly namespace: string },
  ) {
    super(scope, id);
    const deny = new KubeNetworkPolicy(this, "default-deny", {
      metadata: { name: "default-deny", namespace },
      spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
    });
    new KubeNetworkPolicy(this, "lifelines", {
      metadata: { name: "lifelines", namespace },
      spec: { podSelector: {}, policyTypes: ["Egress"], egress: [...LIFELINES] },
    });
    encodes("security.zerotrust.netpol", deny);
    if (isSandbox(place, namespace)) encodes("client.partner-api.portal", deny);
  }
}

export interface ServicePolicyProps {
  readonly place: Place;
  readonly name: string;
  readonly service: ResolvedService;
}

/** Who may reach a service's pods, and whom they may reach: what `uses`, `routes` and `egress` say and nothing else. */
export class ServicePolicy extends Construct {
  constructor(scope: Construct, id: string, { place, name, service }: ServicePolicyProps) {
    super(scope, id);
    new KubeNetworkPolicy(this, "Resource", {
      metadata: { name, namespace: namespaceOf(place, name) },
      spec: {
        podSelector: { matchLabels: selectorOf(name) },
        policyTypes: ["Ingress", "Egress"],
        ingress: ingressRules(place, name, service),
        egress: egressRules(place, name, service),
      },
    });
  }
}

function ingressRules(place: Place, name: string, service: ResolvedService): NetworkPolicyIngressRule[] {
  const callers = callersOf(place, name).map((caller) => podPeer(namespaceOf(place, caller), selectorOf(caller)));
  const gateway = routesTo(place.blueprint, name).length > 0 ? [namespacePeer("istio-ingress")] : [];
  const from = [...callers, ...gateway];
  return [...(from.length === 0 ? [] : [{ from, ports: [port(service.port)] }]), ...watchers(place)];
}

/** Where something is outside, what `egress` names is among it; the mesh checks the host. */
function egressRules(place: Place, name: string, service: ResolvedService): NetworkPolicyEgressRule[] {
  const inside = new Set<number>();
  let outside = egressOf(service).length > 0 || usesProfiles(place, name) || asksAws(place, name);
  const services: NetworkPolicyEgressRule[] =
    service.graphql?.cache === undefined
      ? []
      : [{ to: [{ podSelector: { matchLabels: selectorOf(queryCacheOf(name)) } }], ports: [port(QUERY_CACHE_PORT)] }];
  for (const target of Object.keys(service.uses)) {
    const store = place.blueprint.data[target];
    const stream = place.blueprint.streams[target];
    const callee = place.blueprint.services[target];
    if (callee !== undefined) {
      services.push({ to: [podPeer(namespaceOf(place, target), selectorOf(target))], ports: [port(callee.port)] });
      continue;
    }
    const number = store === undefined ? stream && streamPort(stream) : storePort(store);
    if (number === undefined) outside = true;
    else inside.add(number);
  }
  return [
    ...services,
    ...(inside.size === 0
      ? []
      : [
          {
            to: [{ ipBlock: { cidr: place.network } }],
            ports: [...inside].sort((a, b) => a - b).map((number) => port(number)),
          },
        ]),
    ...(outside ? [TO_INTERNET, { to: [{ ipBlock: { cidr: place.network } }], ports: [port(443)] }] : []),
  ];
}
