import { ApiObject } from "cdk8s";
import type { Application } from "../layers/common/application.ts";
import { factsOf } from "../layers/common/encodes.ts";

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
    const errors = node.node.validate();
    if (errors.length > 0)
      throw new Error(`application ${application.node.id}: ${node.node.path}: ${errors.join("; ")}`);
    if (!ApiObject.isApiObject(node)) continue;
    const document: unknown = node.toJson();
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
