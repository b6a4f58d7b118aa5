import { join } from "node:path";
import { OWN_FOLDER } from "./output-paths.ts";

/** The record of written files, as a path of the output: it is written with the files it lists. */
export const RECORD_PATH = `${OWN_FOLDER}/written.json`;

/** The writer's own files below the root of an output. */
export function ownFiles(root: string) {
  const own = join(root, OWN_FOLDER);
  return {
    own,
    lock: join(own, "lock"),
    takeover: join(own, "lock.takeover"),
    /** What is to be renamed to its place. */
    staging: join(own, "staging"),
    /** Pack of the run that is committed and not finished. */
    pack: join(own, "pack"),
    /** Pack of a finished run. */
    finished: (run: number): string => join(own, `pack.${run}`),
    /** When the runs finished whose packs are kept. */
    marks: join(own, "packs.json"),
    record: join(root, RECORD_PATH),
    /** Journal of the version before packs. */
    oldJournal: join(own, "journal.json"),
  };
}
export type OwnFiles = ReturnType<typeof ownFiles>;
