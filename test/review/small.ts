import { createHash } from "node:crypto";
import { estateOf } from "../../lib/estate/index.ts";
import type { Side } from "../../lib/review/evidence.ts";

/** Name of the stack that small outputs have. */
export const STACK = "shop-prod-us-east-1-data-orders";

/** A small output as one side of a review: the resources of one stack, by type and id. */
export function smallSide(resource: object, more: Readonly<Record<string, string>> = {}): Side {
  const tags = { "dodeca:blueprint": "shop", "dodeca:environment": "prod", "dodeca:layer": "data" };
  const provider = { aws: [{ region: "us-east-1", allowed_account_ids: ["210000000009"], default_tags: [{ tags }] }] };
  const files = new Map([
    [`cdktf.out/stacks/${STACK}/cdk.tf.json`, JSON.stringify({ provider, resource })],
    ["dist/blueprints/shop/prod.json", blueprintFile()],
    ...Object.entries(more),
  ]);
  return { name: "small", digest: "sha256:0", estate: estateOf(files), files };
}

/** What a blueprint resolved to: some leaves. */
export function blueprintFile(leaves: Readonly<Record<string, unknown>> = {}): string {
  const all = { "owner.team": "shop", ...leaves };
  return JSON.stringify({
    account: "main",
    images: {},
    inRegions: {},
    leaves: Object.fromEntries(Object.entries(all).map(([path, value]) => [path, { value, source: "blueprint shop" }])),
    platform: "shop",
    regions: { "us-east-1": "primary" },
    tier: "prod",
  });
}

/** A digest as `sha256sum` prints it. */
export const sha256 = (text: string): string => `${createHash("sha256").update(text).digest("hex")}  cdk.tf.json\n`;
