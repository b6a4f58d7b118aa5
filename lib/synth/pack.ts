import { OutputBlocked } from "./disk.ts";
import { checkPaths } from "./output-paths.ts";
import { RECORD_PATH } from "./own-files.ts";
import { isTextList, parsed, property } from "./unknown-json.ts";

/** What a run does to an output. */
export interface Pack {
  readonly deletes: readonly string[];
  readonly writes: readonly (readonly [path: string, content: Uint8Array])[];
}

const VERSION = 2;
const NEWLINE = 10;

/** A run in one file: a line of JSON that says what it deletes and writes, then the contents one after the other. */
export function packed(
  deletes: readonly string[],
  writes: readonly (readonly [path: string, content: string | Uint8Array])[],
): { readonly bytes: Uint8Array; readonly pack: Pack } {
  const lengths = writes.map(([path, content]): [string, number] => [path, Buffer.byteLength(content)]);
  const head = Buffer.from(`${JSON.stringify({ version: VERSION, deletes, writes: lengths })}\n`);
  const bytes = Buffer.allocUnsafe(lengths.reduce((sum, [, length]) => sum + length, head.length));
  let end = head.copy(bytes);
  for (const [, content] of writes) {
    if (typeof content === "string") end += bytes.write(content, end);
    else {
      bytes.set(content, end);
      end += content.length;
    }
  }
  return { bytes, pack: { deletes, writes: cut(bytes, head.length, lengths) } };
}

/** Reads a pack. @throws OutputBlocked for one that another version made, or that is not whole */
export function unpacked(bytes: Uint8Array, file: string): Pack {
  const line = bytes.indexOf(NEWLINE);
  const head = parsed(Buffer.from(bytes.subarray(0, Math.max(0, line))).toString());
  const [deletes, lengths] = [property(head, "deletes"), property(head, "writes")];
  if (property(head, "version") !== VERSION || !isTextList(deletes) || !isLengths(lengths))
    throw new OutputBlocked(file, "not a pack of this version: finish the run with the version that began it");
  if (lengths.reduce((sum, [, length]) => sum + length, line + 1) !== bytes.length)
    throw new OutputBlocked(file, "the pack is not whole: delete it and synthesize again");
  checkPaths([...deletes, ...lengths.map(([path]) => path).filter((path) => path !== RECORD_PATH)]);
  return { deletes, writes: cut(bytes, line + 1, lengths) };
}

function cut(bytes: Uint8Array, start: number, lengths: readonly (readonly [string, number])[]): Pack["writes"] {
  let end = start;
  return lengths.map(([path, length]): [string, Uint8Array] => {
    end += length;
    return [path, bytes.subarray(end - length, end)];
  });
}

function isLengths(value: unknown): value is [string, number][] {
  return (
    Array.isArray(value) &&
    value.every(
      (one) =>
        Array.isArray(one) &&
        one.length === 2 &&
        typeof one[0] === "string" &&
        Number.isSafeInteger(one[1]) &&
        one[1] >= 0,
    )
  );
}
