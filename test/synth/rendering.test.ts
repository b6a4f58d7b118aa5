import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { S3Bucket } from "@cdktn/provider-aws/lib/s3-bucket/index.js";
import { SsmParameter } from "@cdktn/provider-aws/lib/ssm-parameter/index.js";
import { Vpc } from "@cdktn/provider-aws/lib/vpc/index.js";
import { KubeConfigMap } from "cdk8s-plus-34/lib/imports/k8s.js";
import { Annotations, Aspects, AssetType, Fn, TerraformAsset, Token } from "cdktn";
import { Construct, RootConstruct } from "constructs";
import { Application } from "../../lib/layers/common/application.ts";
import { Stack } from "../../lib/layers/common/stack.ts";
import { waives } from "../../lib/layers/common/waivers.ts";
import { ChartRoot } from "../../lib/synth/chart-root.ts";
import { renderApplication } from "../../lib/synth/kubernetes.ts";
import { renderStack } from "../../lib/synth/terraform.ts";
import type { Document } from "../support.ts";

const account = { name: "main", id: "210000000009", partition: "aws" } as const;
const stack = (name = "one"): Stack =>
  new Stack(new RootConstruct(), name, {
    account: { ...account, exists: [] } as unknown as Stack["account"],
    region: "us-east-1",
    tags: {},
  });

/** What one stack says of a VPC's id. */
const parameter = (scope: Construct, value: string): SsmParameter =>
  new SsmParameter(scope, "value", { name: "/x", type: "String", value });

describe("a stack", () => {
  test("has logical ids that are the construct's path", () => {
    const one = stack();
    new Vpc(new Construct(one, "network"), "Resource", { cidrBlock: "10.0.0.0/16" });
    expect([...renderStack(one).addresses]).toEqual(["aws_vpc.network-Resource"]);
  });

  test("refuses two constructs whose ids collapse to one", () => {
    const one = stack();
    new Vpc(one, "a.b", { cidrBlock: "10.0.0.0/16" });
    new Vpc(one, "a-b", { cidrBlock: "10.1.0.0/16" });
    expect(() => renderStack(one)).toThrow('"a-b" and "a.b" collapse to the same logical id "a-b": rename one of them');
  });

  test("refuses a token of another stack instead of rendering an address that it does not have", () => {
    const other = stack("other");
    const vpc = new Vpc(other, "vpc", { cidrBlock: "10.0.0.0/16" });
    const one = stack();
    parameter(one, vpc.id);
    expect(() => renderStack(one)).toThrow(/one\/value/);
  });

  test("refuses a reference to an address that it does not have", () => {
    const one = stack();
    parameter(one, "${aws_vpc.missing.id}");
    expect(() => renderStack(one)).toThrow("refers to aws_vpc.missing, which one does not have");
  });

  test("refuses a number token inside a string, which would be corrupted", () => {
    const one = stack();
    const bucket = new S3Bucket(one, "bucket", { bucket: "x" });
    parameter(one, `n-${Token.asNumber(bucket.getNumberAttribute("size"))}`);
    expect(() => renderStack(one)).toThrow("a number token inside a string");
  });

  test("renders a list token as the expression it is", () => {
    const one = stack();
    const vpc = new Vpc(one, "vpc", { cidrBlock: "10.0.0.0/16" });
    new S3Bucket(one, "bucket", { bucket: "x", tags: { ids: Fn.join(",", Fn.split("-", vpc.id)) } });
    expect(renderStack(one).document).toMatchObject({
      resource: { aws_s3_bucket: { bucket: { tags: { ids: '${join(",", split("-", aws_vpc.vpc.id))}' } } } },
    });
  });

  test("refuses JSON text that an expression with quotes has broken", () => {
    const one = stack();
    const vpc = new Vpc(one, "vpc", { cidrBlock: "10.0.0.0/16" });
    parameter(one, `{"ids":"${Fn.join(",", [vpc.id])}"}`);
    expect(() => renderStack(one)).toThrow("an expression with quotes inside JSON text");
  });

  test("refuses aspects, which nothing would apply", () => {
    const one = stack();
    Aspects.of(one).add({ visit: () => undefined });
    expect(() => renderStack(one)).toThrow("aspects are not supported");
  });

  test("turns an error annotation into an error", () => {
    const one = stack();
    Annotations.of(new Vpc(one, "vpc", { cidrBlock: "10.0.0.0/16" })).addError("too small");
    expect(() => renderStack(one)).toThrow("too small");
  });

  test("refuses assets, which depend on files outside the blueprint", () => {
    const one = stack();
    expect(() => {
      new TerraformAsset(one, "asset", { path: import.meta.filename, type: AssetType.FILE });
      renderStack(one);
    }).toThrow(/asset/i);
  });

  test("runs the validations of its constructs", () => {
    const one = stack();
    new Construct(one, "part").node.addValidation({ validate: () => ["is not complete"] });
    expect(() => renderStack(one)).toThrow("is not complete");
  });

  test("keeps its state by name in a bucket of its account and region, under no path of this machine", () => {
    const { document } = renderStack(stack());
    expect(document).toMatchObject({
      terraform: {
        backend: { s3: { bucket: "dodeca-state-210000000009-us-east-1", key: "one/terraform.tfstate" } },
        required_providers: { aws: { source: "hashicorp/aws", version: ">= 5.100.0, < 7.0.0" } },
        required_version: ">= 1.10.0",
      },
    });
    expect(JSON.stringify(document)).not.toContain(join(import.meta.dirname, "..", ".."));
  });

  test("says of each resource what it fails on purpose, itself or as the primary child of a component", () => {
    const one = stack();
    const part = new Construct(one, "part");
    waives(part, { check: "CKV_B", reason: "of the component" });
    const bucket = new S3Bucket(part, "Resource", { bucket: "x" });
    waives(bucket, { check: "CKV_A", reason: "of the resource" });
    new S3Bucket(part, "other", { bucket: "y" });
    const { resource } = renderStack(one).document as Document;
    expect(resource.aws_s3_bucket).toEqual({
      "part-Resource": {
        bucket: "x",
        "//": { path: "part/Resource", waived: { CKV_A: "of the resource", CKV_B: "of the component" } },
      },
      "part-other": { bucket: "y", "//": { path: "part/other" } },
    });
  });

  test("says of each resource where in the stack it comes from, and nothing else", () => {
    const one = stack();
    new Vpc(new Construct(one, "network"), "Resource", { cidrBlock: "10.0.0.0/16" });
    expect(renderStack(one).document).toMatchObject({
      resource: { aws_vpc: { "network-Resource": { "//": { path: "network/Resource" } } } },
    });
  });
});

describe("an application", () => {
  const application = (): Application => new Application(new ChartRoot(), "app", { labels: { a: "b" } });

  test("refuses two objects of the same kind, namespace and name", () => {
    const app = application();
    new KubeConfigMap(app, "one", { metadata: { name: "x" } });
    new KubeConfigMap(app, "two", { metadata: { name: "x" } });
    expect(() => renderApplication(app)).toThrow("one and two both make v1 ConfigMap  x");
  });

  test("gives its labels to every object", () => {
    const app = application();
    new KubeConfigMap(app, "one", { metadata: { name: "x" } });
    expect(renderApplication(app)[0]?.document).toMatchObject({ metadata: { labels: { a: "b" } } });
  });
});

test("stack traces are off before the first construct is made", () => {
  const script = `
    await import(${JSON.stringify(join(import.meta.dirname, "..", "..", "lib", "synth", "synthesize.ts"))});
    const { Token } = await import("cdktn");
    process.stdout.write(process.env.CDKTN_DISABLE_CREATION_STACK + String(Token.isUnresolved("x")));`;
  const { CDKTN_DISABLE_CREATION_STACK: _, ...env } = process.env;
  const done = spawnSync(process.execPath, ["--input-type=module", "--eval", script], {
    encoding: "utf8",
    env,
    cwd: join(import.meta.dirname, "..", ".."),
  });
  expect(done.stdout).toBe("1false");
});
