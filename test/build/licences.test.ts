import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { licencesOf } from "../../build/licences.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "dodeca-licences-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const write = (path: string, content: string | object): string => {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  return file;
};
const GLUE = {
  name: "glue",
  version: "1.2.3",
  license: "MIT",
  repository: { url: "git+https://git.example/a/glue.git" },
};

test("every package that something is bundled of is named once, with its licence, notice and sources", () => {
  write("node_modules/glue/package.json", GLUE);
  write("node_modules/glue/LICENSE.txt", "Glue may be used.\n");
  write("node_modules/glue/NOTICE", "Made by A.\n");
  write("node_modules/glue/esm/package.json", { type: "module" });
  write("node_modules/glue/node_modules/@b/wax/package.json", { ...GLUE, name: "@b/wax", repository: "b/wax" });
  write("node_modules/glue/node_modules/@b/wax/LICENCE", "Wax may be used.\n");
  write("node_modules/unused/package.json", { ...GLUE, name: "unused" });
  const text = licencesOf([
    write("lib/own.ts", ""),
    write("node_modules/glue/index.js", ""),
    write("node_modules/glue/esm/index.js", ""),
    write("node_modules/glue/node_modules/@b/wax/index.js", ""),
  ]);
  expect(text.split(/\n+-{80}\n+/)).toEqual([
    "This package contains code of 2 others.",
    "glue 1.2.3\n\nLicence: MIT. Source: https://git.example/a/glue\n\nGlue may be used.\n\nMade by A.",
    "@b/wax 1.2.3\n\nLicence: MIT. Source: https://github.com/b/wax\n\nWax may be used.\n",
  ]);
});

test("a package without a licence text, or without a word on its sources, is refused by name", () => {
  const file = write("node_modules/glue/index.js", "");
  write("node_modules/glue/package.json", GLUE);
  write("node_modules/glue/NOTICE", "A notice is no licence.");
  expect(() => licencesOf([file])).toThrow("glue 1.2.3 is bundled, but has no licence text");
  write("node_modules/glue/LICENSE", "Glue may be used.");
  expect(licencesOf([file])).toContain("Glue may be used.");
  write("node_modules/glue/package.json", { ...GLUE, repository: undefined });
  expect(() => licencesOf([file])).toThrow("glue 1.2.3 says nowhere where its sources are");
});

test("the licence of cdktn, which has no text, is that of the same version of its repository only", () => {
  const file = write("node_modules/cdktn/lib/index.js", "");
  const cdktn = { ...GLUE, name: "cdktn" };
  write("node_modules/cdktn/package.json", cdktn);
  write("node_modules/cdktn-cli/package.json", { ...cdktn, name: "cdktn-cli", repository: "git://git.example/a/glue" });
  write("node_modules/cdktn-cli/LICENSE", "Both may be used.");
  expect(licencesOf([file])).toContain(
    "cdktn 1.2.3\n\nLicence: MIT. Source: https://git.example/a/glue\n\nBoth may be",
  );
  write("node_modules/cdktn-cli/package.json", { ...cdktn, name: "cdktn-cli", version: "1.2.4" });
  expect(() => licencesOf([file])).toThrow("cdktn-cli 1.2.4 is not of the same repository and version as cdktn 1.2.3");
});
