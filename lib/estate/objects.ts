import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { loadAll } from "js-yaml";
import { z } from "zod";
import type { Files } from "./files.ts";
import type { ReadOutput } from "./index.ts";

/** A Kubernetes object as far as every object goes. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

/** An Argo CD application of an output: the objects that are synced together. */
export interface Application {
  /** `blueprint/environment/region/name`. */
  readonly path: string;
  readonly blueprint: string;
  readonly environment: string;
  readonly region: string;
  readonly name: string;
  readonly objects: readonly KubernetesObject[];
  /** Layer and path of the construct that an object comes from, by kind and name as in {@link nameOf}. */
  readonly components: ReadonlyMap<string, string>;
}

const objectSchema = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({
    name: z.string(),
    namespace: z.string().optional(),
    labels: z.record(z.string(), z.string()).optional(),
  }),
});

const APPLICATION_FILE = /^dist\/kubernetes\/([^/]+\/[^/]+\/[^/]+\/[^/]+)\/.+\.ya?ml$/;

/** Path of the application that a file is of. */
export const applicationOfFile = (path: string): string | undefined => APPLICATION_FILE.exec(path)?.[1];

/** The applications of an output, by path. @param other another output, whose applications are shared where they are the same @throws when a document is not an object of Kubernetes */
export function applicationsIn(files: Files, other?: ReadOutput): Application[] {
  const [own, others] = [filesByApplication(files), filesByApplication(other?.files ?? new Map())];
  const known = new Map(other?.estate.applications.map((application) => [application.path, application]));
  return [...own]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, texts]) => {
      const same = isSame(texts, others.get(path)) ? known.get(path) : undefined;
      return (
        same ??
        applicationOf(
          path,
          texts.map(([, yaml]) => yaml),
        )
      );
    });
}

type TextsByPath = readonly (readonly [path: string, text: string])[];

function filesByApplication(files: Files): ReadonlyMap<string, TextsByPath> {
  const found = Map.groupBy(files, ([path]) => applicationOfFile(path) ?? "");
  found.delete("");
  return found;
}

const isSame = (files: TextsByPath, others: TextsByPath = []): boolean =>
  files.length === others.length &&
  files.every(([path, text], index) => path === others[index]?.[0] && text === others[index]?.[1]);

/** An application from the texts of its files. */
export function applicationOf(path: string, yamls: readonly string[]): Application {
  const [blueprint = "", environment = "", region = "", name = ""] = path.split("/");
  const documents = yamls.map((yaml) => ({ component: /^# (\S+)\n/.exec(yaml)?.[1], objects: objectsIn(yaml) }));
  return {
    path,
    blueprint,
    environment,
    region,
    name,
    objects: documents.flatMap(({ objects }) => objects),
    components: new Map(
      documents.flatMap(({ component, objects }) =>
        component === undefined ? [] : objects.map((one): [string, string] => [nameOf(one), component]),
      ),
    ),
  };
}

const yamlBelow = (folder: string): string[] =>
  globSync("**/*.{yaml,yml}", { cwd: folder })
    .sort()
    .map((file) => readFileSync(join(folder, file), "utf8"));

/** Objects of every document below a folder, in the order of file names. */
export const objectsBelow = (folder: string): KubernetesObject[] => yamlBelow(folder).flatMap(objectsIn);

/** Objects of a text of YAML documents. @throws when a document is not an object of Kubernetes */
export function objectsIn(yaml: string): KubernetesObject[] {
  // A bare "=" is a scalar to those who wrote some definitions.
  return loadAll(yaml.replace(/^(\s*-\s+)=$/gm, '$1"="')).flatMap((document) => {
    if (document === null || document === undefined) return [];
    const { metadata, ...rest } = objectSchema.parse(document);
    const { namespace, labels, ...named } = metadata;
    return [
      {
        ...rest,
        metadata: {
          ...named,
          ...(namespace === undefined ? {} : { namespace }),
          ...(labels === undefined ? {} : { labels }),
        },
      },
    ];
  });
}

/** An object as people name it: `Deployment url-shortener/redirect`. */
export const nameOf = ({ kind, metadata: { namespace, name } }: KubernetesObject): string =>
  `${kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`;
