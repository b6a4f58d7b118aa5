import type { AttributeChange } from "../estate/attributes.ts";
import type { Change } from "../estate/diff.ts";

/** Labels and tags that say who owns something or what made it: nothing selects by them, and nothing runs differently. */
const MARKS = new Set([
  "app.kubernetes.io/managed-by",
  "app.kubernetes.io/version",
  "helm.sh/chart",
  "dodeca.dev/environment",
  "dodeca.dev/layer",
  "dodeca.dev/team",
  "dodeca.dev/version",
  "dodeca:version",
  "architecture",
  "edition",
  "managed-by",
  "team",
  "cost-center",
  "Name",
]);

/** Values that are computed from others, whose own change is shown. */
const HASHES = /(?:^|[./])(?:source_code_hash|output_base64sha256|etag|checksum[\w/.-]*|[\w-]*config-hash)$/;

/** Whether a change of an attribute follows from something else and decides nothing. */
export function isNoise({ path }: AttributeChange): boolean {
  const [, mark] = /(?:^|\.)(?:labels|tags|annotations|commonLabels)\.(.+)$/.exec(path) ?? [];
  if (mark !== undefined && (MARKS.has(mark) || /^checkov\.io\/skip\d+$/.test(mark))) return true;
  return HASHES.test(path) || path === "terraform.required_providers.aws.version";
}

/** Many changes that say the same and decide nothing. */
export interface Fold {
  readonly path: string;
  readonly before?: unknown;
  readonly after?: unknown;
  /** Nodes that it is on. */
  readonly count: number;
}

/** Changes without noise, and the noise folded. A node on which there is nothing else is no change. */
export function foldNoise(changes: readonly Change[]): { readonly changes: Change[]; readonly folds: Fold[] } {
  const folds = new Map<string, Fold>();
  const kept = changes.flatMap((change): Change[] => {
    if (change.kind === "added" || change.kind === "removed") return [change];
    for (const attribute of change.attributes.filter(isNoise)) {
      // The same mark wherever it stands in an object.
      const fold = { ...attribute, path: attribute.path.replace(/^.*?(?=\b(?:labels|tags|annotations)\.)/, "") };
      const key = JSON.stringify(fold);
      const known = folds.get(key);
      folds.set(key, { ...fold, count: (known?.count ?? 0) + 1 });
    }
    const attributes = change.attributes.filter((attribute) => !isNoise(attribute));
    const isNothing = attributes.length === 0 && change.kind === "changed" && change.plan?.action !== "replace";
    return isNothing ? [] : [{ ...change, attributes }];
  });
  return { changes: kept, folds: [...folds.values()] };
}
