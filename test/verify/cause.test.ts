import type { Finding } from "../../lib/checks/finding.ts";
import type { Estate } from "../../lib/estate/index.ts";
import { nameOf } from "../../lib/estate/objects.ts";
import { allResources } from "../../lib/estate/stacks.ts";
import { type JsonObject, valueAt } from "../../lib/model/merge.ts";
import { resolveIn } from "../../lib/model/resolve.ts";
import { causes } from "../../lib/verify/cause.ts";
import { repository } from "../support.ts";
import { synthesized } from "../synthesized.ts";

let estate: Estate;
beforeAll(async () => {
  estate = await synthesized();
});

const finding = (place: string, address: string, more: Partial<Finding> = {}): Finding => ({
  severity: "error",
  code: "terraform",
  place,
  summary: "it is wrong",
  address,
  ...more,
});

describe("the cause of a finding", () => {
  test.each([
    [
      "url-shortener-dev-us-east-1-data-links",
      "aws_dynamodb_table.store-Resource",
      "data/store/Resource",
      "data.links",
    ],
    [
      "url-shortener-dev-us-east-1-mesh",
      "aws_iam_role_policy.services-redirect-policy",
      "mesh/services/redirect/policy",
      "services.redirect",
    ],
    [
      "url-shortener-dev-us-east-1-foundation-network",
      "aws_vpc.network-Resource",
      "foundation/network/Resource",
      "layers.foundation",
    ],
    [
      "url-shortener/dev/us-east-1/redirect",
      "Deployment url-shortener/redirect",
      "mesh/workload/Resource",
      "services.redirect",
    ],
    [
      "url-shortener/dev/us-east-1/routes",
      "EnvoyFilter url-shortener/redirect-rate-limits",
      "ingress/limits-redirect/Resource",
      "services.redirect",
    ],
  ])("in %s at %s is %s, from %s", async (place, address, component, leaf) => {
    const cause = causes(estate, await repository())(finding(place, address));
    expect(cause).toMatchObject({ component, leaf: `url-shortener.${leaf}` });
  });

  test("is the leaf whose value was refused, with file and line, where one has it", async () => {
    const server = finding("url-shortener/prod/us-east-1/redirect", "ScaledObject url-shortener/redirect", {
      summary: 'ScaledObject "redirect" is invalid: spec.maxReplicaCount: Invalid value: 60: must be less',
    });
    expect(causes(estate, await repository())(server)).toEqual({
      component: "mesh/scaler/Resource",
      leaf: "url-shortener.services.redirect.scaling.max",
      file: expect.stringContaining("url-shortener/blueprint.ts"),
      line: expect.any(Number),
    });
    const engine = finding("url-shortener-dev-us-east-1-data-links", "aws_dynamodb_table.store-Resource", {
      attribute: '"hash_key": "code",',
    });
    expect(causes(estate, await repository())(engine).leaf).toBe("url-shortener.data.links.partitionKey");
  });

  test("names no leaf without the blueprints, and nothing for what is no part of the output", async () => {
    const one = finding("url-shortener-dev-us-east-1-data-links", "aws_dynamodb_table.store-Resource");
    expect(causes(estate)(one)).toEqual({ component: "data/store/Resource" });
    expect(causes(estate, await repository())(finding("nowhere", "x"))).toEqual({});
  });

  test("of every resource and object is a component, and something that its blueprint has", async () => {
    const source = await repository();
    const causeOf = causes(estate, source);
    const places = [
      ...estate.stacks
        .filter(({ name }) => /^(?:url-shortener-dev|reference-dev)-/.test(name))
        .flatMap((stack) => allResources(stack).map(({ address }) => ({ of: stack, place: stack.name, address }))),
      ...estate.applications
        .filter(({ path }) => /^(?:url-shortener|reference)\/dev\//.test(path))
        .flatMap((one) => one.objects.map((object) => ({ of: one, place: one.path, address: nameOf(object) }))),
    ];
    const resolved = new Map<string, JsonObject>();
    const dataOf = (blueprint: string, environment: string): JsonObject => {
      const key = `${blueprint}/${environment}`;
      const merged = source.workspace.blueprints.get(blueprint)?.merged ?? { data: {}, provenance: new Map() };
      const data = resolved.get(key) ?? resolveIn(merged, environment, "us-east-1").data;
      resolved.set(key, data);
      return data;
    };
    const wrong = places.filter(({ of, place, address }) => {
      const { component, leaf } = causeOf(finding(place, address));
      if (component === undefined || leaf === undefined) return true;
      const [, ...path] = leaf.split(".");
      return path[0] !== "layers" && valueAt(dataOf(of.blueprint, of.environment), path) === undefined;
    });
    expect(places.length).toBeGreaterThan(800);
    expect(wrong).toEqual([]);
  });
});
