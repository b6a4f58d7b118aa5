import { at, list, text } from "../estate/json.ts";
import type { Analysis } from "./analysis.ts";

/** Classes of prices of CloudFront, each with the ones before it. */
const CLASSES = ["PriceClass_100", "PriceClass_200", "PriceClass_All"] as const;
type PriceClass = (typeof CLASSES)[number];

/** Edge locations by area, and the cheapest class that has them. Catalogue: edge.pops.table. */
export const EDGE_LOCATIONS: readonly {
  readonly area: string;
  readonly locations: number;
  readonly from: PriceClass;
}[] = [
  { area: "North America", locations: 80, from: "PriceClass_100" },
  { area: "Europe", locations: 70, from: "PriceClass_100" },
  { area: "Asia Pacific", locations: 65, from: "PriceClass_200" },
  { area: "Southeast Asia", locations: 30, from: "PriceClass_200" },
  { area: "Middle East", locations: 15, from: "PriceClass_200" },
  { area: "Africa", locations: 12, from: "PriceClass_200" },
  { area: "South America", locations: 18, from: "PriceClass_All" },
  { area: "Oceania", locations: 10, from: "PriceClass_All" },
];

/** Ways behind the edge, and what of the output takes them. */
const BACKBONES = [
  ["anycast backbone", "tier-1 ISPs", "provider-side: addresses of CloudFront and Route 53 are announced everywhere"],
  ["private backbone", "smart routing", "provider-side: from the edge to an origin in AWS on AWS's own network"],
] as const;

/** In which areas a product is answered nearby, at the price that it pays. */
export const edgeLocations: Analysis = {
  id: "edge-locations",
  title: "Areas with edge locations",
  of: ({ graph }) => {
    const [distribution] = graph
      .ofType("resource", "aws_cloudfront_distribution")
      .filter(({ layer }) => layer === "edge");
    const paid = CLASSES.map(String).indexOf(text(distribution?.body["price_class"]) ?? "");
    const shielded = list(distribution?.body["origin"]).filter((one) => at(one, "origin_shield", "enabled") === true);
    return {
      columns: ["area", "locations", "served"],
      rows: [
        ...EDGE_LOCATIONS.map(({ area, locations, from }) => [
          area,
          `${locations}+`,
          paid >= CLASSES.indexOf(from) ? (distribution?.address ?? "") : `from the next area: needs ${from}`,
        ]),
        ...BACKBONES.map(([name, by, how]) => [name, by, how]),
      ],
      notes: [
        `Together ${EDGE_LOCATIONS.reduce((sum, { locations }) => sum + locations, 0)} locations at least: figures of the provider.`,
        `${shielded.length} of the origins have a shield in front.`,
      ],
    };
  },
};
