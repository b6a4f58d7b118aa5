import { isJsonObject, type Json, type JsonObject, valueAt } from "./merge.ts";
import { nearest, type Problem } from "./problem.ts";
import { show } from "./schema-problems.ts";
import { type StoreKind, verbsOfStore } from "./stores.ts";
import { streamVerbs } from "./streams.ts";

type Finding = Omit<Problem, "file" | "line"> & { readonly at: readonly string[] };

/** Repeats at run time what the compiler checks in a blueprint: Node strips types without checking them. */
export function referenceProblems(data: JsonObject): Finding[] {
  const stores = members(data["data"]);
  const streams = members(data["streams"]);
  const services = members(data["services"]);
  const secrets = Object.keys(members(valueAt(data, ["layers", "security", "secrets"])));
  const all = [...Object.keys(stores), ...Object.keys(streams), ...Object.keys(services)];
  const findings: Finding[] = [];
  const report = (
    at: readonly string[],
    code: string,
    message: string,
    given: Json | undefined,
    allowed: readonly string[],
    otherwise = allowed.length > 0 ? "write one of them, or declare it" : "declare it",
  ): void => {
    const found = nearest(String(given), allowed);
    findings.push({
      at,
      path: at.join("."),
      code,
      message,
      given: show(given),
      allowed,
      ...(found === undefined ? {} : { nearest: found }),
      fix: found === undefined ? otherwise : `write "${found}"`,
    });
  };

  const seen = new Map<string, string>();
  for (const [kind, group] of [
    ["data", stores],
    ["streams", streams],
    ["services", services],
  ] as const) {
    for (const name of Object.keys(group)) {
      const other = seen.get(name);
      if (other !== undefined)
        report(
          [kind, name],
          "ambiguous-name",
          `${other} has a member of this name too, and \`uses\` could mean either`,
          name,
          [],
          "rename one of them",
        );
      seen.set(name, kind);
    }
  }

  for (const [name, service] of Object.entries(services)) {
    for (const [target, verb] of Object.entries(members0(service["uses"]))) {
      const at = ["services", name, "uses", target];
      const store = stores[target];
      const verbs =
        store !== undefined
          ? verbsFor(store)
          : streams[target] !== undefined
            ? streamVerbs
            : services[target] !== undefined
              ? ["call"]
              : undefined;
      if (verbs === undefined)
        report(
          at,
          "unknown-use",
          `the service uses "${target}", which the blueprint does not have`,
          target,
          all.filter((other) => other !== name),
        );
      else if (!verbs.some((allowed) => allowed === verb))
        report(at, "unknown-verb", `"${target}" cannot be used like this`, verb, verbs);
      else if (target === name) report(at, "self-use", "a service cannot use itself", target, [], "remove it");
    }
    const lag = valueAt(service, ["scaling", "on", "lag", "stream"]);
    if (lag !== undefined) {
      const consumed = Object.entries(members0(service["uses"])).filter(
        ([target, verb]) => streams[target] !== undefined && String(verb).includes("consume"),
      );
      if (!consumed.some(([target]) => target === lag)) {
        report(
          ["services", name, "scaling", "on", "lag", "stream"],
          "unknown-stream",
          "a service scales on the lag of a stream that it consumes",
          lag,
          consumed.map(([target]) => target),
        );
      }
    }
    const wanted = service["secrets"];
    for (const [index, secret] of (Array.isArray(wanted) ? wanted : []).entries()) {
      if (!secrets.includes(String(secret)))
        report(
          ["services", name, "secrets", String(index)],
          "unknown-secret",
          "the secret is not declared in layers.security.secrets",
          secret,
          secrets,
        );
    }
  }
  for (const [name, stream] of Object.entries(streams)) {
    const sink = stream["sink"];
    const objects = Object.entries(stores).flatMap(([store, { kind }]) => (kind === "object" ? [store] : []));
    if (sink !== undefined && !objects.includes(String(sink)))
      report(["streams", name, "sink"], "unknown-sink", "a sink is an object store of the blueprint", sink, objects);
  }
  const table = data["routes"];
  for (const [index, row] of (Array.isArray(table) ? table : []).entries()) {
    const to = valueAt(row, ["to"]);
    if (services[String(to)] === undefined)
      report(
        ["routes", String(index), "to"],
        "unknown-service",
        "the route's target is no service of the blueprint",
        to,
        Object.keys(services),
      );
  }
  return findings;
}

function verbsFor(store: JsonObject): readonly string[] {
  const kind = store["kind"];
  return isStoreKind(kind) ? verbsOfStore[kind] : [];
}

function isStoreKind(kind: Json | undefined): kind is StoreKind {
  return typeof kind === "string" && kind in verbsOfStore;
}

function members(value: Json | undefined): Record<string, JsonObject> {
  return isJsonObject(value)
    ? Object.fromEntries(
        Object.entries(value).flatMap(([name, member]) => (isJsonObject(member) ? [[name, member]] : [])),
      )
    : {};
}

function members0(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}
