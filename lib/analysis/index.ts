import type { Analysis } from "./analysis.ts";
import { capacity } from "./capacity.ts";
import { ddosMatrix, ddosProtocols } from "./ddos-matrix.ts";
import { botSignals, firewallCategories } from "./firewall-categories.ts";
import { identityProtocols } from "./identity-protocols.ts";
import { latencyBudget } from "./latency-budget.ts";
import { layers } from "./layers.ts";
import { signIn } from "./sign-in.ts";
import { storedData } from "./stored-data.ts";

/** Every question that can be asked of an output. */
export const ANALYSES: readonly Analysis[] = [
  layers,
  capacity,
  latencyBudget,
  storedData,
  ddosMatrix,
  ddosProtocols,
  firewallCategories,
  botSignals,
  identityProtocols,
  signIn,
];
