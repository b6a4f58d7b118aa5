import { type Estate, regionsOf } from "./index.ts";
import { type Fields, object, text, texts } from "./json.ts";
import { type Application, nameOf } from "./objects.ts";
import { type Stack, sliceOf } from "./stacks.ts";

/** Where something is: a blueprint in an environment and region, or in its `global` place; `account` for what accounts own. */
export interface Location {
  readonly blueprint: string;
  /** Name of the environment; of the account for what accounts own. */
  readonly environment: string;
  /** Region code, or `global`. */
  readonly region: string;
}

/** A thing in an estate: what Terraform or Kubernetes has a name for, or the stack or application that holds it. */
export interface Node extends Location {
  /** Unique in an estate. */
  readonly id: string;
  readonly kind: "place" | "stack" | "application" | "resource" | "data" | "output" | "object";
  /** Name of the stack, or path of the application, that it is in; `blueprint/environment/region` of a place. */
  readonly unit: string;
  /** What distinguishes the unit in its place: layer and slice of a stack, name of an application. */
  readonly part: string;
  /** As its engine names it inside the unit: `aws_vpc.network`, `Deployment shop/cart`; empty for the unit itself. */
  readonly address: string;
  /** Terraform's type or Kubernetes' kind. */
  readonly type: string;
  readonly layer: string;
  /** Where its engine works on it: `account/region`, the region of the provider for what is global. */
  readonly scope: string;
  /** Name of the cluster that the pods of its place are in; the place itself where no stack says it. */
  readonly cluster: string;
  /** Path of the construct that made it. */
  readonly component?: string;
  readonly service?: string;
  /** Facts of the catalogue that it expresses. */
  readonly facts: readonly string[];
  /** What is written about it, without our own marks. */
  readonly body: Fields;
}

/** Nodes by the stack or application that they were made of, so that two estates which share it share them. */
export type KnownNodes = WeakMap<Stack | Application, { readonly told: string; readonly nodes: readonly Node[] }>;

/** The nodes of an estate: its places, then units, each followed by what it holds. @param known nodes of units that another estate has too */
export function nodesOf(estate: Estate, known: KnownNodes = new WeakMap()): Node[] {
  const inside = nodesInside(estate, known);
  const places = new Map(inside.map((node) => [placeOf(node), node]));
  return [...[...places].flatMap(([place, node]) => nodeOfPlace(place, node)), ...inside];
}

/** `blueprint/environment/region`. */
export const placeOf = ({ blueprint, environment, region }: Location): string =>
  `${blueprint}/${environment}/${region}`;

/** Identifies the cluster that pods are in: a name alone may be that of another account's. */
export const clusterOf = ({ scope, cluster }: Pick<Node, "scope" | "cluster">): string => `${scope} ${cluster}`;

function nodeOfPlace(place: string, { blueprint, environment, region, scope, cluster }: Node): Node[] {
  if (blueprint === RETIRED) return [];
  const at = { blueprint, environment, region, scope, cluster };
  return [
    {
      ...at,
      id: place,
      kind: "place",
      unit: place,
      part: "",
      address: "",
      type: "place",
      layer: "",
      facts: [],
      body: {},
    },
  ];
}

function nodesInside(estate: Estate, known: KnownNodes): Node[] {
  const services = new Map<string, ReadonlySet<string>>(
    estate.blueprints.map(({ blueprint, environment, leaves }) => [
      `${blueprint}/${environment}`,
      new Set([...leaves().keys()].flatMap((path) => /^services\.([^.]+)\.image$/.exec(path)?.[1] ?? [])),
    ]),
  );
  const regions = new Map(regionsOf(estate).map((one) => [placeOf(one), one]));
  const once = (unit: Stack | Application, told: string, make: () => Node[]): readonly Node[] => {
    const before = known.get(unit);
    if (before?.told === told) return before.nodes;
    const nodes = make();
    known.set(unit, { told, nodes });
    return nodes;
  };
  return [
    ...estate.stacks.flatMap((one) => {
      const location = locationOf(one);
      const cluster = regions.get(placeOf(location))?.cluster ?? placeOf(location);
      return once(one, cluster, () => nodesOfStack(one, location, cluster));
    }),
    ...estate.applications.flatMap((one) => {
      const { account = "?", cluster = placeOf(one) } = regions.get(placeOf(one)) ?? {};
      const isService = services.get(`${one.blueprint}/${one.environment}`)?.has(one.name) === true;
      return once(one, `${account} ${cluster} ${isService}`, () =>
        nodesOfApplication(one, account, cluster, isService),
      );
    }),
  ];
}

/** Blueprint of the stacks that the ledger still holds and no blueprint has any more. */
export const RETIRED = "retired";

/** Id of a node: the unit, and the address inside it. */
export const idOf = (unit: string, address: string): string => (address === "" ? unit : `${unit} ${address}`);

function nodesOfStack(stack: Stack, location: Location, cluster: string): Node[] {
  const slice = sliceOf(stack);
  const unit = {
    ...location,
    scope: `${stack.account}/${stack.region}`,
    cluster,
    unit: stack.name,
    part: slice === "" ? stack.layer : `${stack.layer}-${slice}`,
    layer: stack.layer,
  };
  const made = (kind: Node["kind"], type: string, address: string, given: Fields): Node => {
    const { "//": own, ...body } = given;
    const component = text(object(own)["path"]);
    const service = /^services\/([^/]+)/.exec(component ?? "")?.[1];
    // Other providers of a stack are named after their regions.
    const elsewhere = /^aws\.(.+)$/.exec(text(body["provider"]) ?? "")?.[1];
    return {
      ...unit,
      ...(elsewhere === undefined ? {} : { scope: `${stack.account}/${elsewhere}` }),
      id: idOf(stack.name, address),
      kind,
      address,
      type,
      facts: texts(object(own)["facts"]),
      body,
      ...(component === undefined ? {} : { component: `${stack.layer}/${component}` }),
      ...(service === undefined ? {} : { service }),
    };
  };
  const { resource, data, output, ...settings } = stack.document;
  return [
    made("stack", "stack", "", settings),
    ...Object.entries(object(resource)).flatMap(([type, byId]) =>
      Object.entries(object(byId)).map(([id, body]) => made("resource", type, `${type}.${id}`, object(body))),
    ),
    ...Object.entries(object(data)).flatMap(([type, byId]) =>
      Object.entries(object(byId)).map(([id, body]) => made("data", type, `data.${type}.${id}`, object(body))),
    ),
    ...Object.entries(object(output)).map(([id, body]) => made("output", "output", `output.${id}`, object(body))),
  ];
}

/** Where a stack is. Stacks that are retired say nothing of it but their name. */
function locationOf(stack: Stack): Location {
  const { name, layer, region } = stack;
  const [, environment = name, place = region] =
    new RegExp(`^(?:account|${stack.blueprint || "account"})-(.+)-(global|${region})-${layer}(?:-|$)`).exec(name) ?? [];
  return {
    blueprint: stack.blueprint || (layer === "" ? RETIRED : "account"),
    environment: stack.environment || environment,
    region: place,
  };
}

function nodesOfApplication(application: Application, account: string, cluster: string, isService: boolean): Node[] {
  const { path, blueprint, environment, region, name, objects, components } = application;
  const layer = objects.flatMap(({ metadata }) => metadata.labels?.["dodeca.dev/layer"] ?? [])[0] ?? "";
  const unit = {
    blueprint,
    environment,
    region,
    scope: `${account}/${region}`,
    cluster,
    unit: path,
    part: name,
    layer,
    ...(isService ? { service: name } : {}),
  };
  const taken = new Set<string>();
  return [
    { ...unit, id: path, kind: "application", address: "", type: "application", facts: [], body: {} },
    ...objects.map((one): Node => {
      const { kind, apiVersion } = one;
      // Two groups of the API may have a kind of the same name.
      const address = taken.has(nameOf(one)) ? `${nameOf(one)} (${apiVersion})` : nameOf(one);
      taken.add(address);
      const component = components.get(nameOf(one));
      return {
        ...unit,
        id: idOf(path, address),
        kind: "object",
        address,
        type: kind,
        facts: [],
        body: one,
        ...(component === undefined ? {} : { component }),
      };
    }),
  ];
}
