import { at, list, text, texts } from "../estate/json.ts";
import type { Node } from "../estate/node.ts";
import type { ClientKindName } from "../model/client-kinds.ts";
import type { Analysis, Subject, Table } from "./analysis.ts";
import { primaryNodes } from "./own-nodes.ts";

/** Where the output lacks what a backend needs. */
export const LACKING = "missing";

/** Kinds of clients that one backend can speak for, since they need the same shapes. Catalogue: client.patterns.bff. */
const FAMILIES: Readonly<Record<ClientKindName, string>> = {
  web: "web",
  desktop: "web",
  ios: "mobile",
  android: "mobile",
  wearable: "mobile",
  xr: "mobile",
  iot: "IoT",
  partner: "partners",
};

/** Which service speaks for which clients, its pods and route in the output, and whom it asks for them. */
export const clientBackends: Analysis = {
  id: "client-backends",
  title: "Backends for frontends",
  of: (subject: Subject): Table => {
    const backends = new Map<string, { families: Set<string>; clients: string[] }>();
    for (const [name, { kind, backend }] of Object.entries(subject.deployment.primary.blueprint.layers.client.apps)) {
      if (backend === undefined) continue;
      const known = backends.get(backend) ?? { families: new Set(), clients: [] };
      known.families.add(FAMILIES[kind]);
      known.clients.push(name);
      backends.set(backend, known);
    }
    return {
      columns: ["backend", "family", "clients", "pods", "route", "asks"],
      rows: [...backends].map(([backend, { families, clients }]) => [
        backend,
        [...families].join(", "),
        clients.join(", "),
        primaryNodes(subject, "object", "Deployment").find((node) => nameOf(node) === backend)?.address ?? LACKING,
        routeTo(subject, backend)?.address ?? LACKING,
        asked(subject, backend).join(", "),
      ]),
      notes: [...backends].flatMap(([backend, { families }]) =>
        families.size < 2 ? [] : [`${backend} speaks for families with different needs: ${[...families].join(", ")}`],
      ),
    };
  },
};

const nameOf = ({ body }: Node): string | undefined => text(at(body, "metadata", "name"));

/** A route that leads to a service and to no other. */
const routeTo = (subject: Subject, service: string): Node | undefined =>
  [...primaryNodes(subject, "object", "HTTPRoute"), ...primaryNodes(subject, "object", "GRPCRoute")].find(
    ({ body }) => {
      const to = list(at(body, "spec", "rules"))
        .flatMap((rule) => list(at(rule, "backendRefs")))
        .flatMap((ref) => texts(at(ref, "name")));
      return to.length > 0 && to.every((one) => one === service);
    },
  );

/** Services that admit calls of a backend. */
const asked = (subject: Subject, backend: string): readonly string[] =>
  primaryNodes(subject, "object", "AuthorizationPolicy")
    .filter(({ body }) =>
      list(at(body, "spec", "rules"))
        .flatMap((rule) => list(at(rule, "from")))
        .flatMap((from) => texts(at(from, "source", "principals")))
        .some((principal) => principal.endsWith(`/sa/${backend}`)),
    )
    .flatMap((node) => nameOf(node) ?? [])
    .sort();
