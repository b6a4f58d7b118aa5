import type { Graph } from "../estate/graph.ts";
import type { Estate } from "../estate/index.ts";
import type { Deployment, Deployments } from "../model/deployment.ts";
import { accountIds } from "./account-ids.ts";
import { addressRanges } from "./address-ranges.ts";
import { backends } from "./backends.ts";
import { contracts } from "./contracts.ts";
import { edgeFunctions } from "./edge-functions.ts";
import { encryption } from "./encryption.ts";
import { externalSecrets } from "./external-secrets.ts";
import type { Finding } from "./finding.ts";
import { handoffs } from "./handoffs.ts";
import { hosts } from "./hosts.ts";
import { origins } from "./origins.ts";
import { owners } from "./owners.ts";
import { permissions } from "./permissions.ts";
import { podIdentities } from "./pod-identities.ts";
import { promisedRegions } from "./promised-regions.ts";
import { reAuthentication } from "./re-authentication.ts";
import { reachability } from "./reachability.ts";
import { regionParity } from "./region-parity.ts";
import { sessions } from "./sessions.ts";
import { recordTtl } from "./ttl.ts";
import { wafCapacity } from "./waf-capacity.ts";
import { wafOrder } from "./waf-order.ts";
import { zeroTrust } from "./zero-trust.ts";

/**
 * Runs every check. @param graph of the estate @param deployments what the output was made from; without it only what the
 * output itself shows is checked
 */
export const check = (graph: Graph, estate: Estate, deployments?: Deployments): Finding[] => [
  ...backends(estate),
  ...contracts(graph),
  ...addressRanges(estate),
  ...podIdentities(graph),
  ...externalSecrets(graph),
  ...hosts(graph),
  ...reachability(graph, estate),
  ...zeroTrust(graph),
  ...handoffs(graph),
  ...encryption(graph),
  ...wafCapacity(graph),
  ...wafOrder(graph),
  ...recordTtl(graph),
  ...edgeFunctions(graph),
  ...origins(graph),
  ...sessions(graph),
  ...accountIds(estate),
  ...(deployments === undefined
    ? []
    : [
        ...permissions(graph, estate, deployments),
        ...reAuthentication(graph, deployments),
        ...declared(presentIn(estate, deployments), estate),
      ]),
];

/** What the blueprints themselves say that cannot be meant. */
const declared = (deployments: readonly Deployment[], estate: Estate): Finding[] => [
  ...regionParity(estate, deployments),
  ...owners(deployments),
  ...promisedRegions(deployments),
];

/** The deployments of which the estate has something: an output may be of a part of the workspace. */
function presentIn({ stacks }: Estate, { all }: Deployments): readonly Deployment[] {
  const present = new Set(stacks.map(({ blueprint, environment }) => `${blueprint}/${environment}`));
  return all.filter(({ name, environment }) => present.has(`${name}/${environment}`));
}
