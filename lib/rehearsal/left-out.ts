import { UNSUPPORTED } from "./unsupported.ts";

/** A resource that a rehearsal does not apply, and why. */
export interface LeftOut {
  readonly address: string;
  readonly because: string;
}

/** What of a stack a rehearsal applies, and what it leaves out. */
export interface Part {
  readonly applied: readonly string[];
  readonly leftOut: readonly LeftOut[];
}

type Blocks = Readonly<Record<string, Readonly<Record<string, unknown>>>> | undefined;

/** Splits a stack's resources: what the simulator lacks is left out, together with all that refers to it. */
export function partOf(
  stack: { readonly resource?: Blocks; readonly data?: Blocks },
  unsupported: Readonly<Record<string, string>> = UNSUPPORTED,
): Part {
  const blocks = new Map<string, unknown>();
  for (const [type, named] of Object.entries(stack.resource ?? {}))
    for (const [name, block] of Object.entries(named)) blocks.set(`${type}.${name}`, block);
  const resources = [...blocks.keys()];
  for (const [type, named] of Object.entries(stack.data ?? {}))
    for (const [name, block] of Object.entries(named)) blocks.set(`data.${type}.${name}`, block);

  const because = new Map<string, string>();
  for (const address of resources) {
    const reason = unsupported[address.slice(0, address.indexOf("."))];
    if (reason !== undefined) because.set(address, reason);
  }
  const referrers = referrersIn(blocks);
  // A map visits what is added while it is walked, so this reaches all dependents.
  for (const [address] of because)
    for (const referrer of referrers.get(address) ?? [])
      if (!because.has(referrer)) because.set(referrer, `refers to ${address}`);
  return {
    applied: resources.filter((address) => !because.has(address)),
    leftOut: resources.flatMap((address) => {
      const reason = because.get(address);
      return reason === undefined ? [] : [{ address, because: reason }];
    }),
  };
}

/** Contract parameters among what is left out: none may be, or what reads them could not come up as it will. */
export function contractsLeftOut(stack: { readonly resource?: Blocks }, { leftOut }: Part): string[] {
  return leftOut.flatMap(({ address }) => {
    const [type = "", id = ""] = address.split(".");
    const block = type === "aws_ssm_parameter" ? stack.resource?.[type]?.[id] : undefined;
    const name = typeof block === "object" && block !== null ? Reflect.get(block, "name") : undefined;
    return typeof name === "string" && name.startsWith("/dodeca/") ? [name] : [];
  });
}

function referrersIn(blocks: ReadonlyMap<string, unknown>): Map<string, string[]> {
  const referrers = new Map<string, string[]>();
  for (const [referrer, block] of blocks)
    for (const reference of JSON.stringify(block).matchAll(/(?:data\.)?aws_\w+\.[\w-]+/g)) {
      const address = reference[0];
      if (address !== referrer && blocks.has(address))
        referrers.set(address, [...(referrers.get(address) ?? []), referrer]);
    }
  return referrers;
}
