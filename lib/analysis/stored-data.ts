import { gigabytes } from "../model/quantities.ts";
import type { ResolvedBlueprint } from "../model/resolved.ts";
import type { Analysis } from "./analysis.ts";

/** Dollars a month for a gigabyte beyond 500 TB, us-east-1. AWS: S3 pricing, 2026. */
const PRICES = { STANDARD: 0.021, STANDARD_IA: 0.0125, GLACIER: 0.0036 } as const;
type StorageClass = keyof typeof PRICES;

/** Days over which data came in, evenly. */
const AGE = 3 * 365;

/** Share of each storage class in data that came in evenly over some days. */
export function sharesOf(
  lifecycle: { readonly infrequentAccess?: number | undefined; readonly glacier?: number | undefined },
  age: number = AGE,
): Readonly<Record<StorageClass, number>> {
  const archived = Math.min(lifecycle.glacier ?? age, age);
  const infrequent = Math.min(lifecycle.infrequentAccess ?? archived, archived);
  return {
    STANDARD: infrequent / age,
    STANDARD_IA: (archived - infrequent) / age,
    GLACIER: (age - archived) / age,
  };
}

/** Where the data under management lies, and what that costs. Catalogue: foundation.targets.data-volume. */
export const storedData: Analysis = {
  id: "storage",
  title: "The data under management, by storage class",
  of: ({ deployment }) => {
    const columns = ["storage class", "share", "petabytes", "dollars a month"];
    const volume = deployment.blueprint.workload?.storedData;
    if (volume === undefined) return { columns, rows: [], notes: ["the blueprint says of no amount of data"] };
    const total = gigabytes(volume);
    const lines = Object.entries(sharesOf(lifecycleOf(deployment.blueprint))).map(([name, share]) => ({
      name,
      share,
      amount: total * share,
      cost: total * share * priceOf(name),
    }));
    const cost = lines.reduce((sum, line) => sum + line.cost, 0);
    return {
      columns,
      rows: [
        ...lines.map(({ name, share, amount, cost: own }) => [
          name,
          `${(share * 100).toFixed(1)} %`,
          (amount / 1e6).toFixed(1),
          own.toFixed(0),
        ]),
        [`in all, ${volume}`, "100 %", (total / 1e6).toFixed(1), cost.toFixed(0)],
      ],
      notes: [
        "It came in evenly over three years, and moves as the object stores' life cycles say; list prices of us-east-1, without requests and transfer.",
      ],
    };
  },
};

/** Days after which objects move, of the first object store: that of S3's defaults without one. */
function lifecycleOf({ data }: ResolvedBlueprint) {
  for (const store of Object.values(data)) if (store.kind === "object") return store.lifecycle;
  return {};
}

const priceOf = (name: string): number => Object.entries(PRICES).find(([known]) => known === name)?.[1] ?? 0;
