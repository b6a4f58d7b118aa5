import type { Change } from "../../estate/diff.ts";
import { at, list, text, texts } from "../../estate/json.ts";
import { type Node, placeOf } from "../../estate/node.ts";
import type { Evidence } from "../evidence.ts";
import { isMember, type Move } from "../moves.ts";
import {
  asksForUser,
  authorizationGuards,
  type CallPermit,
  calls,
  callTold,
  isFromOutside,
  isPreflight,
} from "../network/authorization.ts";
import { type Opening, openings } from "../network/guards.ts";
import type { Rule, Suspicion } from "../risk.ts";
import { hasUnit } from "../whole.ts";
import { titleOf } from "./stateful.ts";

/** A path that the internet reaches and that asks nobody who they are, as it did before or as it is new. */
export const publicWithoutAuthentication: Rule = {
  id: "public-without-authentication",
  severity: "high",
  consequence: "Anybody on the internet can call it: to read, to write, and to make it work until it is down.",
  undo: "Say again how callers prove who they are, and sync. Look into the access logs for who called meanwhile.",
  judge: (evidence) => {
    const opened = openings(evidence, calls("ALLOW")).filter(isNewUserless);
    const places = new Set(opened.map(({ change }) => `${placeOf(change.node)} ${change.node.service}`));
    return [
      ...opened.map(({ change, permit }) => ({
        change,
        what: `${titleOf(change.node)} now allows ${permit === undefined ? "everything" : callTold(permit)}, whoever asks; before: ${usersBefore(change)}`,
      })),
      ...openRoutes(
        evidence.moves.map((move) => withRoutes(move, evidence)),
        places,
      ),
      ...evidence.changes.flatMap((change) => tokens(change, evidence)),
    ];
  },
};

/** Whether what is opened is that callers from outside need not say which user they are. */
export const isNewUserless = ({ permit }: Opening<CallPermit>): boolean =>
  permit !== undefined && !asksForUser(permit) && isFromOutside(permit) && !isPreflight(permit);

function usersBefore({ before }: Change): string {
  const permits = before === undefined ? [] : authorizationGuards("ALLOW")(before).flatMap((guard) => guard.permits);
  const outside = permits.filter(isFromOutside).map(callTold);
  return outside.length === 0 ? "nothing from outside" : outside.slice(0, 3).join("; ");
}

/** A service that is new moves as a whole: here with the routes that it brings. */
function withRoutes(move: Move, { head }: Evidence): Move {
  const [place] = move.places;
  if (!isMember(move.path) || move.before !== undefined || place === undefined) return move;
  const of = head.estate.blueprints.find(
    ({ blueprint, environment }) => blueprint === place.blueprint && environment === place.environment,
  );
  const path = `${move.path}.routes`;
  const leaf = of?.leaves(place.region === "global" ? undefined : place.region).get(path);
  return leaf === undefined ? move : { ...move, path, after: leaf.value };
}

const ROUTES = /^services\.([^.]+)\.routes(?:\[(.+?)\](?:\.(\w+))?)?$/;

/** Routes without authentication that no change of the output tells of, such as those of a service that is new. */
function openRoutes(moves: readonly Move[], told: ReadonlySet<string>): Suspicion[] {
  const found = moves.flatMap((move) => {
    const [, service, name, field] = ROUTES.exec(move.path) ?? [];
    if (service === undefined || move.places.some((place) => told.has(`${placeOf(place)} ${service}`))) return [];
    return openIn(move, name, field).map((route) => ({
      move,
      what: `${service} answers ${route} to anybody; before: ${authBefore(move, name)}`,
    }));
  });
  // The same leaf may move by another source in each environment, and is the same decision.
  return [...Map.groupBy(found, ({ move, what }) => `${move.path} ${what}`).values()].flatMap((same): Suspicion[] => {
    const [first] = same;
    const places = same.flatMap(({ move }) => move.places);
    return first === undefined
      ? []
      : [{ what: first.what, move: same.length === 1 ? first.move : { ...first.move, places } }];
  });
}

function openIn({ before: was, after: is }: Move, name: string | undefined, field: string | undefined): string[] {
  if (name !== undefined && field !== undefined) return field === "auth" && is === "none" ? [name] : [];
  if (name !== undefined) return at(is, "auth") === "none" ? [name] : [];
  const old = new Map(list(was).map((route) => [routeTold(route), text(at(route, "auth"))]));
  return list(is)
    .filter((route) => at(route, "auth") === "none" && old.get(routeTold(route)) !== "none")
    .map(routeTold);
}

const routeTold = (route: unknown): string => `${text(at(route, "method")) ?? "GET"} ${text(at(route, "path")) ?? "?"}`;

function authBefore({ before: was, path }: Move, name: string | undefined): string {
  if (path.endsWith(".auth")) return text(was) ?? "nothing";
  return name === undefined && was !== undefined ? "not so" : "no such route";
}

/** Whose tokens are believed: those of more issuers, for more audiences, or without being looked at. */
function tokens(change: Change, { after }: Evidence): Suspicion[] {
  const { node, before: was, kind } = change;
  if (node.type !== "RequestAuthentication" || was === undefined) return [];
  const title = titleOf(node);
  if (kind === "removed")
    return hasUnit(after, node)
      ? [
          {
            change,
            severity: "medium",
            what: `${title} is gone: tokens of ${issuers(node).join(", ")} are not looked at any more`,
          },
        ]
      : [];
  const old = rulesOf(was);
  return [...rulesOf(node)].flatMap(([issuer, audiences]): Suspicion[] => {
    const known = old.get(issuer);
    if (known === undefined)
      return [
        { change, what: `${title} now believes tokens of ${issuer}; before: ${issuers(was).join(", ") || "nobody"}` },
      ];
    const isWider = known.length > 0 && (audiences.length === 0 || audiences.some((one) => !known.includes(one)));
    return isWider
      ? [
          {
            change,
            what: `${title} now believes tokens of ${issuer} for ${audiences.join(", ") || "any audience"}; before for ${known.join(", ")}`,
          },
        ]
      : [];
  });
}

const rulesOf = ({ body }: Node): ReadonlyMap<string, readonly string[]> =>
  new Map(
    list(at(body, "spec", "jwtRules")).map((rule) => [text(at(rule, "issuer")) ?? "", texts(at(rule, "audiences"))]),
  );

const issuers = (node: Node): string[] => [...rulesOf(node).keys()];
