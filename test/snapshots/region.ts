import { buildApplication, buildStack } from "../../lib/synth/synthesize.ts";
import { emitYaml } from "../../lib/synth/yaml.ts";
import { type Document, planned } from "../support.ts";

/** What every stack and object has in common says nothing in a review. */
const NOISE = new Set(["//", "labels"]);

/** A document without what all have in common: provider, backend and versions of stacks, labels of objects. */
function terse(document: Document, top = true): Document {
  if (Array.isArray(document)) return document.map((item) => terse(item, false));
  if (typeof document !== "object" || document === null) return document;
  return Object.fromEntries(
    Object.entries<Document>(document).flatMap(([key, value]) => {
      if (top && (key === "provider" || key === "terraform")) return [];
      if (key === "//" || (NOISE.has(key) && "app.kubernetes.io/managed-by" in value)) return [];
      return [[key, terse(value, false)]];
    }),
  );
}

/** One test a stack and application of a place: titled by its name, with its whole content. */
export async function snapshotsOf(blueprint: string, environment: string, region: string): Promise<void> {
  const plan = await planned();
  const here = (one: { readonly blueprint: string; readonly environment: string; readonly region: string }): boolean =>
    one.blueprint === blueprint && one.environment === environment && [region, "global"].includes(one.region);
  for (const stack of plan.stacks.filter(here)) {
    const name = stack.name.slice(`${blueprint}-${environment}-`.length);
    expect(emitYaml(terse(buildStack(stack).document))).toMatchSnapshot(`stack ${name}`);
  }
  for (const application of plan.applications.filter(here)) {
    const objects = buildApplication(application).map(({ document }) => emitYaml(terse(document, false)));
    expect(objects.join("---\n")).toMatchSnapshot(`application ${application.name}`);
  }
}
