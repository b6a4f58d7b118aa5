import type { Rule } from "../risk.ts";
import { encryptionWeakened } from "./encryption-weakened.ts";
import { iamWidened } from "./iam-widened.ts";
import { networkOpened } from "./network-opened.ts";
import { protectionWeakened } from "./protection-weakened.ts";
import { publicWithoutAuthentication } from "./public-without-authentication.ts";
import { retentionShortened } from "./retention-shortened.ts";
import { scalingCut } from "./scaling-cut.ts";
import { statefulDestroyed } from "./stateful-destroyed.ts";
import { statefulReplaced } from "./stateful-replaced.ts";

/** Every rule, in the order in which risks are told. */
export const RULES: readonly Rule[] = [
  statefulDestroyed,
  statefulReplaced,
  iamWidened,
  networkOpened,
  publicWithoutAuthentication,
  protectionWeakened,
  encryptionWeakened,
  retentionShortened,
  scalingCut,
];
