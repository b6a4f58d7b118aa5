export type { Blueprint, BlueprintInput, ForkInput, Overrides } from "./model/blueprint.ts";
export { blueprint, fork } from "./model/blueprint.ts";
export type { LayerSettings } from "./model/layers.ts";
export {
  cache,
  document,
  graph,
  keyValue,
  object,
  relational,
  search,
  timeSeries,
  wideColumn,
} from "./model/stores.ts";
export { eventStream, fanOut, queue, topic } from "./model/streams.ts";
export { accounts } from "./model/workspace.ts";
