import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Verification, verify } from "../../lib/verify/index.ts";

type Body = Record<string, unknown>;

/** A stack as synthesis writes it, with resources of the test's own. */
function stack(name: string, body: Body = {}, backend: Body = {}): Body {
  return {
    terraform: {
      required_version: ">= 1.10.0",
      required_providers: { aws: { source: "hashicorp/aws", version: ">= 5.100.0, < 7.0.0" } },
      backend: {
        s3: {
          bucket: "states",
          key: `${name}/terraform.tfstate`,
          region: "us-east-1",
          encrypt: true,
          use_lockfile: true,
          ...backend,
        },
      },
    },
    provider: { aws: [{ region: "us-east-1", allowed_account_ids: ["210000000001"] }] },
    ...body,
  };
}

const parameter = (name: string, guarded = true): Body => ({
  name,
  type: "String",
  value: "x",
  ...(guarded
    ? {
        lifecycle: {
          precondition: [{ condition: "${length(data.aws_region.here.name) > 0}", error_message: "empty" }],
        },
      }
    : {}),
});
const HERE = { data: { aws_region: { here: {} } } };

const STACKS: Readonly<Record<string, Body>> = {
  sound: stack("sound", {
    ...HERE,
    resource: {
      aws_vpc: { network: { cidr_block: "10.0.0.0/16" } },
      aws_ssm_parameter: { id: parameter("/dodeca/a/dev/foundation/network/vpcId") },
    },
  }),
  reader: stack("reader", { data: { aws_ssm_parameter: { id: { name: "/dodeca/a/dev/foundation/network/vpcId" } } } }),
  "wrong-argument": stack("wrong-argument", { resource: { aws_vpc: { network: { cidr_blok: "10.0.0.0/16" } } } }),
  "wrong-enum": stack("wrong-enum", {
    resource: {
      aws_dynamodb_table: {
        table: { name: "t", billing_mode: "PAY_PER_REQEST", hash_key: "id", attribute: [{ name: "id", type: "S" }] },
      },
    },
  }),
  unreadable: stack("unreadable", {
    resource: {
      aws_vpc: {
        network: {
          cidr_block: "10.0.0.0/16",
          lifecycle: { precondition: [{ condition: '${length("x") > 0}', error_message: "empty" }] },
        },
      },
    },
  }),
  undeclared: stack("undeclared", {
    resource: { aws_subnet: { a: { vpc_id: "${aws_vpc.missing.id}", cidr_block: "10.0.0.0/24" } } },
  }),
  missing: stack("missing", { resource: { aws_subnet: { a: { cidr_block: "10.0.0.0/24" } } } }),
  unlocked: stack("unlocked", {}, { use_lockfile: false }),
  orphan: stack("orphan", { data: { aws_ssm_parameter: { id: { name: "/dodeca/a/dev/foundation/network/nobody" } } } }),
};

const EXTERNAL_SECRET = `apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata:
  name: web-connections
spec:
  secretStoreRef:
    kind: ClusterSecretStore
    name: parameters
  data:
    - secretKey: VPC
      remoteRef:
        key: /dodeca/a/dev/foundation/network/vpcId
    - secretKey: NOBODY
      remoteRef:
        key: /dodeca/a/dev/data/nobody/endpoint
`;

let root: string;
let result: Verification;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "dodeca-verify-test-"));
  for (const [name, document] of Object.entries(STACKS)) {
    mkdirSync(join(root, "cdktf.out", "stacks", name), { recursive: true });
    writeFileSync(join(root, "cdktf.out", "stacks", name, "cdk.tf.json"), JSON.stringify(document, null, 2));
  }
  const application = join(root, "dist", "kubernetes", "a", "dev", "us-east-1", "web");
  mkdirSync(application, { recursive: true });
  writeFileSync(join(application, "externalsecret-web-connections.yaml"), EXTERNAL_SECRET);
  result = await verify({ root });
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

const problems = (name: string) => result.stacks.find((one) => one.name === name)?.findings ?? [];

describe("verify", () => {
  test("passes sound stacks among broken ones", () => {
    expect(result.stacks.filter(({ valid }) => valid).map(({ name }) => name)).toEqual(["reader", "sound"]);
  });

  test("names the resource of an argument that does not exist", () => {
    expect(problems("wrong-argument")).toContainEqual(
      expect.objectContaining({
        severity: "error",
        summary: "Extraneous JSON object property",
        address: "aws_vpc.network",
      }),
    );
  });

  test("names the value that an argument does not accept", () => {
    expect(problems("wrong-enum")).toContainEqual(
      expect.objectContaining({ severity: "error", summary: expect.stringContaining("got PAY_PER_REQEST") }),
    );
  });

  test("finds a reference to a resource that is not declared", () => {
    expect(problems("undeclared")).toContainEqual(
      expect.objectContaining({ summary: "Reference to undeclared resource", address: "aws_subnet.a" }),
    );
  });

  test("reports a stack that cannot even be read, and still judges the others of its batch", () => {
    expect(problems("unreadable")).toContainEqual(
      expect.objectContaining({ summary: "Invalid precondition expression" }),
    );
  });

  test("finds a missing argument", () => {
    expect(problems("missing")).toContainEqual(
      expect.objectContaining({ summary: "Missing required argument", detail: expect.stringContaining("vpc_id") }),
    );
  });

  test("adds what our own checks say about stacks and applications", () => {
    expect(problems("unlocked")).toContainEqual(expect.objectContaining({ code: "backend-unlocked" }));
    expect(problems("orphan")).toContainEqual(expect.objectContaining({ code: "contract-unpublished" }));
    expect(result.applications.filter(({ valid }) => !valid).map(({ name }) => name)).toEqual(["a/dev/us-east-1/web"]);
  });

  test("leaves no provider behind", () => {
    const { stdout } = spawnSync("ps", ["-eo", "ppid,args"], { encoding: "utf8" });
    expect(
      stdout
        .split("\n")
        .filter(
          (line) =>
            line.includes("terraform-provider-aws") &&
            line.includes("-debug") &&
            line.trim().startsWith(String(process.pid)),
        ),
    ).toEqual([]);
  });

  test("says how to get an engine where there is none", async () => {
    await expect(verify({ root, engine: "/nowhere/terraform" })).rejects.toThrow(
      "the engine does not run [engine-missing]",
    );
  });
});
