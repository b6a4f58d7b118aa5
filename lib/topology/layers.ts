import type { Layer } from "../layers/common/layer.ts";
import { foundation } from "../layers/foundation/index.ts";
import { security } from "../layers/security/index.ts";

/** The layers that do something, in reference order. */
export const layers: readonly Layer[] = [foundation, security];
