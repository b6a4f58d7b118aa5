import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { seed } from "../../lib/rehearsal/seeds.ts";

let stacks: string;
beforeEach(() => {
  stacks = mkdtempSync(join(tmpdir(), "dodeca-seeds-"));
  mkdirSync(join(stacks, "shop-dev"));
});
afterEach(() => rmSync(stacks, { recursive: true }));

const step = { name: "shop-dev", wave: 1, account: "111122223333", region: "eu-west-1", dependencies: [] };

async function asked(document: object): Promise<readonly string[]> {
  writeFileSync(join(stacks, "shop-dev", "cdk.tf.json"), JSON.stringify(document));
  const found: string[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += String(chunk);
    });
    request.on("end", () => {
      found.push(`${request.headers["x-amz-target"]} ${JSON.parse(body).SecretId}`);
      response.end("{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await seed(
    { url: `http://127.0.0.1:${port}`, environmentFor: async () => ({ AWS_ACCESS_KEY_ID: "key" }) },
    stacks,
    step,
  );
  await new Promise((resolve) => server.close(resolve));
  return found;
}

describe("a rehearsal", () => {
  test("seeds each secret that a stack leaves to people", async () => {
    const document = { output: { secrets_to_seed: { value: ["shop/dev/pager", "shop/dev/apns-key"] } } };
    expect(await asked(document)).toEqual([
      "secretsmanager.PutSecretValue shop/dev/pager",
      "secretsmanager.PutSecretValue shop/dev/apns-key",
    ]);
  });

  test("asks nothing of a stack that leaves none", async () => {
    expect(await asked({ output: {} })).toEqual([]);
  });
});
