import type { Estate } from "../estate/index.ts";
import { text } from "../estate/json.ts";
import { type Resource, resourcesOf } from "../estate/stacks.ts";
import { error, type Finding } from "./finding.ts";

interface Range {
  readonly cidr: string;
  readonly first: number;
  readonly last: number;
}

/** An IPv4 range, or undefined for what is none, such as an expression. */
export function rangeOf(cidr: string): Range | undefined {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(cidr);
  if (match === null) return undefined;
  const [a = 0, b = 0, c = 0, d = 0, bits = 0] = match.slice(1).map(Number);
  const size = 2 ** (32 - bits);
  const address = ((a * 256 + b) * 256 + c) * 256 + d;
  const first = address - (address % size);
  return { cidr, first, last: first + size - 1 };
}

const overlap = (one: Range, other: Range): boolean => one.first <= other.last && other.first <= one.last;
const inside = (inner: Range, outer: Range): boolean => inner.first >= outer.first && inner.last <= outer.last;

/** Networks never overlap, whoever owns them; subnets lie in their network and not in each other. */
export function addressRanges({ stacks }: Estate): Finding[] {
  const found: Finding[] = [];
  const networks: { readonly resource: Resource; readonly range: Range }[] = [];
  for (const stack of stacks) {
    const own = rangesOf(resourcesOf(stack, "aws_vpc"));
    for (const one of own) {
      const other = networks.find(({ range }) => overlap(range, one.range));
      if (other !== undefined)
        found.push(
          error(
            "network-overlap",
            stack.name,
            `${one.range.cidr} overlaps ${other.range.cidr} of ${other.resource.stack.name}`,
            one.resource.address,
            "address ranges come from the ledger: restore it, and run `dodeca synth` again",
          ),
        );
    }
    networks.push(...own);
    const spaces = [...own, ...rangesOf(resourcesOf(stack, "aws_vpc_ipv4_cidr_block_association"))];
    const subnets = rangesOf(resourcesOf(stack, "aws_subnet"));
    for (const [index, { resource, range }] of subnets.entries()) {
      if (spaces.length > 0 && !spaces.some((space) => inside(range, space.range)))
        found.push(
          error("subnet-outside", stack.name, `${range.cidr} is not in the network's addresses`, resource.address),
        );
      const other = subnets.slice(0, index).find((one) => overlap(one.range, range));
      if (other !== undefined)
        found.push(
          error(
            "subnet-overlap",
            stack.name,
            `${range.cidr} overlaps ${other.range.cidr} of ${other.resource.address}`,
            resource.address,
          ),
        );
    }
  }
  return found;
}

const rangesOf = (resources: readonly Resource[]) =>
  resources.flatMap((resource) => {
    const range = rangeOf(text(resource.body["cidr_block"]) ?? "");
    return range === undefined ? [] : [{ resource, range }];
  });
