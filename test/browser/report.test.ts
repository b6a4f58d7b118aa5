import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Locator, Page } from "playwright-core";
import { htmlOf } from "../../lib/review/html/index.ts";
import { HOSTILE, largeReport, SAMPLE } from "../review/report-sample.ts";
import { folder, launch, type Opened, open } from "./chromium.ts";

const HTML = htmlOf(SAMPLE);
let browser: Browser;
const opened: Opened[] = [];

beforeAll(async () => {
  browser = await launch();
});
afterEach(async () => {
  const complaints = opened.flatMap((one) => one.complaints);
  await Promise.all(opened.splice(0).map(({ page }) => page.context().close()));
  // Whatever a test does, the page neither fails nor asks for anything.
  expect(complaints).toEqual([]);
});
afterAll(async () => {
  await browser?.close();
});

async function show(html: string = HTML, options: Parameters<typeof open>[2] = {}): Promise<Page> {
  const one = await open(browser, html, options);
  opened.push(one);
  return one.page;
}

/** What somebody sees and hears, in one line. */
const words = async (where: Locator): Promise<string> => (await where.innerText()).replace(/\s+/g, " ").trim();
const titles = (page: Page): Promise<string[]> => page.locator(".line .title .name").allTextContents();
const focused = (page: Page): Promise<string> =>
  page.evaluate("document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent");
const expanded = (page: Page, row: number): Promise<string | null> =>
  page.locator(`#row-${row} > .line`).getAttribute("aria-expanded");

describe("a report opened from disk", () => {
  test("tells verdict, sides, counts, risks and leaves", async () => {
    const page = await show();
    expect(await page.title()).toBe("Review of fewer-regions against main");
    expect(await words(page.locator("header"))).toMatch(
      /Needs a decision.*main\s*0123456789ab → to fewer-regions\s*fedcba987654 \+1 added/,
    );
    const risks = page.getByRole("region", { name: "Risks" });
    expect(await words(risks)).toMatch(/high.*stateful-destroyed.*aws_vpc.network is destroyed/);
    expect(await words(risks)).not.toContain("The load test says so.");
    await risks.getByText("1 acknowledged risk").click();
    expect(await words(risks)).toContain("The load test says so. until 2030-01-01");
    expect(await words(page.getByRole("region", { name: "Leaves" }))).toMatch(
      /services\.cart\.scaling\.max 50 → to 99 blueprint shop · 2 places/,
    );
  });

  test("says what is wrong with what was given", async () => {
    const fault = {
      code: "estate-digest",
      place: "dist/estate.json",
      summary: "A file is missing.",
      fix: "Synthesize.",
    };
    const page = await show(htmlOf({ ...SAMPLE, verdict: "error", rows: [], risks: [], moves: [], errors: [fault] }));
    expect(await words(page.locator("header"))).toContain("Could not be judged");
    expect(await words(page.getByRole("region", { name: "Errors" }))).toBe(
      "Errors 1 estate-digest A file is missing. dist/estate.json Synthesize.",
    );
  });

  test("says that nothing changes", async () => {
    const page = await show(htmlOf({ ...SAMPLE, verdict: "safe", rows: [], risks: [], moves: [] }));
    expect(await words(page.locator("header"))).toContain("Safe");
    expect(await words(page.getByRole("region", { name: "Changes" }))).toContain("Nothing changes.");
    expect(await page.locator(".map").count()).toBe(0);
  });

  test("goes from a risk to its row", async () => {
    const page = await show();
    await page.getByRole("button", { name: /^Show change.*aws_vpc\.network/ }).click();
    expect(await expanded(page, 0)).toBe("true");
    await page.locator("#detail-0 summary").click();
    expect(await words(page.locator("#detail-0 .inside"))).toMatch(/aws_vpc network/);
  });

  test("shows both values, place by place, with cause and neighbourhood", async () => {
    const page = await show();
    await page.locator("#row-1 > .line").click();
    const detail = page.locator("#detail-1");
    const table = detail.getByRole("table", { name: "Attributes with both values" });
    expect(await words(table.locator("tbody tr"))).toMatch(/spec\.maxReplicaCount\s+50\s+99/);
    const text = await words(detail);
    expect(text).toMatch(/Why\s+services\.cart\.scaling\.max 50 → to 99 blueprint shop/);
    expect(text).toMatch(/Not in shop\/prod\/ap-south-1, where nothing changes/);
    expect(text).toMatch(/7 things depend on it/);
    expect(text).toMatch(/Depends on 2.*Deployment shop\/cart.*scale · direct · Kubernetes/);
    expect(text).toMatch(/aws_dynamodb_table store-Resource\s*changed/);
    expect(text).toMatch(/Depended on by 1.*The nearest 1 of 7.*VirtualService shop\/cart/);
    expect(text).toMatch(/Fact\s+mesh\.scaling\.keda/);
    expect(await detail.getByRole("img").getAttribute("aria-labelledby")).toBeTruthy();
    expect(await detail.locator("svg .box").count()).toBe(4);
    await detail.getByText("with values of its own").click();
    expect(await words(detail.getByRole("table", { name: "Attributes in shop/prod/eu-west-1" }))).toMatch(/50\s+60/);
    // The neighbour that changed leads to its own row.
    await detail.getByRole("button", { name: /Show.*aws_dynamodb_table/ }).click();
    expect(await expanded(page, 2)).toBe("true");
  });

  test("says where a leaf is written, and what an engine has planned", async () => {
    const page = await show();
    expect(await words(page.getByRole("region", { name: /Leaves that moved/ }))).toContain(
      "blueprints/shop/blueprint.ts:12",
    );
    await page.locator("#row-2 > .line").click();
    expect(await words(page.locator("#detail-2"))).toMatch(
      /What is planned\s+It is destroyed and created again\.\s*Replaced for hash_key\s*Known after the apply: arn/,
    );
  });

  test("marks elements that came to a list, and shows a text as text whatever it says", async () => {
    const page = await show();
    await page.locator("#row-2 > .line").click();
    const detail = page.locator("#detail-2");
    expect(await detail.locator(".elements ins").allTextContents()).toEqual(["dynamodb:PutItem"]);
    expect(await detail.locator("td.after pre").first().textContent()).toBe(HOSTILE);
    expect(await words(detail)).toMatch(/The code that synthesizes/);
    expect(await page.locator("img").count()).toBe(0);
    expect(await page.title()).toBe("Review of fewer-regions against main");
  });

  test.each([
    ["dynamodb:PutItem", ["store-Resource"]],
    ["scaledobject cart", ["shop/cart"]],
    ["environments.prod", ["shop/prod/af-south-1", "origin"]],
    ["stateful-destroyed", ["shop/prod/af-south-1"]],
    ["mesh.scaling.keda", ["shop/cart"]],
    ["eu-west-1", ["shop/cart"]],
    ["aws_subnet", ["shop/prod/af-south-1"]],
    ["nothing of the kind", []],
  ])("finds %s", async (asked, expected) => {
    const page = await show();
    await page.getByLabel("Search rows").fill(asked);
    expect(await titles(page)).toEqual(expected);
    expect(await words(page.getByRole("status"))).toBe(`${expected.length} of 4 rows`);
  });

  test("filters by a cell of the map, by a leaf, by kind and risk, and forgets it again", async () => {
    const page = await show();
    const cell = page.getByRole("button", { name: /^5 Mesh, shop\/prod\/eu-west-1: 1 change in 1 row, changed/ });
    await page.setViewportSize({ width: 1400, height: 600 });
    await cell.click();
    const { top, bottom } = await page.locator(".line").evaluate((line) => line.getBoundingClientRect());
    expect([top > 0, bottom < 600]).toEqual([true, true]);
    expect(await titles(page)).toEqual(["shop/cart"]);
    expect(await cell.getAttribute("aria-pressed")).toBe("true");
    await page.getByRole("button", { name: "Clear all" }).click();
    await page.getByRole("button", { name: "2 rows from environments.prod.regions.af-south-1" }).click();
    expect(await titles(page)).toEqual(["shop/prod/af-south-1", "origin"]);
    await page.getByRole("button", { name: /added/ }).and(page.locator(".toggle")).click();
    expect(await titles(page)).toEqual(["origin"]);
    await page.keyboard.press("Escape");
    expect(await titles(page)).toHaveLength(4);
    await page
      .getByRole("button", { name: /high risk/ })
      .and(page.locator(".toggle"))
      .click();
    expect(await titles(page)).toEqual(["shop/prod/af-south-1"]);
  });

  test("colours a cell by its heaviest open risk, and says so", async () => {
    const page = await show();
    const labels = await page
      .locator(".map .cell")
      .evaluateAll((cells) =>
        cells.map((one) => `${one.className} ${one.textContent} ${one.getAttribute("aria-label")}`),
      );
    expect(labels).toEqual([
      "cell high H2 Whole place, shop/prod/af-south-1: 2 changes in 1 row, removed, high risk",
      "cell added +1 3 Edge, shop/prod/global: 1 change in 1 row, added",
      "cell changed ~1 5 Mesh, shop/prod/eu-west-1: 1 change in 1 row, changed",
      "cell changed ~1 5 Mesh, shop/prod/us-east-1: 1 change in 1 row, changed",
      "cell changed ~1 7 Data, shop/prod/us-east-1: 1 change in 1 row, changed",
    ]);
  });

  test("keeps what is asked for in its address, so that it can be shared", async () => {
    const page = await show();
    await page.getByLabel("Search rows").fill("cart");
    await page.locator("#row-1 > .line").click();
    const { hash } = new URL(page.url());
    expect(hash).toBe("#q=cart&row=1");
    const shared = await show(HTML, { hash: "#kind=changed&place=shop%2Fprod%2Feu-west-1&row=1" });
    expect(await titles(shared)).toEqual(["shop/cart"]);
    expect(await expanded(shared, 1)).toBe("true");
  });
});

describe("the keyboard alone", () => {
  test("searches, moves between rows, opens and closes them", async () => {
    const page = await show();
    await page.keyboard.press("/");
    await page.keyboard.type("shop");
    expect(await page.getByLabel("Search rows").inputValue()).toBe("shop");
    await page.keyboard.press("ArrowDown");
    expect(await focused(page)).toMatch(/removed place shop\/prod\/af-south-1/);
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    expect(await focused(page)).toMatch(/ScaledObject shop\/cart/);
    await page.keyboard.press("k");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    expect(await expanded(page, 1)).toBe("true");
    await page.keyboard.press("Enter");
    expect(await expanded(page, 1)).toBe("false");
    await page.keyboard.press("Escape");
    expect(await page.getByLabel("Search rows").inputValue()).toBe("");
  });

  test("reaches the map in one stop, moves in it with arrows, and filters with Enter", async () => {
    const page = await show();
    await page.getByRole("button", { name: "1 row from the code that synthesizes" }).focus();
    await page.keyboard.press("Tab");
    expect(await focused(page)).toMatch(/^Whole place, shop\/prod\/af-south-1/);
    await page.keyboard.press("ArrowUp");
    expect(await focused(page)).toBe("Filter by shop/prod/af-south-1");
    for (const key of ["ArrowDown", "ArrowLeft"]) await page.keyboard.press(key);
    expect(await focused(page)).toBe("Filter by layer Whole place");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Enter");
    expect(await titles(page)).toEqual(["shop/prod/af-south-1"]);
    await page.keyboard.press("Tab");
    expect(await focused(page)).toBe("");
    expect(await page.getByLabel("Search rows").evaluate((one) => one === document.activeElement)).toBe(true);
  });

  test("skips to the changes", async () => {
    const page = await show();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    expect(await focused(page)).toBe("Changes");
  });

  test("can turn single keys off", async () => {
    const page = await show();
    await page.getByLabel("Single keys").uncheck();
    await page.keyboard.press("/");
    expect(await page.getByLabel("Search rows").evaluate((one) => one === document.activeElement)).toBe(false);
  });
});

describe("everybody", () => {
  test("finds names, one title, landmarks and headings in order", async () => {
    const page = await show();
    await page.locator("#row-1 > .line").click();
    const nameless = await page.locator("button, input, a, summary, svg[role=img]").evaluateAll((all) =>
      all
        .filter((one) => {
          const id = one.getAttribute("aria-labelledby");
          const label = id === null ? null : document.getElementById(id);
          const named = one instanceof HTMLInputElement ? one.labels?.[0] : null;
          return ![one.getAttribute("aria-label"), label?.textContent, named?.textContent, one.textContent].some(
            (text) => (text ?? "").trim() !== "",
          );
        })
        .map((one) => one.outerHTML),
    );
    expect(nameless).toEqual([]);
    expect(await page.locator("h1").count()).toBe(1);
    for (const landmark of ["banner", "main", "contentinfo", "search"] as const)
      expect(await page.getByRole(landmark).count()).toBe(1);
    const levels = await page
      .locator("h1, h2, h3, h4, h5, h6")
      .evaluateAll((all) => all.map((one) => Number(one.tagName.slice(1))));
    expect(levels.filter((level, index) => level > (levels[index - 1] ?? 0) + 1)).toEqual([]);
    const ids = await page.locator("[id]").evaluateAll((all) => all.map(({ id }) => id));
    expect(ids).toEqual([...new Set(ids)]);
    expect(await page.locator("html").getAttribute("lang")).toBe("en");
    expect(await page.locator(".map th:not([scope])").count()).toBe(0);
  });

  test.each(["light", "dark"] as const)("reads text with enough contrast in %s", async (scheme) => {
    const page = await show(HTML, { scheme });
    for (const row of [0, 1, 2, 3]) await page.locator(`#row-${row} > .line`).click();
    await page.getByText("1 acknowledged risk").click();
    expect(await page.evaluate(faint)).toEqual([]);
    const picture = join(folder, `report-${scheme}.png`);
    await page.screenshot({ path: picture });
    expect(existsSync(picture)).toBe(true);
  });

  test.each([360, 768])("sees everything on a screen %i wide without moving it sideways", async (width) => {
    const page = await show();
    await page.setViewportSize({ width, height: 800 });
    await page.locator("#row-1 > .line").click();
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
  });
});

describe("a report of 5,000 rows", () => {
  const large = htmlOf(largeReport(5000));

  test("makes few rows at first, more as they come into view, and finds any of them", async () => {
    const page = await show(large);
    expect(await words(page.getByRole("status"))).toBe("5 000 rows");
    const first = await page.locator(".row").count();
    expect(first).toBeGreaterThanOrEqual(100);
    expect(first).toBeLessThanOrEqual(300);
    expect(await page.locator("*").count()).toBeLessThan(10_000);
    await page.locator(".row").last().scrollIntoViewIfNeeded();
    await page.locator(".row").nth(first).waitFor();
    expect(await page.locator(".row").count()).toBeLessThanOrEqual(first + 400);
    await page.getByLabel("Search rows").fill("queue-4321");
    expect(await titles(page)).toEqual(["queue-4321"]);
  });

  test("shows a row far down when its address names it", async () => {
    const page = await show(large, { hash: "#row=4999" });
    expect(await expanded(page, 4999)).toBe("true");
    expect(await focused(page)).toMatch(/queue-4999/);
  });
});

/** Runs in the page: texts that are too close in brightness to what is behind them. */
function faint(): string[] {
  const parse = (color: string): number[] => (color.match(/[\d.]+/g) ?? []).map(Number);
  const over = (element: Element | null): number[] => {
    if (element === null) return [255, 255, 255];
    const [red = 0, green = 0, blue = 0, alpha = 1] = parse(getComputedStyle(element).backgroundColor);
    return alpha === 0 ? over(element.parentElement) : [red, green, blue];
  };
  const brightness = (color: readonly number[]): number => {
    const [red = 0, green = 0, blue = 0] = color.map((value) =>
      value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4,
    );
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  return [...document.querySelectorAll("body *")].flatMap((element) => {
    const own = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim());
    if (!own || element.closest("svg, script, noscript, .heard, :disabled") !== null) return [];
    const [text, behind] = [brightness(parse(getComputedStyle(element).color).slice(0, 3)), brightness(over(element))];
    const ratio = (Math.max(text, behind) + 0.05) / (Math.min(text, behind) + 0.05);
    return ratio < 4.5 ? [`${ratio.toFixed(2)} ${element.className}: ${element.textContent}`] : [];
  });
}
