/** @import { ReportRow } from "../../report.ts" */
/** @import { Child } from "./elements.js" */
import { element } from "./elements.js";
import { breakable } from "./values.js";

/** What something is, and by which name its unit knows it. @param {Pick<ReportRow["thing"], "kind" | "type" | "address" | "unit">} thing @returns {readonly [type: string, name: string]} */
export function nameParts({ kind, type, address, unit }) {
  if (kind === "place") return ["place", unit];
  if (address === "") return [type, unit];
  // Addresses begin with the type, which is told by itself.
  const prefix = [`data.${type}.`, `${type}.`, `${type} `, "output."].find((one) => address.startsWith(one)) ?? "";
  return [kind === "data" ? `data ${type}` : type, address.slice(prefix.length)];
}

/** A thing by type and name. @param {Pick<ReportRow["thing"], "kind" | "type" | "address" | "unit">} thing @returns {Child} */
export function thingName(thing) {
  const [type, name] = nameParts(thing);
  return element(
    "span",
    { class: "thing" },
    element("span", { class: "type" }, type),
    " ",
    element("span", { class: "name" }, breakable(name)),
  );
}
