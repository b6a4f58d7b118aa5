import type { ReportRow } from "./report.ts";

/** What a row is about, in words: `ScaledObject reference/order`, `data-orders aws_rds_cluster.store`, `region eu-west-2 of prod`. */
export function titleOf({
  thing,
  part,
  places,
  blueprint,
}: Pick<ReportRow, "thing" | "part" | "places" | "blueprint">): string {
  const [first] = places;
  if (thing.kind === "place")
    return blueprint === "account"
      ? `account ${first?.environment} in ${first?.region}`
      : `${first?.region === "global" ? "global stacks" : `region ${first?.region}`} of ${first?.environment}`;
  if (thing.address === "") return `${thing.kind} ${part}`;
  return thing.kind === "object" ? thing.address : `${part} ${thing.address}`;
}

/** Where something is, in few words: `prod (9 regions), dev us-east-1`. */
export function placesIn(places: readonly { readonly environment: string; readonly region: string }[]): string {
  const environments = Map.groupBy(places, ({ environment }) => environment);
  return [...environments]
    .map(([environment, inside]) => {
      const regions = [...new Set(inside.map(({ region }) => region))];
      return regions.length <= 3
        ? `${environment} ${regions.join(", ")}`
        : `${environment} (${regions.length} regions)`;
    })
    .join("; ");
}

/** The parts of `blueprint/environment/region`. */
export function placeParts(place: string): { blueprint: string; environment: string; region: string } {
  const [blueprint = "", environment = "", region = ""] = place.split("/");
  return { blueprint, environment, region };
}

/** A value as a person reads it, in one line of some length. */
export function valueText(value: unknown, most = 60): string {
  if (value === undefined) return "nothing";
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  const line = text.replace(/\s+/g, " ");
  return line.length <= most ? line : `${line.slice(0, most - 1)}…`;
}

/** `1 change`, `2 changes`. */
export const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;

/** What a verdict says. */
export const VERDICTS = {
  safe: "safe to apply",
  decide: "needs a decision",
  error: "cannot be judged",
} as const;

/** What happens to a thing, as one sign. */
export const SIGNS = { added: "+", removed: "−", changed: "~", moved: "→" } as const;
