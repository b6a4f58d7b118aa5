import type { ResolvedBlueprint } from "../../model/resolved.ts";
import { ALWAYS, type GroupName, MANAGED_GROUPS } from "../../model/waf-groups.ts";
import type { UnplacedRule } from "./waf-rules.ts";
import { allOf, managedGroup, not, PATH, type Statement, text } from "./waf-statements.ts";

type Waf = ResolvedBlueprint["layers"]["edge"]["waf"];

/**
 * Rules of a group that only count below some level of suspicion, since what they find is mostly harmless. The levels are
 * those of OWASP's core rules; AWS's groups have none of their own.
 */
const COUNTED: Partial<Record<GroupName, readonly { readonly below: number; readonly rules: readonly string[] }[]>> = {
  common: [
    {
      below: 2,
      rules: ["SizeRestrictions_QUERYSTRING", "SizeRestrictions_Cookie_HEADER", "SizeRestrictions_URIPATH"],
    },
    // Bodies of more than 8 KB are no rarity, nor are programs that do not say what they are.
    { below: 3, rules: ["SizeRestrictions_BODY", "NoUserAgent_HEADER"] },
  ],
  // Programs of customers call from there.
  anonymous: [{ below: 3, rules: ["HostingProviderIPList"] }],
};

/** Groups that judge who asks: addresses of ill repute, and those that hide who is behind them. */
export const reputationGroups = (waf: Waf): readonly UnplacedRule[] =>
  ALWAYS.reputation.map((name) => groupRule(name, waf));

/** Groups that judge what is asked: those that every firewall has, then those that the blueprint adds. */
export const contentGroups = (waf: Waf): readonly UnplacedRule[] =>
  [...ALWAYS.content, ...waf.groups].map((name) => groupRule(name, waf));

function groupRule(name: GroupName, { paranoia, exceptions }: Waf): UnplacedRule {
  const { group } = MANAGED_GROUPS[name];
  const counted = (COUNTED[name] ?? []).flatMap(({ below, rules }) => (paranoia < below ? rules : []));
  const outside = exceptions
    .filter((one) => one.group === name)
    .map(({ path }) => not(text(PATH, "STARTS_WITH", path)));
  const scope: Statement | undefined = outside.length === 0 ? undefined : allOf(outside);
  return {
    name: group,
    action: "group",
    statement: managedGroup(group, { counted, ...(scope === undefined ? {} : { scope }) }),
  };
}

/** Tags that say which paths are excepted from which group, until when, and why. */
export const exceptionTags = ({ exceptions }: Waf): Readonly<Record<string, string>> =>
  Object.fromEntries(
    exceptions.map(({ path, group, until, reason }) => [`exception:${group}:${path}`, `${until} ${reason}`]),
  );
