import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { basename, join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { client } from "../../lib/layers/client/index.ts";
import { type Document, place, resource, resources, stackOf } from "../support.ts";
import { launch } from "./chromium.ts";

/** The program as its authors published it, where the page expects it from unpkg.com. */
const PACKAGE = join(import.meta.dirname, "..", "..", "node_modules", "swagger-ui-dist");
const SANDBOX = "https://partners-sandbox.reference.example";

let browser: Browser;
let server: Server;
let stack: Document;

beforeAll(async () => {
  stack = await stackOf(client, await place("reference", "prod", "global"), "portal");
  const files = new Map(resources(stack, "aws_s3_object").map((one) => [`/${one.key}`, one]));
  const policy = resource(stack, "aws_cloudfront_response_headers_policy").security_headers_config
    .content_security_policy.content_security_policy;
  server = createServer(({ url = "/" }, response) => {
    const file = files.get(url === "/" ? "/index.html" : url);
    response.writeHead(file === undefined ? 404 : 200, {
      "content-type": file?.content_type ?? "text/plain",
      "content-security-policy": policy,
    });
    response.end(file?.content);
  });
  await new Promise<void>((done) => {
    server.listen(0, "127.0.0.1", done);
  });
  browser = await launch();
});
afterAll(async () => {
  await browser?.close();
  server?.close();
});

const isAddress = (address: string | AddressInfo | null): address is AddressInfo =>
  typeof address === "object" && address !== null;

/** The portal's page with all that it said. @param change what somebody on the way makes of the viewer's program */
async function opened(change: (program: string) => string = (program) => program): Promise<[Page, string[]]> {
  const page = await (await browser.newContext()).newPage();
  const complaints: string[] = [];
  page.on("console", (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", ({ message }) => complaints.push(`error: ${message}`));
  await page.route("https://unpkg.com/**", (route) => {
    const file = basename(route.request().url());
    const body = readFileSync(join(PACKAGE, file), "utf8");
    return route.fulfill({
      headers: {
        "access-control-allow-origin": "*",
        "content-type": file.endsWith(".css") ? "text/css" : "text/javascript",
      },
      body: file.endsWith(".js") ? change(body) : body,
    });
  });
  const address = server.address();
  if (!isAddress(address)) throw new Error("the server has no port");
  await page.goto(`http://127.0.0.1:${address.port}/`);
  return [page, complaints];
}

describe("the portal of partners in a browser", () => {
  test("shows the API with what its own policy lets it load (client.partner-api.portal)", async () => {
    const [page, complaints] = await opened();
    await page.getByText("/oauth/orders/{id}").first().waitFor();
    expect(await page.locator("select option").first().getAttribute("value")).toBe(SANDBOX);
    expect(complaints).toEqual([]);
  });

  test("asks the sandbox with a key", async () => {
    const [page] = await opened();
    const asked: Record<string, string>[] = [];
    await page.route(`${SANDBOX}/**`, async (route) => {
      asked.push({ url: route.request().url(), key: (await route.request().headerValue("x-api-key")) ?? "" });
      await route.fulfill({ headers: { "access-control-allow-origin": "*" }, json: {} });
    });
    await page.getByRole("button", { name: "Authorize" }).first().click();
    const key = page.locator(".auth-container", { hasText: "x-api-key" });
    await key.locator("input").fill("tried-out");
    await key.getByRole("button", { name: /^Apply/ }).click();
    await page.getByRole("button", { name: "Close" }).first().click();
    await page.locator(".opblock", { hasText: "/oauth/search" }).first().click();
    await page.getByRole("button", { name: "Try it out" }).click();
    await page.getByRole("button", { name: "Execute" }).click();
    await page.locator(".responses-table.live-responses-table").waitFor();
    expect(asked).toEqual([{ url: `${SANDBOX}/oauth/search`, key: "tried-out" }]);
  });

  test("runs no program that somebody has changed", async () => {
    const [page, complaints] = await opened((program) => `${program}\n//`);
    await page.waitForTimeout(500);
    expect(await page.getByText("/oauth/orders").count()).toBe(0);
    expect(complaints.join()).toContain("integrity");
  });
});
