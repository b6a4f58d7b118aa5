import { ApiObject } from "cdk8s";
import type { Application } from "../layers/common/application.ts";
import { factsOf } from "../layers/common/encodes.ts";
import { isPlainObject } from "./json.ts";

/** One Kubernetes object of an application, with the component that made it. */
export interface RenderedObject {
  /** Path of the construct inside the application. */
  readonly path: string;
  readonly facts: readonly string[];
  readonly document: Readonly<Record<string, unknown>>;
}

/** Renders an application's objects in the order of their construct paths' declaration. */
export function renderApplication(application: Application): readonly RenderedObject[] {
  const seen = new Map<string, string>();
  const objects: RenderedObject[] = [];
  for (const node of application.node.findAll()) {
    const errors = Reflect.get(node.node, "_validations") === undefined ? [] : node.node.validate();
    if (errors.length > 0)
      throw new Error(`application ${application.node.id}: ${node.node.path}: ${errors.join("; ")}`);
    if (!ApiObject.isApiObject(node)) continue;
    const document: unknown = documentOf(node);
    if (!isDocument(document)) throw new Error(`${node.node.path}: no object`);
    const path = node.node.path.slice(application.node.path.length + 1);
    const key = [document["apiVersion"], document["kind"], node.metadata.namespace ?? "", node.name].join(" ");
    const other = seen.get(key);
    if (other !== undefined)
      throw new Error(`application ${application.node.id}: ${other} and ${path} both make ${key}`);
    seen.set(key, path);
    const owner = node.node.scope;
    const facts = [...factsOf(node), ...(node.node.id === "Resource" && owner !== undefined ? factsOf(owner) : [])];
    objects.push({ path, facts: [...new Set(facts)].sort((a, b) => (a < b ? -1 : 1)), document });
  }
  return objects;
}

/** The class of an object of Kubernetes itself, which converts its properties to the fields of the API. */
interface Converter {
  readonly manifest: (props: object) => object;
}
const isConverter = (value: unknown): value is Converter =>
  typeof value === "function" && typeof Reflect.get(value, "manifest") === "function";

/**
 * What `toJson` returns, but for members that are undefined, which the emitter drops: `toJson` copies every value three
 * times more, to resolve what charts here never hold and to sort what the emitter sorts. It is asked where there are patches,
 * values that have to be resolved, or a class with a rendering of its own.
 * @throws for null, which `toJson`, Argo CD and the API server each drop without a word
 */
export function documentOf(object: ApiObject): object {
  const [props, patches]: unknown[] = [Reflect.get(object, "props"), Reflect.get(object, "patches")];
  if (!isDocument(props) || !Array.isArray(patches) || patches.length > 0 || !isSettled(props, object))
    return object.toJson();
  const document = { ...props, metadata: metadataOf(object) };
  if (object.toJson === ApiObject.prototype.toJson) return document;
  return isConverter(object.constructor) ? object.constructor.manifest(document) : object.toJson();
}

/** Whether a value is plain data, with no more in it than quantities and ports, which are classes around a scalar. */
function isSettled(value: unknown, object: ApiObject): boolean {
  if (typeof value !== "object") return true;
  if (value === null) throw new Error(`${object.node.path}: a null would be dropped on its way to the cluster`);
  if (Array.isArray(value)) return value.every((item) => isSettled(item, object));
  if (!isPlainObject(value)) return VALUE_CLASSES.has(value.constructor.name);
  for (const key in value) if (!isSettled(value[key], object)) return false;
  return true;
}

const VALUE_CLASSES: ReadonlySet<string> = new Set(["Quantity", "IntOrString"]);

const METADATA = ["name", "namespace", "annotations", "finalizers", "ownerReferences", "labels"] as const;

function metadataOf({ metadata }: ApiObject): object {
  const others: unknown = Reflect.get(metadata, "_additionalAttributes");
  const result: Record<string, unknown> = isDocument(others) ? { ...others } : {};
  for (const key of METADATA) result[key] = Reflect.get(metadata, key);
  for (const key in result) if (isEmpty(result[key])) result[key] = undefined;
  return result;
}

const isEmpty = (value: unknown): boolean => {
  if (typeof value !== "object" || value === null) return value === null;
  for (const _ in value) return false;
  return true;
};

function isDocument(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** File name of an object: kind and name, which are unique in an application, lower case. */
export function objectFile(document: Readonly<Record<string, unknown>>): string {
  const metadata = document["metadata"];
  const part = (key: string): string =>
    isDocument(metadata) && typeof metadata[key] === "string" ? String(metadata[key]) : "";
  const name = [String(document["kind"]), ...(part("namespace") === "" ? [] : [part("namespace")]), part("name")].join(
    "-",
  );
  return `${name.toLowerCase().replace(/[^a-z0-9.-]/g, "-")}.yaml`;
}
