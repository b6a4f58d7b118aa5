import type { Analysis } from "./analysis.ts";
import { breakerScope, breakerStates } from "./breakers.ts";
import { capacity } from "./capacity.ts";
import { clientBackends } from "./client-backends.ts";
import { clientFlow } from "./client-flow.ts";
import { clientProtocols } from "./client-protocols.ts";
import { ddosMatrix, ddosProtocols } from "./ddos-matrix.ts";
import { edgeCompliance } from "./edge-compliance.ts";
import { edgeLocations } from "./edge-locations.ts";
import { edgeObjectives, inspectedProtocols } from "./edge-objectives.ts";
import { botSignals, firewallCategories } from "./firewall-categories.ts";
import { identityProtocols } from "./identity-protocols.ts";
import { ingressFigures, ingressStandards } from "./ingress-figures.ts";
import { latencyBudget } from "./latency-budget.ts";
import { layers } from "./layers.ts";
import { requestPath } from "./request-path.ts";
import { routingTable } from "./routing-table.ts";
import { signIn } from "./sign-in.ts";
import { storedData } from "./stored-data.ts";

/** Every question that can be asked of an output: the whole, then clients, edge and ingress. */
export const ANALYSES: readonly Analysis[] = [
  layers,
  capacity,
  latencyBudget,
  storedData,
  clientFlow,
  clientProtocols,
  clientBackends,
  identityProtocols,
  signIn,
  ddosMatrix,
  ddosProtocols,
  firewallCategories,
  botSignals,
  edgeLocations,
  edgeObjectives,
  edgeCompliance,
  inspectedProtocols,
  requestPath,
  routingTable,
  breakerStates,
  breakerScope,
  ingressFigures,
  ingressStandards,
];
