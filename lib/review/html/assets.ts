import { readdirSync, readFileSync } from "node:fs";
import { bundle } from "./bundle.ts";

/** What runs in the page and how it looks stands beside this module as plain files, in the sources and in the package. */
const FOLDER = new URL("./client/", import.meta.url);

const read = (file: string): string => readFileSync(new URL(file, FOLDER), "utf8");

/** Style sheets in the order in which they apply. */
const STYLES = ["colours.css", "page.css", "head.css", "map.css", "rows.css", "detail.css", "print.css"];

/** The script of the page. */
export function script(): string {
  const modules = readdirSync(FOLDER).filter((file) => file.endsWith(".js"));
  return bundle(new Map(modules.map((file) => [file, read(file)])), "main.js");
}

/** The style of the page. */
export const style = (): string => STYLES.map(read).join("");
