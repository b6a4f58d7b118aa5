import { analytics } from "../layers/analytics/index.ts";
import { client } from "../layers/client/index.ts";
import type { Layer } from "../layers/common/layer.ts";
import { data } from "../layers/data/index.ts";
import { delivery } from "../layers/delivery/index.ts";
import { edge } from "../layers/edge/index.ts";
import { foundation } from "../layers/foundation/index.ts";
import { ingress } from "../layers/ingress/index.ts";
import { mesh } from "../layers/mesh/index.ts";
import { observability } from "../layers/observability/index.ts";
import { security } from "../layers/security/index.ts";
import { streaming } from "../layers/streaming/index.ts";

/** The layers that do something, in reference order. */
export const layers: readonly Layer[] = [
  foundation,
  client,
  edge,
  ingress,
  mesh,
  streaming,
  data,
  analytics,
  observability,
  delivery,
  security,
];
