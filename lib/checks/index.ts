import type { Graph } from "../estate/graph.ts";
import type { Estate } from "../estate/index.ts";
import type { Deployments } from "../model/deployment.ts";
import { accountIds } from "./account-ids.ts";
import { addressRanges } from "./address-ranges.ts";
import { backends } from "./backends.ts";
import { contracts } from "./contracts.ts";
import { externalSecrets } from "./external-secrets.ts";
import type { Finding } from "./finding.ts";
import { hosts } from "./hosts.ts";
import { permissions } from "./permissions.ts";
import { podIdentities } from "./pod-identities.ts";
import { reAuthentication } from "./re-authentication.ts";
import { reachability } from "./reachability.ts";
import { wafCapacity } from "./waf-capacity.ts";
import { wafOrder } from "./waf-order.ts";

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
  ...wafCapacity(graph),
  ...wafOrder(graph),
  ...accountIds(estate),
  ...(deployments === undefined
    ? []
    : [...permissions(graph, estate, deployments), ...reAuthentication(graph, deployments)]),
];
