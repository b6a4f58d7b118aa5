/** An address range as its family and the bits that are fixed in it: a range is in another that it begins with. */
export type Prefix = string;

/** The prefix of a range, such as `10.0.0.0/8`, `::/0` or a single address; nothing for what is none, such as an expression. */
export function prefixOf(cidr: string): Prefix | undefined {
  const [address = "", length] = cidr.split("/");
  const bits = address.includes(":") ? bitsOfIpv6(address) : bitsOfIpv4(address);
  if (bits === undefined || (length !== undefined && !/^\d+$/.test(length))) return undefined;
  return `${address.includes(":") ? "v6 " : "v4 "}${bits.slice(0, length === undefined ? bits.length : Number(length))}`;
}

function bitsOfIpv4(address: string): string | undefined {
  const parts = /^(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address)?.slice(1).map(Number);
  return parts?.every((part) => part < 256)
    ? parts.map((part) => part.toString(2).padStart(8, "0")).join("")
    : undefined;
}

function bitsOfIpv6(address: string): string | undefined {
  if (!/^[0-9a-f:]+$/i.test(address)) return undefined;
  const [head = "", tail] = address.split("::");
  const groups = (part: string): string[] => (part === "" ? [] : part.split(":"));
  const [left, right] = [groups(head), groups(tail ?? "")];
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length;
  const all = [...left, ...Array.from({ length: Math.max(0, zeros) }, () => "0"), ...right];
  return all.length === 8
    ? all.map((group) => Number.parseInt(group, 16).toString(2).padStart(16, "0")).join("")
    : undefined;
}

/** Whether a range is wholly in some others, be it in several of them together. */
export function isCovered(range: Prefix, by: readonly Prefix[]): boolean {
  if (by.some((one) => range.startsWith(one))) return true;
  // It may still be covered half by half, as long as something is known inside it.
  return by.some((one) => one.startsWith(range)) && isCovered(`${range}0`, by) && isCovered(`${range}1`, by);
}

/** Whether a range has all addresses of another; texts that are no range have only themselves. */
export function rangeCovers(outer: string, inner: string): boolean {
  const [around, within] = [prefixOf(outer), prefixOf(inner)];
  return around === undefined || within === undefined ? outer === inner : within.startsWith(around);
}

const PRIVATE = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "127.0.0.0/8"];
const PRIVATE_PREFIXES = [...PRIVATE, "fc00::/7", "fe80::/10", "::1"].flatMap((range) => prefixOf(range) ?? []);

/** Whether a range has addresses of the internet. */
export function isPublic(cidr: string): boolean {
  const range = prefixOf(cidr);
  return range !== undefined && !isCovered(range, PRIVATE_PREFIXES);
}
