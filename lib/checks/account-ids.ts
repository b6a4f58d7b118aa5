import type { Estate } from "../estate/index.ts";
import { nameOf } from "../estate/objects.ts";
import { error, type Finding } from "./finding.ts";

/** What only Terraform may know, by what it looks like. */
const FORBIDDEN: readonly (readonly [what: string, pattern: RegExp])[] = [
  ["an ARN", /\barn:aws[\w-]*:[^\s"]*/],
  ["a subnet", /\bsubnet-[0-9a-f]{8,17}\b/],
  ["a security group", /\bsg-[0-9a-f]{8,17}\b/],
];

/** Objects name no account, ARN, subnet or security group; only images name the account of their registry. */
export function accountIds({ stacks, applications }: Estate): Finding[] {
  const accounts = [...new Set(stacks.map(({ account }) => account))].filter((account) => /^\d{12}$/.test(account));
  const patterns: typeof FORBIDDEN =
    accounts.length === 0
      ? FORBIDDEN
      : [...FORBIDDEN, ["an account", new RegExp(`(?<!\\d)(?:${accounts.join("|")})(?!\\d|\\.dkr\\.ecr\\.)`)]];
  return applications.flatMap(({ path, objects }) =>
    objects.flatMap((object) => {
      const bytes = JSON.stringify(object);
      return patterns.flatMap(([what, pattern]): Finding[] => {
        const match = pattern.exec(bytes)?.[0];
        return match === undefined
          ? []
          : [error("account-in-yaml", path, `the object names ${what}: ${match}`, nameOf(object))];
      });
    }),
  );
}
