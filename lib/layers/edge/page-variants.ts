import type { Place } from "../../model/place.ts";

/** Header in which the function at the edge says which of a product's languages a caller gets. */
export const LANGUAGE_HEADER = "x-language";

/** Header in which it says which half of an experiment a caller is in. */
export const experimentHeader = (name: string): string => `x-experiment-${name}`;

const SEEN_BY_CLOUDFRONT = {
  country: ["CloudFront-Viewer-Country"],
  device: ["CloudFront-Is-Desktop-Viewer", "CloudFront-Is-Mobile-Viewer", "CloudFront-Is-Tablet-Viewer"],
} as const;

/** Headers that tell the variants of a page apart: few values each, or nothing would ever be found in the cache. */
export function pageVariants({ blueprint }: Place): readonly string[] {
  const { personalise, experiments = {} } = blueprint.layers.edge.functions ?? {};
  return [
    ...(personalise?.by ?? []).flatMap((by) => SEEN_BY_CLOUDFRONT[by]),
    ...(personalise?.languages === undefined ? [] : [LANGUAGE_HEADER]),
    ...Object.keys(experiments).map(experimentHeader),
  ];
}
