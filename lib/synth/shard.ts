import { crc32 } from "node:zlib";

/** What one machine of several synthesizes. Which units it has follows from their names, so that machines need not talk. */
export interface Shard {
  /** From 1. */
  readonly number: number;
  readonly of: number;
}

/** Folder of what each shard says of its files, until they are sealed together. */
export const SHARDS = "dist/shards";

export const shardName = ({ number, of }: Shard): string => `${number}-of-${of}`;

/** The file in which a shard says what it consists of. */
export const shardFile = (shard: Shard): string => `${SHARDS}/${shardName(shard)}.json`;

/** Whether a shard has a unit. @param name of a stack, path of an application */
export const hasUnit = ({ number, of }: Shard, name: string): boolean => crc32(name) % of === number - 1;

/** Whether a shard has what follows from the workspace as a whole. */
export const hasRest = ({ number }: Shard): boolean => number === 1;

/** Whether a shard has a file of the output. */
export function hasFile(shard: Shard, path: string): boolean {
  // Units keep their files in a folder of their own, with nothing below it.
  const unit = /^(?:cdktf\.out\/stacks|dist\/kubernetes)\/(.+)\/[^/]+$/.exec(path)?.[1];
  return unit === undefined ? hasRest(shard) : hasUnit(shard, unit);
}
