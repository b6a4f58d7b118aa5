import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { AwsEndpoint } from "../engines/aws.ts";
import { asker } from "./ask.ts";
import type { Step } from "./steps.ts";

const stackSchema = z.looseObject({
  output: z.looseObject({ secrets_to_seed: z.looseObject({ value: z.array(z.string()) }).optional() }).optional(),
});

/** Secrets that a stack leaves to people. @param stacks `cdktf.out/stacks` */
export function secretsToSeed(stacks: string, stack: string): readonly string[] {
  const file = join(stacks, stack, "cdk.tf.json");
  return stackSchema.parse(JSON.parse(readFileSync(file, "utf8"))).output?.secrets_to_seed?.value ?? [];
}

/** Does what people do once the stack of secrets is up: gives each a value, which is worth nothing. */
export async function seed(endpoint: AwsEndpoint, stacks: string, step: Step): Promise<void> {
  const names = secretsToSeed(stacks, step.name);
  if (names.length === 0) return;
  const { AWS_ACCESS_KEY_ID: key = "" } = await endpoint.environmentFor(step.account);
  const ask = asker(endpoint.url, key, step.region);
  for (const SecretId of names) {
    await ask("secretsmanager", "secretsmanager.PutSecretValue", { SecretId, SecretString: "of a rehearsal" });
  }
}
