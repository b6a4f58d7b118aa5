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
import { reachability } from "./reachability.ts";

/** What is checked about an output, and nothing else. */
const CHECKS: readonly ((estate: Estate) => readonly Finding[])[] = [
  backends,
  contracts,
  addressRanges,
  podIdentities,
  externalSecrets,
  hosts,
  reachability,
  accountIds,
];

/** What is checked about an output that has been made from blueprints. */
const INTENT_CHECKS: readonly ((estate: Estate, deployments: Deployments) => readonly Finding[])[] = [permissions];

/** Runs every check. @param deployments what the output was made from; without it only what the output itself shows is checked */
export const check = (estate: Estate, deployments?: Deployments): Finding[] => [
  ...CHECKS.flatMap((one) => one(estate)),
  ...(deployments === undefined ? [] : INTENT_CHECKS.flatMap((one) => one(estate, deployments))),
];
