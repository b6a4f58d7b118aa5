import { InvalidInput, nearest } from "../model/problem.ts";
import type { Shard } from "../synth/shard.ts";
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

/** Reads `--shard 3/8`. @throws InvalidInput where that is no shard */
export function parseShard(given: string): Shard {
  const [, number, of] = (/^([1-9]\d{0,3})\/([1-9]\d{0,3})$/.exec(given) ?? []).map(Number);
  if (number !== undefined && of !== undefined && number <= of) return { number, of };
  throw new InvalidInput([
    {
      code: "unknown-shard",
      path: "--shard",
      message: "a shard is written K/N, the number of a machine and how many there are",
      given,
      allowed: of === undefined ? ["1/1", "1/2", "2/2", "..."] : [`1/${of}`, `${of}/${of}`, "and all between"],
      fix: "write for example 3/8 on the third of eight machines",
    },
  ]);
}

function isKind(kind: string): kind is keyof typeof KINDS {
  return kind in KINDS;
}
