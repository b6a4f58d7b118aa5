import type { Estate } from "../estate/index.ts";
import { object, text } from "../estate/json.ts";
import { dataOf, resourcesOf } from "../estate/stacks.ts";
import { error, type Finding } from "./finding.ts";

/** What every contract parameter's name begins with. */
export const CONTRACTS = "/dodeca/";

/** Every value that a stack reads is published once, in the reader's account and region, and is never empty. */
export function contracts({ stacks }: Estate): Finding[] {
  const found: Finding[] = [];
  const published = new Map<string, string>();
  const declared = stacks.flatMap((stack) => resourcesOf(stack, "aws_ssm_parameter"));
  for (const { stack, address, body } of declared) {
    const parameter = text(body["name"]);
    if (parameter === undefined || !parameter.startsWith(CONTRACTS)) continue;
    const key = `${stack.account}/${stack.region}${parameter}`;
    const other = published.get(key);
    if (other !== undefined)
      found.push(error("contract-published-twice", stack.name, `${parameter} is published by ${other} too`, address));
    published.set(key, stack.name);
    if (object(body["lifecycle"])["precondition"] === undefined)
      found.push(error("contract-unguarded", stack.name, `${parameter} may be empty: it has no precondition`, address));
  }
  for (const { stack, address, body } of stacks.flatMap((one) => dataOf(one, "aws_ssm_parameter"))) {
    const parameter = text(body["name"]);
    const place = `${stack.account}/${stack.region}`;
    if (parameter?.startsWith(CONTRACTS) && !published.has(`${place}${parameter}`))
      found.push(error("contract-unpublished", stack.name, `no stack publishes ${parameter} in ${place}`, address));
  }
  return found;
}
