/** A range of IPv4 addresses. */
export interface Cidr {
  /** First address as a number. */
  readonly base: number;
  /** Length of the prefix, 0 to 32. */
  readonly prefix: number;
}

const size = (prefix: number): number => 2 ** (32 - prefix);

/** Reads a range such as `10.0.0.0/16`. @throws with a proposal when it is none */
export function parseCidr(text: string): Cidr {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:\/(\d{1,2}))?$/.exec(text);
  const octets = match?.slice(1, 5).map(Number) ?? [];
  if (match === null || octets.some((octet) => octet > 255)) {
    throw new Error(
      `"${text}" is no IPv4 range: write four numbers up to 255 and a prefix length, such as 10.0.0.0/16`,
    );
  }
  if (match[5] === undefined) throw new Error(`"${text}" lacks a prefix length: did you mean ${text}/16?`);
  const prefix = Number(match[5]);
  if (prefix > 32) throw new Error(`"${text}" has a prefix length above 32`);
  const base = octets.reduce((sum, octet) => sum * 256 + octet, 0);
  const network = { base: base - (base % size(prefix)), prefix };
  if (network.base !== base)
    throw new Error(`"${text}" is an address inside a range: did you mean ${formatCidr(network)}?`);
  return network;
}

export function formatCidr({ base, prefix }: Cidr): string {
  return `${[24, 16, 8, 0].map((shift) => Math.floor(base / 2 ** shift) % 256).join(".")}/${prefix}`;
}

/** Number of addresses in a range. */
export const hostsIn = ({ prefix }: Cidr): number => size(prefix);

export const contains = (outer: Cidr, inner: Cidr): boolean =>
  inner.base >= outer.base && inner.base + size(inner.prefix) <= outer.base + size(outer.prefix);

export const overlaps = (a: Cidr, b: Cidr): boolean =>
  a.base < b.base + size(b.prefix) && b.base < a.base + size(a.prefix);

/** The ranges of a given prefix length that a range falls into, in order. */
export function subnets(cidr: Cidr, prefix: number): Cidr[] {
  if (prefix < cidr.prefix || prefix > 32) throw new Error(`${formatCidr(cidr)} cannot be cut into /${prefix}`);
  return Array.from({ length: 2 ** (prefix - cidr.prefix) }, (_, index) => ({
    base: cidr.base + index * size(prefix),
    prefix,
  }));
}

/** The first range of a prefix length in the pool that overlaps none that are taken. @throws when the pool is full */
export function allocate(pool: Cidr, prefix: number, taken: readonly Cidr[]): Cidr {
  const end = pool.base + size(pool.prefix);
  let base = pool.base;
  while (base + size(prefix) <= end) {
    const candidate = { base, prefix };
    const blocking = taken.find((other) => overlaps(candidate, other));
    if (blocking === undefined) return candidate;
    const next = Math.max(blocking.base + size(blocking.prefix), base + size(prefix));
    base = Math.ceil((next - pool.base) / size(prefix)) * size(prefix) + pool.base;
  }
  throw new Error(`${formatCidr(pool)} has no room left for a /${prefix}`);
}

/** Subnets of a network, one of each kind a zone. */
export interface NetworkLayout {
  readonly private: readonly Cidr[];
  readonly public: readonly Cidr[];
  readonly data: readonly Cidr[];
}

/**
 * Lays out a network: in every zone a private subnet of an eighth (pods take most addresses) and, of
 * a thirty-second each, a public and a data subnet. There is room for four zones, so that one added later moves nothing.
 */
export function carve(network: Cidr, zones: number): NetworkLayout {
  if (zones < 1 || zones > 4) throw new Error(`a network spreads over one to four zones, not ${zones}`);
  if (network.prefix > 20) throw new Error(`${formatCidr(network)} is too small for a platform: at least a /20`);
  // Eighths: four large private ones, then two eighths cut into four public and four data subnets; two stay free.
  const eighths = subnets(network, network.prefix + 3);
  const [publics, datas] = [eighths[4], eighths[5]].map((eighth) =>
    eighth === undefined ? [] : subnets(eighth, network.prefix + 5),
  );
  return {
    private: eighths.slice(0, zones),
    public: (publics ?? []).slice(0, zones),
    data: (datas ?? []).slice(0, zones),
  };
}
