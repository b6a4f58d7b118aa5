import { object, type StackDocument, text } from "./documents.ts";
import type { Diagnostic } from "./report.ts";

/** Checks of backends, which the engine leaves out when it validates many stacks at once. */
export function backendProblems(stacks: readonly StackDocument[]): ReadonlyMap<string, readonly Diagnostic[]> {
  const found = new Map<string, Diagnostic[]>();
  const keys = new Map<string, string>();
  for (const { name, document } of stacks) {
    const problems: Diagnostic[] = [];
    const backend = object(object(object(document["terraform"])["backend"])["s3"]);
    const report = (code: string, summary: string): void => {
      problems.push({ severity: "error", code, summary, address: "terraform.backend.s3" });
    };
    for (const key of ["bucket", "key", "region"]) {
      if (text(backend[key]) === undefined) report("backend-incomplete", `the backend has no ${key}`);
    }
    if (backend["use_lockfile"] !== true)
      report("backend-unlocked", "the state is not locked: use_lockfile is not true");
    if (backend["encrypt"] !== true) report("backend-unencrypted", "the state is not encrypted: encrypt is not true");
    const key = text(backend["key"]);
    if (key !== undefined && key !== `${name}/terraform.tfstate`)
      report("backend-key", `the state's key is ${key}, not ${name}/terraform.tfstate`);
    const place = `${text(backend["bucket"]) ?? ""}/${key ?? ""}`;
    const other = keys.get(place);
    if (other !== undefined) report("backend-shared", `${other} keeps its state in the same place, ${place}`);
    keys.set(place, name);
    found.set(name, problems);
  }
  return found;
}
