import { createHash, hash as hashOnce } from "node:crypto";

/**
 * Digest of a set of files, as `sha256:<hex>`: the same for the same paths and bytes in whatever order they come.
 *
 * Paths are taken in the order of their code units; path and content are each preceded by their length in bytes, so
 * that no two sets of files have the same input. Text counts as UTF-8.
 */
export function digestOf(files: ReadonlyMap<string, string | Uint8Array>): string {
  const hash = createHash("sha256");
  // Short texts are hashed together, since each call costs more than hashing them.
  let text = "";
  for (const path of [...files.keys()].sort()) {
    const content = files.get(path) ?? "";
    text += `${Buffer.byteLength(path)}:${path}${Buffer.byteLength(content)}:`;
    if (typeof content === "string") text += content;
    else {
      hash.update(text);
      text = "";
      hash.update(content);
    }
    if (text.length > 65_536) {
      hash.update(text);
      text = "";
    }
  }
  hash.update(text);
  return `sha256:${hash.digest("hex")}`;
}

/** Digest of one content, as `sha256:<hex>`: what `sha256sum` prints for a file of these bytes. */
export function digestOne(content: string | Uint8Array): string {
  return `sha256:${hashOnce("sha256", content, "hex")}`;
}

/** Digest of each content by its path. */
export const digestsOf = (files: ReadonlyMap<string, string | Uint8Array>): Record<string, string> =>
  Object.fromEntries([...files].map(([path, content]) => [path, digestOne(content)]));
