import { placeOf } from "../estate/node.ts";
import type { Move } from "./moves.ts";
import type { Row } from "./rows.ts";

/** Whether a leaf is about the same thing as a row, in one of its places: what can be said without synthesizing. */
export function couldCause({ path, places }: Move, { sample: { node }, changes }: Row): boolean {
  // An account has no leaves: what it has in a region follows from who is in that region.
  if (/^environments\./.test(path) && node.blueprint === "account")
    return places.some(({ region }) => region === "global" || region === node.region);
  const here = new Set(changes.flatMap(({ node: one }) => [placeOf(one), placeOf({ ...one, region: "global" })]));
  if (!places.some((place) => here.has(placeOf(place)))) return false;
  const [section = "", name = ""] = path.split(".");
  const words = new Set([
    ...(node.component ?? "").split("/"),
    ...node.address.split(/[ /]/),
    node.part,
    node.part.slice(node.part.indexOf("-") + 1),
    node.service ?? "",
  ]);
  if (section === "services" || section === "data" || section === "streams")
    return [...words].some((word) => word === name || word.endsWith(`-${name}`) || word.startsWith(`${name}-`));
  if (section === "layers") return node.layer === name;
  if (section === "objectives") return node.layer === "observability";
  return true;
}
