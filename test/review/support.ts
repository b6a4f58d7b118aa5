import type { Files } from "../../lib/estate/files.ts";
import { estateOf } from "../../lib/estate/index.ts";
import type { Json, JsonObject } from "../../lib/model/merge.ts";
import { type Evidence, evidenceOf, type Side } from "../../lib/review/evidence.ts";
import type { Rule } from "../../lib/review/risk.ts";

/** Resources by type and id. */
export type Resources = Readonly<Record<string, Readonly<Record<string, JsonObject>>>>;

/** An estate as a test writes it. */
export interface Given {
  /** Resources by stack, such as `shop-prod-us-east-1-data`. */
  readonly stacks?: Readonly<Record<string, Resources>>;
  /** Data sources by stack. */
  readonly data?: Readonly<Record<string, Resources>>;
  /** Objects by application, such as `shop/prod/us-east-1/cart`. */
  readonly objects?: Readonly<Record<string, readonly JsonObject[]>>;
  /** What blueprints resolved to, by `blueprint/environment`. */
  readonly blueprints?: Readonly<Record<string, GivenBlueprint>>;
}

export interface GivenBlueprint {
  readonly tier?: string;
  readonly regions?: Readonly<Record<string, string>>;
  /** Values of leaves by dotted path. */
  readonly leaves?: Readonly<Record<string, Json>>;
}

export const ACCOUNT = "111111111111";

/** An output's files with what a test gives. */
export function filesOf({ stacks = {}, data = {}, objects = {}, blueprints = {} }: Given): Files {
  const files = new Map<string, string>();
  for (const [name, resource] of Object.entries(stacks)) {
    const [, blueprint, environment, region, layer] =
      /^([a-z]+)-([a-z]+)-([a-z]+-[a-z]+-\d|global)-([a-z]+)/.exec(name) ?? [];
    const tags = { "dodeca:blueprint": blueprint, "dodeca:environment": environment, "dodeca:layer": layer };
    const provider = {
      allowed_account_ids: [ACCOUNT],
      region: region === "global" ? "us-east-1" : region,
      default_tags: { tags },
    };
    const document = { provider: { aws: [provider] }, resource, data: data[name] ?? {} };
    files.set(`cdktf.out/stacks/${name}/cdk.tf.json`, JSON.stringify(document));
  }
  for (const [path, all] of Object.entries(objects))
    for (const [index, one] of all.entries()) files.set(`dist/kubernetes/${path}/${index}.yaml`, JSON.stringify(one));
  for (const [path, { tier = "prod", regions = { "us-east-1": "primary" }, leaves = {} }] of Object.entries(
    blueprints,
  )) {
    const [blueprint = ""] = path.split("/");
    const document = {
      account: "shop",
      images: {},
      inRegions: {},
      platform: blueprint,
      regions,
      tier,
      leaves: Object.fromEntries(
        Object.entries(leaves).map(([at, value]) => [at, { value, source: `blueprint ${blueprint}` }]),
      ),
    };
    files.set(`dist/blueprints/${path}.json`, JSON.stringify(document));
  }
  return files;
}

function sideOf(name: string, given: Given): Side {
  const files = filesOf(given);
  return { name, digest: name, estate: estateOf(files), files };
}

/** Evidence of the difference between two estates. */
export const evidence = (before: Given, after: Given): Evidence =>
  evidenceOf(sideOf("base", before), sideOf("head", after));

/** What a rule says about the difference, each with its severity before it. */
export const said = (rule: Rule, before: Given, after: Given): string[] =>
  rule.judge(evidence(before, after)).map(({ what, severity }) => `${severity ?? rule.severity}: ${what}`);

/** A stack with resources, in the place that most tests are about. */
export const stack = (resources: Resources, name = "shop-prod-us-east-1-data"): Given => ({
  stacks: { [name]: resources },
});

/** An application with objects, in the place that most tests are about. */
export const application = (objects: readonly JsonObject[], path = "shop/prod/us-east-1/cart"): Given => ({
  objects: { [path]: objects },
});

/** An object of Kubernetes. */
export const kube = (kind: string, name: string, fields: JsonObject, apiVersion = "v1"): JsonObject => ({
  apiVersion,
  kind,
  metadata: { name, namespace: "shop" },
  ...fields,
});
