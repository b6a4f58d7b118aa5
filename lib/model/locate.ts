import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { type Expression, type Node, type ObjectExpression, type Program, type Property, parse } from "acorn";

/** A place in a source file. */
export interface Location {
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
}

/**
 * The line in a blueprint's file where a path is written, or that of its nearest ancestor. Found on demand by parsing
 * the file with its types blanked out (which keeps positions), so that resolution need not record stack traces.
 *
 * @param argument which argument of `blueprint(...)` or `fork(...)` the path starts in
 */
export function locate(file: string, path: readonly string[]): Location {
  const text = readFileSync(file, "utf8");
  let program: Program;
  try {
    program = parse(withoutTypes(text), { ecmaVersion: "latest", sourceType: "module", locations: true });
  } catch {
    return { file, line: 1 };
  }
  const variables = topLevelValues(program);
  const start = blueprintObject(program, variables);
  if (start === undefined) return { file, line: 1 };
  let node: Expression = start;
  let line = start.loc?.start.line ?? 1;
  for (const key of path) {
    const value: Expression | undefined = child(followed(node, variables), key, variables);
    if (value === undefined) break;
    line = lineOf.get(value) ?? value.loc?.start.line ?? line;
    node = value;
  }
  return { file, line };
}

/** Node marks the function as experimental and says so at its first use, which would be noise in an error report. */
function withoutTypes(text: string): string {
  const { emitWarning } = process;
  process.emitWarning = () => undefined;
  try {
    return stripTypeScriptTypes(text);
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** Line of the key under which a value is written: a shared constant is reported where it is used. */
const lineOf = new WeakMap<Node, number>();

function topLevelValues(program: Program): Map<string, Expression> {
  const values = new Map<string, Expression>();
  for (const statement of program.body) {
    const declaration = statement.type === "ExportNamedDeclaration" ? statement.declaration : statement;
    if (declaration?.type !== "VariableDeclaration") continue;
    for (const { id, init } of declaration.declarations) {
      if (id.type === "Identifier" && init) values.set(id.name, init);
    }
  }
  return values;
}

function blueprintObject(program: Program, variables: Map<string, Expression>): ObjectExpression | undefined {
  for (const statement of program.body) {
    if (statement.type !== "ExportDefaultDeclaration") continue;
    const { declaration } = statement;
    if (declaration.type === "FunctionDeclaration" || declaration.type === "ClassDeclaration") return undefined;
    const call = followed(declaration, variables);
    if (call.type === "ObjectExpression") return call;
    if (call.type !== "CallExpression") return undefined;
    for (const argument of [...call.arguments].reverse()) {
      if (argument.type === "SpreadElement") continue;
      const value = followed(argument, variables);
      if (value.type === "ObjectExpression") return value;
    }
  }
  return undefined;
}

/** The value behind an identifier or the settings of a builder call such as `cache({...})`. */
function followed(node: Expression, variables: Map<string, Expression>): Expression {
  if (node.type === "Identifier") {
    const value = variables.get(node.name);
    return value === undefined ? node : followed(value, variables);
  }
  return node;
}

function child(node: Expression, key: string, variables: Map<string, Expression>): Expression | undefined {
  if (node.type === "CallExpression") {
    for (const argument of node.arguments) {
      if (argument.type === "SpreadElement") continue;
      const found = child(followed(argument, variables), key, variables);
      if (found) return found;
    }
    return undefined;
  }
  if (node.type === "ArrayExpression") {
    const element = node.elements[Number(key)];
    return element && element.type !== "SpreadElement" ? element : undefined;
  }
  if (node.type !== "ObjectExpression") return undefined;
  for (const property of [...node.properties].reverse()) {
    if (property.type === "SpreadElement") {
      const spread = child(followed(property.argument, variables), key, variables);
      if (spread) return spread;
    } else if (nameOf(property) === key) {
      const line = property.loc?.start.line;
      if (line !== undefined) lineOf.set(property.value, line);
      return property.value;
    }
  }
  return undefined;
}

function nameOf(property: Property): string | undefined {
  if (property.key.type === "Identifier" && !property.computed) return property.key.name;
  return property.key.type === "Literal" ? String(property.key.value) : undefined;
}
