import { DataAwsSsmParameter } from "@cdktn/provider-aws/lib/data-aws-ssm-parameter/index.js";
import type { AwsProvider } from "@cdktn/provider-aws/lib/provider/index.js";
import { SsmParameter } from "@cdktn/provider-aws/lib/ssm-parameter/index.js";
import { Fn } from "cdktn";
import { Construct } from "constructs";
import type { LayerId } from "../../model/layers.ts";
import type { Owner } from "../../model/place.ts";
import type { Stack } from "./stack.ts";
import { type Waiver, waives } from "./waivers.ts";

const PLAIN_WAIVER: Waiver = {
  check: "CKV2_AWS_34",
  reason: "contracts are names and addresses, nothing secret: encrypted, plans would hide them and readers need a key",
};

/** How a published value is written: as text, or as a list joined by commas. */
export type ValueType = "text" | "list";
type Declared = Readonly<Record<string, ValueType>>;

/** What a contract's values are to a reader. */
export type Values<D extends Declared> = { readonly [K in keyof D]: D[K] extends "list" ? string[] : string };

/** What one layer publishes for others: declared once, typed at both ends. */
export interface Contract<D extends Declared = Declared> {
  readonly layer: LayerId;
  /** Distinguishes several of the same shape, such as one per store. @default none */
  readonly of?: string;
  readonly declared: D;
}

/** A contract of one owner: what a stack says it reads or publishes. */
export interface ContractRef<D extends Declared = Declared> {
  readonly contract: Contract<D>;
  readonly owner: Owner;
  /** Region code of the publishing stack. */
  readonly region: string;
}

/** Declares what a layer publishes. */
export function contract<const D extends Declared>(layer: LayerId, declared: D, of?: string): Contract<D> {
  return of === undefined ? { layer, declared } : { layer, declared, of };
}

/** Name of the SSM parameter that carries a value: `/dodeca/<blueprint>/<environment>/<layer>/[<of>/]<name>`. */
export function parameterName<D extends Declared>(of: Contract<D>, owner: Owner, name: keyof D & string): string {
  return [
    "",
    "dodeca",
    owner.blueprint,
    owner.environment,
    of.layer,
    ...(of.of === undefined ? [] : [of.of]),
    name,
  ].join("/");
}

/** Identifies a contract in an owner's environment and region: the key by which stacks are ordered. */
export function contractKey({ contract: of, owner, region }: ContractRef): string {
  return [owner.blueprint, owner.environment, region, of.layer, of.of ?? ""].join("/");
}

/** Publishes a contract from a stack: one SSM parameter a value, each refusing to be empty. */
export function publish<D extends Declared>(stack: Stack, ref: ContractRef<D>, values: Values<D>): void {
  const scope = new Construct(
    stack,
    ["contract", ...(ref.contract.of === undefined ? [] : [ref.contract.of])].join("-"),
  );
  for (const name of Object.keys(ref.contract.declared)) {
    const given: string | string[] | undefined = values[name];
    const value = Array.isArray(given) ? Fn.join(",", given) : (given ?? "");
    const parameter = new SsmParameter(scope, name, {
      name: parameterName(ref.contract, ref.owner, name),
      description: `${ref.contract.layer} ${name} of ${ref.owner.blueprint} in ${ref.owner.environment}`,
      type: Array.isArray(given) ? "StringList" : "String",
      value,
      lifecycle: {
        precondition: [
          {
            condition: `\${length(${expression(value)}) > 0}`,
            errorMessage: `The contract value ${name} is empty: its readers could not be applied.`,
          },
        ],
      },
    });
    waives(parameter, PLAIN_WAIVER);
  }
}

/** A value as the inside of an expression: a bare reference stays one, a literal is quoted. */
function expression(value: string): string {
  return /^\$\{TfToken\[[^\]]+\]\}$/.test(value) ? value : JSON.stringify(value);
}

/**
 * Reads a contract in a stack: one data source for each value that is used.
 * @param provider of the region where it was published @default the stack's own
 */
export function read<D extends Declared>(stack: Stack, ref: ContractRef<D>, provider?: AwsProvider): Values<D> {
  const id = [
    "read",
    ref.owner.blueprint,
    ref.contract.layer,
    ...(ref.contract.of === undefined ? [] : [ref.contract.of]),
  ].join("-");
  const known = stack.node.tryFindChild(id);
  const scope = known ?? new Construct(stack, id);
  const target: Record<string, string | string[]> = {};
  for (const [name, type] of Object.entries(ref.contract.declared)) {
    let value: string | string[] | undefined;
    Object.defineProperty(target, name, {
      enumerable: true,
      get: () => {
        if (value !== undefined) return value;
        const before = scope.node.tryFindChild(name);
        const source =
          before instanceof DataAwsSsmParameter
            ? before
            : new DataAwsSsmParameter(scope, name, {
                name: parameterName(ref.contract, ref.owner, name),
                ...(provider === undefined ? {} : { provider }),
              });
        // `value` is marked sensitive and would hide every plan that uses it; nothing published is secret.
        value = type === "list" ? Fn.split(",", source.insecureValue) : source.insecureValue;
        return value;
      },
    });
  }
  return asValues(target, ref.contract.declared);
}

function asValues<D extends Declared>(target: object, declared: D): Values<D> {
  if (!covers(target, declared)) throw new Error("a contract value is missing");
  return target;
}

function covers<D extends Declared>(target: object, declared: D): target is Values<D> {
  return Object.keys(declared).every((name) => Object.hasOwn(target, name));
}
