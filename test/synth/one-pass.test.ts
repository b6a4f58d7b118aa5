import { S3Bucket } from "@cdktn/provider-aws/lib/s3-bucket/index.js";
import { Vpc } from "@cdktn/provider-aws/lib/vpc/index.js";
import { ApiObject, JsonPatch, Lazy } from "cdk8s";
import { KubeConfigMap, KubeDeployment, Quantity } from "cdk8s-plus-34/lib/imports/k8s.js";
import { Construct, RootConstruct } from "constructs";
import { Application } from "../../lib/layers/common/application.ts";
import { Stack } from "../../lib/layers/common/stack.ts";
import { ChartRoot } from "../../lib/synth/chart-root.ts";
import { emitJson } from "../../lib/synth/json.ts";
import { documentOf } from "../../lib/synth/kubernetes.ts";
import { onePassText, stackText } from "../../lib/synth/stack-text.ts";
import { renderStack } from "../../lib/synth/terraform.ts";
import { emitYaml } from "../../lib/synth/yaml.ts";
import { planned } from "../support.ts";

const stack = (): Stack =>
  new Stack(new RootConstruct(), "one", {
    account: { name: "main", id: "210000000009", partition: "aws" },
    region: "us-east-1",
    tags: {},
  });

describe("a stack in one pass", () => {
  test("is what the thorough renderer says, for every stack of the workspace, with no help from it", async () => {
    for (const { name, props, plan } of (await planned()).stacks) {
      const built = (): Stack => {
        const one = new Stack(new RootConstruct(), name, props);
        plan.build(one);
        return one;
      };
      const { document, addresses } = renderStack(built());
      expect([name, onePassText(built())]).toEqual([name, { text: emitJson(document), size: addresses.size }]);
    }
  });

  test.each<[string, (one: Stack) => void]>([
    ["an override", (one) => new Vpc(one, "vpc", { cidrBlock: "10.0.0.0/16" }).addOverride("enable_dns_support", true)],
    ["count", (one) => new S3Bucket(one, "bucket", { count: 2 })],
    ["a provisioner", (one) => new S3Bucket(one, "b", { provisioners: [{ type: "local-exec", command: "true" }] })],
    [
      "a name inside lifecycle that is not plain camel case",
      (one) => new S3Bucket(one, "b", { lifecycle: { preconditionX1: [] } as object }),
    ],
  ])("leaves %s to the thorough renderer", (_, add) => {
    const [quick, thorough] = [stack(), stack()];
    add(quick);
    add(thorough);
    expect(stackText(quick).text).toBe(emitJson(renderStack(thorough).document));
  });

  test("leaves the words for what is wrong to the thorough renderer", () => {
    const one = stack();
    new Construct(one, "part").node.addValidation({ validate: () => ["is not complete"] });
    expect(() => stackText(one)).toThrow("stack one cannot be rendered:\n  one/part: is not complete");
  });
});

describe("an object in one pass", () => {
  test("is what cdk8s says, for every object of the workspace", async () => {
    for (const { name, labels, plan } of (await planned()).applications) {
      const { namespace } = plan;
      const application = new Application(new ChartRoot(), name, {
        ...(namespace === undefined ? {} : { namespace }),
        labels,
      });
      plan.build(application);
      for (const object of application.node.findAll().filter(ApiObject.isApiObject))
        expect([object.node.path, emitYaml(documentOf(object))]).toEqual([object.node.path, emitYaml(object.toJson())]);
    }
  });

  const application = (): Application => new Application(new ChartRoot(), "one", { labels: {} });
  const metadata = { name: "one" };

  test.each<[string, (one: Application) => ApiObject]>([
    [
      "a patch",
      (one) => {
        const map = new KubeConfigMap(one, "map", { metadata, data: { a: "1" } });
        map.addJsonPatch(JsonPatch.replace("/data/a", "2"));
        return map;
      },
    ],
    [
      "a quantity",
      (one) =>
        new KubeDeployment(one, "deployment", {
          metadata,
          spec: {
            selector: {},
            template: {
              spec: { containers: [{ name: "a", resources: { limits: { memory: Quantity.fromString("1Gi") } } }] },
            },
          },
        }),
    ],
  ])("is what cdk8s says, with %s", (_, make) => {
    const object = make(application());
    expect(emitYaml(documentOf(object))).toBe(emitYaml(object.toJson()));
  });

  test("refuses a value that is made when it is rendered, which no resolver here knows", () => {
    const data = Lazy.any({ produce: () => ({ a: "1" }) });
    const object = new ApiObject(application(), "any", { apiVersion: "x/v1", kind: "X", metadata, data });
    expect(() => documentOf(object)).toThrow("can't render non-simple object of type 'Lazy'");
  });

  test("refuses null, which would be dropped on its way to the cluster", () => {
    const object = new ApiObject(application(), "any", { apiVersion: "x/v1", kind: "X", metadata, spec: { a: null } });
    expect(() => documentOf(object)).toThrow("one/any: a null would be dropped on its way to the cluster");
  });
});
