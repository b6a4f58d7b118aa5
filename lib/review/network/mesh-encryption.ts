import type { Change } from "../../estate/diff.ts";
import type { Graph } from "../../estate/graph.ts";
import { at, object, text } from "../../estate/json.ts";
import type { Node } from "../../estate/node.ts";
import type { Suspicion } from "../risk.ts";
import { titleOf } from "../risks/stateful.ts";
import { hasUnit } from "../whole.ts";

/** Modes of mutual TLS, the strictest first. */
const MODES = ["STRICT", "PERMISSIVE", "DISABLE"];

/** Peers that need not prove who they are any more. @param before the estate as it was @param after the estate as it is */
export function meshOpenings(change: Change, before: Graph, after: Graph): Suspicion[] {
  const { node, before: was, kind } = change;
  if (node.type !== "PeerAuthentication") return [];
  const title = titleOf(node);
  if (kind === "removed") {
    const mode = modesOf(node).get("every port");
    return mode === "STRICT" && hasUnit(after, node)
      ? [{ change, severity: "high", what: `${title} is gone: its mode was STRICT` }]
      : [];
  }
  // What is new in an application that is new has let nobody in before.
  if (was === undefined && !hasUnit(before, node)) return [];
  const [old, now] = [was === undefined ? new Map<string, string>() : modesOf(was), modesOf(node)];
  return [...now].flatMap(([ports, mode]): Suspicion[] => {
    const earlier = old.get(ports) ?? old.get("every port") ?? (was === undefined ? "STRICT" : "PERMISSIVE");
    return MODES.indexOf(mode) > MODES.indexOf(earlier)
      ? [{ change, severity: "high", what: `${title} has ${mode} on ${ports} where it was ${earlier}` }]
      : [];
  });
}

/** Mode of every port that has one of its own, and of all others. */
function modesOf({ body }: Node): ReadonlyMap<string, string> {
  const written = (value: unknown): string | undefined => {
    const mode = text(at(value, "mode"));
    return mode === "UNSET" ? undefined : mode;
  };
  return new Map([
    ["every port", written(at(body, "spec", "mtls")) ?? "PERMISSIVE"],
    ...Object.entries(object(at(body, "spec", "portLevelMtls"))).flatMap(([port, value]): [string, string][] => {
      const mode = written(value);
      return mode === undefined ? [] : [[`port ${port}`, mode]];
    }),
  ]);
}
