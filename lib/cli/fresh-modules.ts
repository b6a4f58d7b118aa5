import { registerHooks } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { LoadModule } from "../model/workspace.ts";

/** Query by which a module of a user is another one in each round, since Node never loads the same URL twice. */
const ROUND = /[?&]dodeca-round=(\d+)/;

/** Loads modules of users anew in each round, with what they import of their own; dodeca and packages stay loaded. */
export class FreshModules {
  /** Folders of the files that have been loaded. */
  readonly folders = new Set<string>();
  private round = 0;

  constructor() {
    registerHooks({
      resolve: (specifier, context, next) => {
        const found = next(specifier, context);
        const round = ROUND.exec(context.parentURL ?? "")?.[1];
        return round !== undefined && isOfUser(found.url) ? { ...found, url: this.inRound(found.url, round) } : found;
      },
    });
  }

  /** What was loaded before is loaded again when it is asked for. */
  startRound(): void {
    this.round += 1;
  }

  readonly load: LoadModule = (file) => import(this.inRound(pathToFileURL(file).href, String(this.round)));

  private inRound(url: string, round: string): string {
    this.folders.add(dirname(fileURLToPath(url)));
    return `${url}?dodeca-round=${round}`;
  }
}

const PROGRAM = pathToFileURL(join(import.meta.dirname, "..", "/")).href;

const isOfUser = (url: string): boolean =>
  url.startsWith("file:") && !url.includes("/node_modules/") && !url.startsWith(PROGRAM);
