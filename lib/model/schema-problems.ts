import { z } from "zod";
import { isObject, type Json, valueAt } from "./merge.ts";
import { nearest, type Problem } from "./problem.ts";

/** What a schema finds wrong with data, in the words of our errors: zod prints neither the value given nor the nearest. */
export function schemaProblems(schema: z.ZodType, data: Json): Omit<Problem, "file" | "line">[] {
  const parsed = schema.safeParse(data, { reportInput: true });
  if (parsed.success) return [];
  return parsed.error.issues.flatMap((issue) => describe(issue, [], schema, data));
}

type Issue = z.core.$ZodIssue;

function describe(
  issue: Issue,
  above: readonly PropertyKey[],
  schema: z.ZodType,
  data: Json,
): Omit<Problem, "file" | "line">[] {
  const path = [...above, ...issue.path].map(String);
  const given = valueAt(data, path);
  const at = { path: path.join(".") };
  switch (issue.code) {
    case "unrecognized_keys": {
      const allowed = keysAt(schema, path, data);
      return issue.keys.map((key) => ({
        code: "unknown-key",
        path: [...path, key].join("."),
        message: `there is no setting "${key}" here`,
        given: key,
        allowed,
        ...near(key, allowed),
        fix: fixFor(nearest(key, allowed), "remove it"),
      }));
    }
    case "invalid_value": {
      const allowed = issue.values.map(String);
      return [
        {
          ...at,
          code: "invalid-value",
          message: "this is not one of the accepted values",
          given: show(given),
          allowed,
          ...near(String(given), allowed),
          fix: fixFor(nearest(String(given), allowed), "write one of them"),
        },
      ];
    }
    case "invalid_union":
      return describeUnion(issue, path, schema, data);
    case "invalid_key":
      return [
        {
          ...at,
          code: "invalid-name",
          message: `the name is not accepted: ${issue.issues.map(({ message }) => message).join("; ")}`,
          given: path.at(-1) ?? "",
          fix: "choose another name",
        },
      ];
    case "invalid_type":
      return [
        given === undefined
          ? {
              ...at,
              code: "missing",
              message: `"${path.at(-1) ?? ""}" is required`,
              allowed: [issue.expected],
              fix: "add it",
            }
          : {
              ...at,
              code: "wrong-type",
              message: `expected ${issue.expected}`,
              given: show(given),
              allowed: [issue.expected],
              fix: `write a value of type ${issue.expected}`,
            },
      ];
    case "too_big":
      return [
        {
          ...at,
          code: "too-big",
          message: issue.message,
          given: show(given),
          allowed: [`at most ${issue.maximum}`],
          fix: `write at most ${issue.maximum}`,
        },
      ];
    case "too_small":
      return [
        {
          ...at,
          code: "too-small",
          message: issue.message,
          given: show(given),
          allowed: [`at least ${issue.minimum}`],
          fix: `write at least ${issue.minimum}`,
        },
      ];
    case "invalid_format":
      return [
        {
          ...at,
          code: "invalid-format",
          message: issue.message,
          given: show(given),
          ...(issue.pattern === undefined ? {} : { allowed: [readable(issue.pattern)] }),
          fix: "write it in the accepted form",
        },
      ];
    default:
      return [{ ...at, code: "invalid", message: issue.message, given: show(given), fix: "write an accepted value" }];
  }
}

/** Of a union's branches the one that went furthest speaks; none when all fail at the value itself. */
function describeUnion(
  issue: Extract<Issue, { code: "invalid_union" }>,
  path: readonly string[],
  schema: z.ZodType,
  data: Json,
) {
  const given = valueAt(data, path);
  const discriminator = issue.discriminator;
  if (discriminator !== undefined) {
    const allowed = literals(schemaAt(schema, path.slice(0, -1), data), path.at(-1) ?? "", discriminator);
    const kind = valueAt(data, [...path, discriminator]) ?? given;
    return [
      {
        path: path.join("."),
        code: "unknown-kind",
        message: "there is no such kind",
        given: show(kind),
        allowed,
        ...near(String(kind), allowed),
        fix: "use one of the builders",
      },
    ];
  }
  const branches = issue.errors.filter((errors) => errors.some(({ path: inner }) => inner.length > 0));
  const deepest = branches[0];
  if (deepest !== undefined) return deepest.flatMap((inner) => describe(inner, path, schema, data));
  const allowed = issue.errors.flatMap((errors) =>
    errors.flatMap((inner) =>
      inner.code === "invalid_value"
        ? inner.values.map(String)
        : inner.code === "invalid_format" && inner.pattern
          ? [readable(inner.pattern)]
          : inner.code === "invalid_type"
            ? [inner.expected]
            : [],
    ),
  );
  return [
    {
      path: path.join("."),
      code: "invalid-value",
      message: "this is not one of the accepted values",
      given: show(given),
      allowed,
      ...near(String(given), allowed),
      fix: "write one of them",
    },
  ];
}

const near = (given: string, allowed: readonly string[]): { nearest?: string } => {
  const found = nearest(given, allowed);
  return found === undefined ? {} : { nearest: found };
};

const fixFor = (found: string | undefined, otherwise: string): string =>
  found === undefined ? otherwise : `write "${found}"`;

export const show = (value: unknown): string => (value === undefined ? "nothing" : JSON.stringify(value));

function readable(pattern: string): string {
  return pattern.replace(/^\/?\^?/, "").replace(/\$?\/?$/, "");
}

/** Names that an object at a path may have, read from the schema itself. */
function keysAt(schema: z.ZodType, path: readonly string[], data: Json): string[] {
  const found = schemaAt(schema, path, data);
  return found instanceof z.ZodObject ? Object.keys(found.shape) : [];
}

function schemaAt(schema: unknown, path: readonly string[], data: Json): unknown {
  let current = unwrap(schema, data);
  let value: Json | undefined = data;
  for (const key of path) {
    value = valueAt(value, [key]);
    if (current instanceof z.ZodObject) current = current.shape[key];
    else if (current instanceof z.ZodRecord) current = current.valueType;
    else if (current instanceof z.ZodArray) current = current.element;
    else return undefined;
    current = unwrap(current, value);
  }
  return current;
}

function unwrap(schema: unknown, value: Json | undefined): unknown {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) return unwrap(schema.unwrap(), value);
  if (schema instanceof z.ZodDiscriminatedUnion || schema instanceof z.ZodUnion) {
    const kind = valueAt(value, ["kind"]);
    const objects = schema.options.filter((option) => option instanceof z.ZodObject);
    const chosen = objects.find((option) => {
      const literal: unknown = option.shape["kind"];
      return literal instanceof z.ZodLiteral && typeof kind === "string" && literal.values.has(kind);
    });
    return chosen ?? (isObject(value) ? objects[0] : schema);
  }
  return schema;
}

function literals(parent: unknown, key: string, discriminator: string): string[] {
  const member =
    parent instanceof z.ZodRecord ? parent.valueType : parent instanceof z.ZodObject ? parent.shape[key] : undefined;
  const union = member instanceof z.ZodOptional ? member.unwrap() : member;
  if (!(union instanceof z.ZodDiscriminatedUnion)) return [];
  return union.options.flatMap((option) => {
    const literal: unknown = option instanceof z.ZodObject ? option.shape[discriminator] : undefined;
    return literal instanceof z.ZodLiteral ? [...literal.values].map(String) : [];
  });
}
