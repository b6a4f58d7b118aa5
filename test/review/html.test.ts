import { createHash } from "node:crypto";
import { bundle } from "../../lib/review/html/bundle.ts";
import { htmlOf } from "../../lib/review/html/index.ts";
import { reportSchema } from "../../lib/review/report.ts";
import { HOSTILE, largeReport, SAMPLE } from "./report-sample.ts";

const html = htmlOf(SAMPLE);
const inside = (page: string, opening: RegExp): string => {
  const [start] = opening.exec(page) ?? [];
  if (start === undefined) throw new Error(`the page has no ${opening}`);
  const from = page.indexOf(start) + start.length;
  return page.slice(from, page.indexOf("</", from));
};

const DATA = /<script type="application\/json" id="report">/;
const CODE = /<script type="module">/;
const STYLE = /<style>/;

/** A text between an opening and its own closing tag, which may hold others. */
const element = (page: string, opening: RegExp, name: string): string => {
  const [start] = opening.exec(page) ?? [];
  if (start === undefined) throw new Error(`the page has no ${opening}`);
  const from = page.indexOf(start) + start.length;
  return page.slice(from, page.indexOf(`</${name}>`, from));
};

describe("the page of a review", () => {
  test("is the same bytes for the same report", () => {
    expect(htmlOf(structuredClone(SAMPLE))).toBe(html);
  });

  test("carries the report, which parses back to what was given", () => {
    expect(reportSchema.parse(JSON.parse(inside(html, DATA)))).toEqual(SAMPLE);
  });

  test("loads nothing and leads nowhere", () => {
    const shell = html.replace(inside(html, DATA), "").replace(element(html, CODE, "script"), "");
    expect(shell).not.toMatch(/\b(?:src|href|srcset|action)\s*=|@import|url\(/i);
    const code = element(html, CODE, "script");
    expect(code).not.toMatch(/\b(?:fetch|XMLHttpRequest|WebSocket|EventSource|importScripts|eval|Function)\b\(?/);
    expect(code).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write/);
    expect(code).not.toMatch(/^\s*(?:import|export)\b/m);
    // The name of a vocabulary is no address that is loaded.
    expect(html.replaceAll("http://www.w3.org/2000/svg", "")).not.toMatch(/https?:\/\//);
  });

  test("allows its own script and style, and nothing else", () => {
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? "";
    const hash = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
    expect(policy.split("; ")).toEqual([
      "default-src 'none'",
      `style-src ${hash(element(html, STYLE, "style"))}`,
      `script-src ${hash(element(html, CODE, "script"))}`,
      "base-uri 'none'",
      "form-action 'none'",
    ]);
  });

  test("keeps what could end its data inside its data", () => {
    expect(html).not.toContain(HOSTILE);
    expect(inside(html, DATA)).not.toMatch(/[<>\u2028\u2029]/);
    expect(html.match(/<\/script>/g)).toHaveLength(2);
    const named = htmlOf({ ...SAMPLE, head: { name: HOSTILE, digest: "" } });
    expect(named.match(/<\/script>/g)).toHaveLength(2);
    expect(named).not.toContain("<img");
  });

  test("grows with the report alone", () => {
    const large = largeReport(5000);
    expect(htmlOf(large).length - JSON.stringify(large).length).toBeLessThan(200_000);
  });
});

describe("the script of the page", () => {
  test("runs modules after those that they import, each in a scope of its own", () => {
    const source = bundle(
      new Map([
        ["main.js", 'import { two as both } from "./b.js";\nconst MOST = 1;\nout(both() + MOST);\n'],
        ["b.js", 'import { one } from "./a-c.js";\nconst MOST = 10;\nexport const two = () => one + MOST;\n'],
        ["a-c.js", "export const one = 100;\n"],
      ]),
      "main.js",
    );
    const out: number[] = [];
    new Function("out", source)((value: number) => out.push(value));
    expect(out).toEqual([111]);
  });

  test.each([
    ["a module that is not there", 'import { a } from "./nowhere.js";\n', "there is no module nowhere.js"],
    ["a module that imports itself", 'import { a } from "./main.js";\n', "main.js imports itself"],
    ["a form that it does not know", 'import "./b.js";\n', "a form of module that the bundle does not know"],
  ])("refuses %s", (_, source, message) => {
    expect(() => bundle(new Map([["main.js", source]]), "main.js")).toThrow(message);
  });
});
