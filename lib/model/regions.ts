import { nameRoot } from "./reads.ts";
import { type Partition, type RegionalService, type RegionRow, ROWS } from "./regions.data.ts";

export type { Partition, RegionalService } from "./regions.data.ts";

/** Code of an AWS region, such as `eu-west-1`. */
export type RegionCode = keyof typeof ROWS;

/** An entry of the region catalogue. */
export interface Region extends Omit<RegionRow, "zones"> {
  readonly code: RegionCode;
  /** Zones that a new account gets, such as `eu-west-1a`. */
  readonly zones: readonly string[];
  /** Law that holds: a country, and the bloc whose rules its members share. */
  readonly jurisdiction: { readonly country: string; readonly bloc?: "EU" };
}

const EU = ["IE", "FR", "DE", "SE", "IT", "ES"];
const codes = Object.keys(ROWS).filter(isRegion);

/** Every region by its code. */
export const REGIONS: ReadonlyMap<RegionCode, Region> = new Map(
  codes.map((code): [RegionCode, Region] => {
    const row: RegionRow = ROWS[code];
    const region: Region = {
      ...row,
      code,
      zones: [...row.zones].map((letter) => `${code}${letter}`),
      jurisdiction: EU.includes(row.country) ? { country: row.country, bloc: "EU" } : { country: row.country },
    };
    return [code, nameRoot(`region/${code}`, region, { constant: true })];
  }),
);

export const regionCodes: readonly RegionCode[] = codes;

export function isRegion(code: string): code is RegionCode {
  return Object.hasOwn(ROWS, code);
}

/** The region of a code. @throws when there is none */
export function region(code: string): Region {
  const found = isRegion(code) ? REGIONS.get(code) : undefined;
  if (found === undefined) throw new Error(`there is no AWS region "${code}"`);
  return found;
}

/** Whether a region lacks a service. */
export const missing = (code: string, service: RegionalService): boolean => region(code).lacks.includes(service);

/** The nearest region of the same partition that has a service: same country first, then same bloc, then by distance. */
export function nearestWith(code: string, service: RegionalService): RegionCode | undefined {
  const from = region(code);
  const rank = (to: Region): number =>
    to.country === from.country
      ? 0
      : from.jurisdiction.bloc !== undefined && to.jurisdiction.bloc === from.jurisdiction.bloc
        ? 1
        : 2;
  return [...REGIONS.values()]
    .filter((to) => to.code !== from.code && to.partition === from.partition && !to.lacks.includes(service))
    .sort((a, b) => rank(a) - rank(b) || distance(from.at, a.at) - distance(from.at, b.at))[0]?.code;
}

/** Great-circle distance in kilometres. */
export function distance([latA, lonA]: readonly [number, number], [latB, lonB]: readonly [number, number]): number {
  const radians = (degrees: number): number => (degrees * Math.PI) / 180;
  const haversine =
    Math.sin(radians(latB - latA) / 2) ** 2 +
    Math.cos(radians(latA)) * Math.cos(radians(latB)) * Math.sin(radians(lonB - lonA) / 2) ** 2;
  return 2 * 6371 * Math.asin(Math.sqrt(haversine));
}

/** Domain under which a partition's services answer. */
export const dnsSuffix = (partition: Partition): string =>
  partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";

const HOMES: Readonly<Record<Partition, RegionCode>> = {
  aws: "us-east-1",
  "aws-cn": "cn-north-1",
  "aws-us-gov": "us-gov-west-1",
};

/** The region from which a partition's global services are controlled. */
export const homeRegion = (partition: Partition): RegionCode => HOMES[partition];
