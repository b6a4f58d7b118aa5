import type { Rule } from "../risk.ts";
import { apiVersionRemoved } from "./api-version-removed.ts";
import { encryptionWeakened } from "./encryption-weakened.ts";
import { iamWidened } from "./iam-widened.ts";
import { networkOpened } from "./network-opened.ts";
import { objectRecreated } from "./object-recreated.ts";
import { objectiveLowered } from "./objective-lowered.ts";
import { protectionWeakened } from "./protection-weakened.ts";
import { publicWithoutAuthentication } from "./public-without-authentication.ts";
import { redundancyBelowFloor } from "./redundancy-below-floor.ts";
import { regionLost } from "./region-lost.ts";
import { retentionShortened } from "./retention-shortened.ts";
import { scalingCut } from "./scaling-cut.ts";
import { statefulDestroyed } from "./stateful-destroyed.ts";
import { statefulReplaced } from "./stateful-replaced.ts";

/** Every rule, in the order in which risks are told. */
export const RULES: readonly Rule[] = [
  statefulDestroyed,
  statefulReplaced,
  regionLost,
  iamWidened,
  publicWithoutAuthentication,
  networkOpened,
  protectionWeakened,
  encryptionWeakened,
  retentionShortened,
  redundancyBelowFloor,
  scalingCut,
  objectRecreated,
  apiVersionRemoved,
  objectiveLowered,
];
