import { stackFiles } from "../../lib/synth/synthesize.ts";
import { plan } from "./planned.ts";

/** The resources and data sources of a stack as another tool can have them: types, ids and properties of a form that it takes. */
interface Tree {
  readonly name: string;
  readonly resources: readonly (readonly [type: string, id: string, properties: unknown])[];
}

type Section = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Every stack of this workspace. */
export const tree = (): readonly Tree[] =>
  plan.stacks.map((stack) => {
    const [text = "{}"] = stackFiles(stack).files.values();
    const document: { readonly resource?: Section; readonly data?: Section } = JSON.parse(text);
    const all = [document.resource ?? {}, document.data ?? {}].flatMap((section) =>
      Object.entries(section).flatMap(([type, byId]) => Object.values(byId).map((body) => ({ type, body }))),
    );
    return {
      name: stack.name,
      resources: all.map(({ type, body }, at) => [`AWS::Bench::${type.replaceAll("_", "")}`, `Resource${at}`, body]),
    };
  });
