import { patternCovers } from "../../checks/iam.ts";
import { at, list, object, text, texts } from "../../estate/json.ts";
import type { Node } from "../../estate/node.ts";
import { arePreflights } from "../../estate/preflights.ts";
import type { Severity } from "../risk.ts";
import { isPublic, rangeCovers } from "./addresses.ts";
import { type Guard, type Permits, selectorOfTargets } from "./guards.ts";

/** One caller doing one thing that an authorization policy of the mesh allows, by field: nothing stands for any. */
export interface CallPermit {
  readonly source: Readonly<Record<string, readonly string[]>>;
  readonly operation: Readonly<Record<string, readonly string[]>>;
  readonly when: readonly unknown[];
}

/** The guards that an authorization policy is, by its action. @param action `ALLOW` shuts everything else, `DENY` shuts what it names */
export function authorizationGuards(action: "ALLOW" | "DENY"): (node: Node) => Guard<CallPermit>[] {
  return (node) => {
    if (node.type !== "AuthorizationPolicy") return [];
    const spec = object(node.body["spec"]);
    if ((text(spec["action"]) ?? "ALLOW") !== action) return [];
    const namespace = text(at(node.body, "metadata", "namespace")) ?? "default";
    return [
      {
        node,
        shuts: action,
        namespace,
        everywhere: namespace === "istio-system" && spec["selector"] === undefined,
        selector: selectorOfTargets(spec["targetRefs"]) ?? spec["selector"],
        permits: list(spec["rules"]).flatMap((rule) =>
          orAny(at(rule, "from")).flatMap((from) =>
            orAny(at(rule, "to")).map((to) => ({
              source: fieldsOf(at(from, "source")),
              operation: fieldsOf(at(to, "operation")),
              when: list(at(rule, "when")),
            })),
          ),
        ),
      },
    ];
  };
}

const orAny = (value: unknown): readonly unknown[] => (list(value).length === 0 ? [undefined] : list(value));

const fieldsOf = (value: unknown): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(
    Object.entries(object(value)).flatMap(([key, values]) =>
      texts(values).length === 0 ? [] : [[key, texts(values)] as const],
    ),
  );

/** Whether every call that a permit allows is allowed by another. */
const isCallWithin = (inner: CallPermit, outer: CallPermit): boolean =>
  isFieldsWithin(inner.source, outer.source) &&
  isFieldsWithin(inner.operation, outer.operation) &&
  outer.when.every((wanted) => inner.when.some((given) => isWhenWithin(given, wanted)));

function isFieldsWithin(inner: CallPermit["source"], outer: CallPermit["source"]): boolean {
  return Object.entries(outer).every(([key, values]) => {
    const given = inner[key];
    if (given === undefined) return false;
    return isNegative(key) ? areCovered(key, values, given) : areCovered(key, given, values);
  });
}

const isNegative = (key: string): boolean => /^not[A-Z]/.test(key);

const areCovered = (key: string, inner: readonly string[], outer: readonly string[]): boolean =>
  inner.every((one) => outer.some((pattern) => (/IpBlocks$/i.test(key) ? rangeCovers : patternCovers)(pattern, one)));

function isWhenWithin(given: unknown, wanted: unknown): boolean {
  if (at(given, "key") !== at(wanted, "key")) return false;
  const [values, allowed] = [texts(at(given, "values")), texts(at(wanted, "values"))];
  const [notValues, refused] = [texts(at(given, "notValues")), texts(at(wanted, "notValues"))];
  return (
    (allowed.length === 0 || (values.length > 0 && areCovered("", values, allowed))) &&
    areCovered("", refused, notValues)
  );
}

type Fields = CallPermit["source"];

/** A permit as one for each caller, method, path and so on. */
function splitCall({ source, operation, when }: CallPermit): CallPermit[] {
  return singles(source).flatMap((from) => singles(operation).map((to) => ({ source: from, operation: to, when })));
}

/** Fields of several values as fields of one; what is excluded is excluded from each. */
const singles = (fields: Fields): Fields[] =>
  Object.entries(fields).reduce<Fields[]>(
    (all, [key, values]) =>
      isNegative(key)
        ? all.map((one) => ({ ...one, [key]: values }))
        : all.flatMap((one) => values.map((value) => ({ ...one, [key]: [value] }))),
    [{}],
  );

function joinCalls(permits: readonly CallPermit[]): CallPermit | undefined {
  const [first] = permits;
  if (first === undefined) return undefined;
  const joined = (of: "source" | "operation"): Fields =>
    Object.fromEntries(
      Object.keys(first[of]).map((key) => [key, [...new Set(permits.flatMap((one) => one[of][key] ?? []))]]),
    );
  return { source: joined("source"), operation: joined("operation"), when: first.when };
}

/** How the permits of authorization policies are compared. @param action whose policies are meant */
export const calls = (action: "ALLOW" | "DENY"): Permits<CallPermit> => ({
  guardsOf: authorizationGuards(action),
  isWithin: isCallWithin,
  split: splitCall,
  join: joinCalls,
});

/** Whether a permit asks who the caller's user is. */
export const asksForUser = ({ source, when }: CallPermit): boolean =>
  source["requestPrincipals"] !== undefined || when.some((one) => text(at(one, "key"))?.startsWith("request.auth."));

/** Whether a permit is for what browsers ask before a request, which the sidecar answers. */
export const isPreflight = ({ operation, when }: CallPermit): boolean => arePreflights([operation], when);

/** Whether a permit lets in what comes from outside of the cluster: through a gateway, or without a word on who calls. */
export const isFromOutside = ({ source }: CallPermit): boolean =>
  !["principals", "namespaces", "serviceAccounts", "ipBlocks"].some((key) => source[key] !== undefined) ||
  (source["principals"] ?? []).some((one) => one === "*" || /\/ns\/[^/]*(?:ingress|gateway)/.test(one)) ||
  (source["namespaces"] ?? []).some((one) => one === "*" || /ingress|gateway/.test(one)) ||
  (source["ipBlocks"] ?? []).some(isPublic);

/** A permit as a sentence goes on. */
export function callTold({ source, operation, when }: CallPermit): string {
  const who = Object.entries(source).map(([key, values]) => `${WORDS[key] ?? `${key} `}${values.join(", ")}`);
  const what = ["methods", "paths", "hosts", "ports"].flatMap((key) => operation[key]?.join(", ") ?? []);
  const rest = Object.entries(operation)
    .filter(([key]) => isNegative(key))
    .map(([key, values]) => `${key} ${values.join(", ")}`);
  const only = when.map((one) => `${String(at(one, "key"))} ${texts(at(one, "values")).join(", ")}`);
  return [
    what.length + rest.length === 0 ? "everything" : [...what, ...rest].join(" "),
    who.length === 0 ? "from anybody" : `from ${who.join(" with ")}`,
    ...(only.length === 0 ? [] : [`when ${only.join(" and ")}`]),
  ].join(" ");
}

const WORDS: Readonly<Record<string, string>> = { principals: "", requestPrincipals: "users " };

/** How much it weighs that a permit is new: from outside, from many, or from a named caller. */
export const weightOfCall = (permit: CallPermit): Severity => {
  const callers = [...(permit.source["principals"] ?? []), ...(permit.source["namespaces"] ?? [])];
  if (callers.length === 0 || callers.includes("*")) return "high";
  return isFromOutside(permit) || callers.some((one) => one.includes("*")) || permit.source["namespaces"] !== undefined
    ? "medium"
    : "low";
};
