import type { Location } from "../estate/node.ts";
import { isRegion, region as regionOf } from "../model/regions.ts";

/**
 * A function that writes what is particular to a place as `{region}`, `{environment}`, `{account}` or `{network}`, so that
 * the same change in two places reads the same.
 */
export function maskOf({ environment, region }: Location): (text: string) => string {
  const words: [RegExp, string][] = [];
  if (isRegion(region)) {
    words.push([wordOf(region, "a-z"), "{region}"], [wordOf(regionOf(region).short), "{region}"]);
  }
  words.push([wordOf(environment), "{environment}"]);
  return (text) => {
    let masked = text;
    for (const [word, name] of words) masked = masked.replace(word, name);
    return masked.replace(/(?<!\d)\d{12}(?!\d)/g, "{account}").replace(/\b10\.\d+\.\d+\.\d+(?:\/\d+)?/g, "{network}");
  };
}

/** A word that stands for itself; `us-east-1a` is a zone of `us-east-1`. */
const wordOf = (word: string, suffix = ""): RegExp =>
  new RegExp(`(?<![A-Za-z0-9])${word}(?=[${suffix}]?(?![A-Za-z0-9]))`, "g");
