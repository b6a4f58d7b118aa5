import { accessSync, constants, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

/** The browser of this machine. @throws where there is none: a test that does not run says nothing */
export async function launch(): Promise<Browser> {
  const found = (process.env["PATH"] ?? "")
    .split(delimiter)
    .flatMap((folder) => NAMES.map((name) => join(folder, name)))
    .find(isExecutable);
  if (found === undefined)
    throw new Error(`no ${NAMES.join(", ")} on the path: install one, such as with apt-get install chromium`);
  // Chromium refuses its sandbox to root, as whom containers run; it opens nothing but files of ours.
  return await chromium.launch({ executablePath: found, args: ["--no-sandbox"] });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Where pages and screenshots of a run are kept. */
export const folder = mkdtempSync(join(tmpdir(), "dodeca-browser-"));

/** A page that is open, with everything that it did and should not have done. */
export interface Opened {
  readonly page: Page;
  readonly complaints: readonly string[];
}

/** Opens a text as a page from disk, without a network. @param hash the fragment that it is opened with */
export async function open(
  browser: Browser,
  html: string,
  { scheme = "light", hash = "" }: { readonly scheme?: "light" | "dark"; readonly hash?: string } = {},
): Promise<Opened> {
  const file = join(mkdtempSync(join(folder, "page-")), "report.html");
  writeFileSync(file, html);
  const address = pathToFileURL(file).href;
  const context = await browser.newContext({
    colorScheme: scheme,
    viewport: { width: 1400, height: 1000 },
    offline: true,
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  page.on("request", (request) => {
    if (request.url().split("#")[0] !== address) complaints.push(`request: ${request.url()}`);
  });
  await page.goto(`${address}${hash}`);
  return { page, complaints };
}
