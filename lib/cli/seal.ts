import { join, resolve } from "node:path";
import { sealShards } from "../synth/seal-shards.ts";
import { recover } from "../synth/writer.ts";
import { EXIT, type Exit } from "./run.ts";

export interface SealOptions {
  readonly output: string;
  readonly json: boolean;
}

/** `dodeca seal`: the shards in a folder become one output, with the digest of a run over the whole. */
export async function seal({ output, json }: SealOptions): Promise<Exit> {
  const root = resolve(output);
  recover(root);
  const { shards, files, digest, deleted } = sealShards(root);
  process.stdout.write(
    json
      ? `${JSON.stringify({ shards, files, digest, deleted }, null, 2)}\n`
      : `${shards} shards with ${files} files, ${deleted.length} of an older output deleted\n${digest}    ${join(output, "dist/estate.json")}\n`,
  );
  return EXIT.ok;
}
