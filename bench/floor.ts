// What no program can be faster than: the same bytes from plain objects.
import { load } from "js-yaml";
import { emitJson } from "../lib/synth/json.ts";
import { emitYaml } from "../lib/synth/yaml.ts";

/** Serializes what some files hold, from objects that are there already. */
export function floorOf(files: ReadonlyMap<string, string>): () => ReadonlyMap<string, string> {
  const plain = [...files].map(([path, text]): readonly [string, unknown] => [
    path,
    path.endsWith(".json") ? JSON.parse(text) : load(text),
  ]);
  return () =>
    new Map(
      plain.map(([path, value]) => [
        path,
        path.endsWith(".json") ? emitJson(value) : emitYaml(isDocument(value) ? value : {}),
      ]),
    );
}

const isDocument = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
