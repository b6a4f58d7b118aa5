import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { codeOf } from "../disk.ts";
import type { Store } from "./store.ts";

/** A store in a folder, which may be one that machines share. */
export const folderStore = (folder: string): Store => ({
  get: async (key) => {
    try {
      return await readFile(join(folder, key));
    } catch (error) {
      if (codeOf(error) === "ENOENT") return undefined;
      throw error;
    }
  },
  has: async (key) => existsSync(join(folder, key)),
  put: async (key, bytes) => {
    const file = join(folder, key);
    await mkdir(dirname(file), { recursive: true });
    // A machine that reads meanwhile finds what was there before.
    const draft = `${file}.${randomUUID()}`;
    await writeFile(draft, bytes);
    await rename(draft, file);
  },
});
