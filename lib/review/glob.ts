/** A pattern of path parts: `*` stands for any text in a part, `**` for any number of parts. */
export function globOf(pattern: string): RegExp {
  const expression = pattern
    .split("/")
    .map((part) => (part === "**" ? ".*" : part.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", "[^/]*")))
    .join("/");
  return new RegExp(`^${expression}$`);
}
