import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { z } from "zod";
import { digestOne } from "../digest.ts";
import type { StoredPlace } from "../stored-place.ts";
import { parsed } from "../unknown-json.ts";

const FORMAT = "dodeca-place-1";

const count = z.number();
const packSchema = z.object({
  name: z.string(),
  head: z.object({
    roots: z.record(z.string(), z.string()),
    summary: z.object({ stacks: count, resources: count, applications: count, objects: count }),
  }),
  line: z.string(),
  files: z.array(z.tuple([z.string(), z.string(), z.string()])),
});

/** A place as a store has it: its format and a digest of what follows, then its head, its line and its files, compressed. */
export function packPlace(name: string, { head, line, files }: StoredPlace): Uint8Array {
  const data: z.input<typeof packSchema> = {
    name,
    head: { roots: { ...head.roots }, summary: head.summary },
    line,
    files: [...files].map(([path, { digest, text }]) => [path, digest, text]),
  };
  const body = zstdCompressSync(JSON.stringify(data));
  return Buffer.concat([Buffer.from(`${FORMAT} ${digestOne(body)}\n`), body]);
}

/** Reads a pack. @returns nothing where it is damaged, of another version or of another place */
export function unpackPlace(name: string, bytes: Uint8Array): StoredPlace | undefined {
  const end = bytes.indexOf(10);
  const body = bytes.subarray(end + 1);
  if (Buffer.from(bytes.subarray(0, Math.max(0, end))).toString() !== `${FORMAT} ${digestOne(body)}`) return undefined;
  const read = packSchema.safeParse(parsed(zstdDecompressSync(body).toString()));
  if (!read.success || read.data.name !== name) return undefined;
  const { head, line, files } = read.data;
  if (files.some(([, digest, text]) => digestOne(text) !== digest)) return undefined;
  return { head, line, files: new Map(files.map(([path, digest, text]) => [path, { digest, text }])) };
}
