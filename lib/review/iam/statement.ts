import { type Fields, list, object, text, texts } from "../../estate/json.ts";
import type { Node } from "../../estate/node.ts";

/** Patterns of what a statement is about: these, or everything but these. */
export interface Several {
  readonly not: boolean;
  readonly of: readonly string[];
}

/** One operator on one key of a statement's condition. */
export interface Condition {
  /** Such as `StringEquals` or `ForAllValues:StringLike`. */
  readonly operator: string;
  /** In lower case: keys have none. */
  readonly key: string;
  readonly values: readonly string[];
}

/** A statement of a policy, with nothing left to defaults. */
export interface Statement {
  readonly effect: "Allow" | "Deny";
  /** In lower case: actions have none. */
  readonly actions: Several;
  /** Everything, where a policy names no resource, such as that of a role or of a repository. */
  readonly resources: Several;
  /** Such as `Service:ec2.amazonaws.com`, `AWS:arn:aws:iam::123456789012:root`; `*` for anybody, and in a policy of an identity. */
  readonly principals: Several;
  readonly conditions: readonly Condition[];
  /** Where it is written. */
  readonly node: Node;
  readonly source: Fields;
}

const EVERYTHING: Several = { not: false, of: ["*"] };

/** The statements of a policy document. */
export const statementsIn = (document: unknown, node: Node): Statement[] =>
  list(object(document)["Statement"])
    .map(object)
    .flatMap((source): Statement[] => {
      const effect = source["Effect"];
      if (effect !== "Allow" && effect !== "Deny") return [];
      return [
        {
          effect,
          actions: severalOf(source, "Action", (values) => texts(values).map((one) => one.toLowerCase())),
          resources: severalOf(source, "Resource", texts),
          principals: severalOf(source, "Principal", principalsIn),
          conditions: conditionsIn(source["Condition"]),
          node,
          source,
        },
      ];
    });

function severalOf(source: Fields, key: string, read: (values: unknown) => readonly string[]): Several {
  const not = source[`Not${key}`];
  if (not !== undefined) return { not: true, of: read(not) };
  const values = source[key];
  return values === undefined ? EVERYTHING : { not: false, of: read(values) };
}

function principalsIn(value: unknown): string[] {
  if (value === "*") return ["*"];
  return Object.entries(object(value)).flatMap(([kind, names]) =>
    texts(names).map((name) => {
      if (kind === "AWS" && name === "*") return "*";
      // An account's number is short for its root.
      return kind === "AWS" && /^\d{12}$/.test(name) ? `AWS:arn:aws:iam::${name}:root` : `${kind}:${name}`;
    }),
  );
}

const conditionsIn = (value: unknown): Condition[] =>
  Object.entries(object(value)).flatMap(([operator, keys]) =>
    Object.entries(object(keys)).map(([key, values]) => ({
      operator,
      key: key.toLowerCase(),
      values: list(values).map(String),
    })),
  );

/** A policy document as `data.aws_iam_policy_document` writes it in blocks. */
export const documentOfBlocks = (body: Fields): Fields => ({
  Statement: list(body["statement"])
    .map(object)
    .map((block) => ({
      Effect: text(block["effect"]) ?? "Allow",
      ...filled("Sid", block["sid"]),
      ...filled("Action", block["actions"]),
      ...filled("NotAction", block["not_actions"]),
      ...filled("Resource", block["resources"]),
      ...filled("NotResource", block["not_resources"]),
      ...filled("Principal", principalBlocks(block["principals"])),
      ...filled("NotPrincipal", principalBlocks(block["not_principals"])),
      ...filled("Condition", conditionBlocks(block["condition"])),
    })),
});

const filled = (key: string, value: unknown): Fields => (value === undefined ? {} : { [key]: value });

function principalBlocks(blocks: unknown): Fields | undefined {
  if (blocks === undefined) return undefined;
  return Object.fromEntries(
    list(blocks)
      .map(object)
      .map((one) => [text(one["type"]) === "*" ? "AWS" : (text(one["type"]) ?? ""), texts(one["identifiers"])]),
  );
}

function conditionBlocks(blocks: unknown): Fields | undefined {
  if (blocks === undefined) return undefined;
  const conditions = list(blocks).map(object);
  return Object.fromEntries(
    [...Map.groupBy(conditions, ({ test }) => String(test))].map(([operator, same]) => [
      operator,
      Object.fromEntries(same.map(({ variable, values }) => [String(variable), values])),
    ]),
  );
}
