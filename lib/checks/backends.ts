import type { Estate } from "../estate/index.ts";
import { at, text } from "../estate/json.ts";
import { error, type Finding } from "./finding.ts";

/** Each stack keeps its state in a place of its own, locked and encrypted; engines leave that out when they validate many stacks at once. */
export function backends({ stacks }: Estate): Finding[] {
  const found: Finding[] = [];
  const keys = new Map<string, string>();
  for (const { name, document } of stacks) {
    const backend = (key: string): unknown => at(document, "terraform", "backend", "s3", key);
    const report = (code: string, summary: string): void => {
      found.push(error(code, name, summary, "terraform.backend.s3"));
    };
    for (const key of ["bucket", "key", "region"]) {
      if (text(backend(key)) === undefined) report("backend-incomplete", `the backend has no ${key}`);
    }
    if (backend("use_lockfile") !== true)
      report("backend-unlocked", "the state is not locked: use_lockfile is not true");
    if (backend("encrypt") !== true) report("backend-unencrypted", "the state is not encrypted: encrypt is not true");
    const key = text(backend("key"));
    if (key !== undefined && key !== `${name}/terraform.tfstate`)
      report("backend-key", `the state's key is ${key}, not ${name}/terraform.tfstate`);
    const place = `${text(backend("bucket")) ?? ""}/${key ?? ""}`;
    const other = keys.get(place);
    if (other !== undefined) report("backend-shared", `${other} keeps its state in the same place, ${place}`);
    keys.set(place, name);
  }
  return found;
}
