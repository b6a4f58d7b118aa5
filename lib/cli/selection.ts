import { InvalidInput, nearest } from "../model/problem.ts";
import type { Selection } from "../topology/plan.ts";

const KINDS = { blueprint: "blueprints", environment: "environments", region: "regions", layer: "layers" } as const;

/** Reads `--only blueprint=x region=y`. @throws InvalidInput for a kind that there is not */
export function parseSelection(parts: readonly string[] | undefined): Selection {
  const selection: { [K in keyof Selection]: string[] } = { blueprints: [], environments: [], regions: [], layers: [] };
  for (const part of parts ?? []) {
    const [kind = "", ...rest] = part.split("=");
    const value = rest.join("=");
    if (!isKind(kind) || value === "") {
      const near = nearest(kind, Object.keys(KINDS));
      throw new InvalidInput([
        {
          code: "unknown-selection",
          path: "--only",
          message: "a part is written KIND=VALUE",
          given: part,
          allowed: Object.keys(KINDS).map((name) => `${name}=...`),
          ...(near === undefined ? {} : { nearest: `${near}=${value}` }),
          fix: "write for example blueprint=url-shortener",
        },
      ]);
    }
    selection[KINDS[kind]]?.push(...value.split(","));
  }
  return selection;
}

/** Whether a selection leaves nothing out. */
export const isWhole = (selection: Selection): boolean =>
  Object.values(selection).every((values) => values === undefined || values.length === 0);

function isKind(kind: string): kind is keyof typeof KINDS {
  return kind in KINDS;
}
