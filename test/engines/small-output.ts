import { spawn } from "node:child_process";
import {
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { object } from "../../lib/estate/json.ts";

const COMMAND = join(import.meta.dirname, "..", "..", "lib", "cli", "main.ts");
const ACCOUNT = "210000000009";
const BUCKET = "small-states";

type Body = Record<string, unknown>;

/** Stacks by name, with what comes before each. */
export interface Stacks {
  readonly [name: string]: { readonly after?: readonly string[]; readonly body: Body };
}

/** A contract parameter as `publish` renders it. @param expression of its value */
export const contract = (expression: string): Body => ({
  name: "/dodeca/shop/dev/streaming/orders/arn",
  type: "String",
  value: `\${${expression}}`,
  lifecycle: {
    precondition: [{ condition: `\${length(${expression}) > 0}`, error_message: "The contract value arn is empty." }],
  },
});

const STACKS: Stacks = {
  "shop-dev-us-east-1-streaming": {
    body: {
      resource: {
        aws_sns_topic: { orders: { name: "shop-dev-orders" } },
        aws_ssm_parameter: { arn: contract("aws_sns_topic.orders.arn") },
      },
    },
  },
  "shop-dev-us-east-1-mesh": {
    after: ["shop-dev-us-east-1-streaming"],
    body: {
      data: { aws_ssm_parameter: { arn: { name: "/dodeca/shop/dev/streaming/orders/arn" } } },
      resource: {
        aws_sns_topic: {
          dead: { name: "shop-dev-dead", tags: { of: "${data.aws_ssm_parameter.arn.insecure_value}" } },
        },
      },
    },
  },
  "shop-dev-us-east-1-security": {
    body: { resource: { aws_sns_topic: { alarms: { name: "shop-dev-alarms" } } } },
  },
};

/** What resources as small as these fail of the scanner's checks. */
const WAIVED: Readonly<Record<string, readonly string[]>> = {
  aws_s3_bucket: ["CKV2_AWS_6", "CKV2_AWS_62", "CKV_AWS_144", "CKV_AWS_145", "CKV_AWS_21"],
  aws_sns_topic: ["CKV_AWS_26"],
  aws_ssm_parameter: ["CKV2_AWS_34"],
};

const BOOTSTRAP = "account-shop-us-east-1-delivery-bootstrap";

/** An output of a few resources and objects that comes up in seconds, made by hand, in a folder of its own. */
export class SmallOutput {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), "dodeca-small-")));
  /** Where runs write: nothing may be left there. */
  readonly temporary = join(this.root, "tmp");

  constructor(change: Stacks = {}) {
    mkdirSync(this.temporary);
    const stacks: Stacks = {
      ...Object.fromEntries(
        Object.entries({ ...STACKS, ...change }).map(([name, { after, body }]) => [
          name,
          { body, after: [BOOTSTRAP, ...(after ?? [])] },
        ]),
      ),
      [BOOTSTRAP]: { body: { resource: { aws_s3_bucket: { state: { bucket: BUCKET, force_destroy: true } } } } },
    };
    for (const [name, { body }] of Object.entries(stacks))
      this.write(`cdktf.out/stacks/${name}/cdk.tf.json`, stack(name, waiving(body)));
    this.write("cdktf.out/manifest.json", {
      stacks: Object.fromEntries(
        Object.entries(stacks).map(([name, { after }]) => [
          name,
          { account: ACCOUNT, region: "us-east-1", wave: 0, dependencies: after ?? [] },
        ]),
      ),
    });
    this.write("dist/kubernetes/shop/dev/us-east-1/web/namespace-shop.yaml", {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: "shop" },
    });
    this.write("dist/kubernetes/shop/dev/us-east-1/web/configmap-shop-settings.yaml", {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "settings", namespace: "shop" },
    });
    this.write("dist/delivery/argocd/shop/dev/us-east-1/web.yaml", {
      apiVersion: "argoproj.io/v1alpha1",
      kind: "Application",
      metadata: { name: "web", namespace: "default", annotations: { "argocd.argoproj.io/sync-wave": "1" } },
      spec: {
        project: "shop",
        destination: { namespace: "shop" },
        source: { repoURL: "https://example.org", path: "dist/kubernetes/shop/dev/us-east-1/web" },
      },
    });
  }

  private write(path: string, document: Body): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), JSON.stringify(document, null, 2));
  }

  /** Paths and contents of the output. */
  bytes(): ReadonlyMap<string, string> {
    const files = globSync("{cdktf.out,dist}/**/*.{json,yaml}", { cwd: this.root }).sort();
    return new Map(files.map((file) => [file, readFileSync(join(this.root, file), "utf8")]));
  }

  /** Starts a rehearsal. @param onLine told each line as it is printed */
  rehearse(
    args: readonly string[],
    onLine: (line: string) => void = () => undefined,
    env: NodeJS.ProcessEnv = {},
  ): Run {
    const child = spawn(process.execPath, [COMMAND, "rehearse", "shop", "--environment", "dev", ...args], {
      cwd: this.root,
      env: { ...process.env, TMPDIR: this.temporary, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let out = "";
    let rest = "";
    const hear = (chunk: Buffer): void => {
      out += chunk.toString();
      rest += chunk.toString();
      const lines = rest.split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) onLine(line);
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    const ended = new Promise<{ readonly code: number | null; readonly out: string }>((resolve) =>
      child.once("close", (code) => resolve({ code, out })),
    );
    return { kill: (signal) => child.kill(signal), ended };
  }

  /** Processes that work for a run, by what they were started with. */
  working(): { readonly pid: number; readonly command: string }[] {
    return readdirSync("/proc").flatMap((pid) => {
      if (!/^\d+$/.test(pid)) return [];
      try {
        if (!readlinkSync(`/proc/${pid}/cwd`).startsWith(this.temporary)) return [];
        const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
        return [{ pid: Number(pid), command }];
      } catch {
        return [];
      }
    });
  }

  /** Ends a process of a run, as a machine short of memory would. */
  killOne(command: RegExp): void {
    for (const one of this.working()) if (command.test(one.command)) process.kill(one.pid, "SIGKILL");
  }

  /** Waits until a run has left nothing. @returns what is left after half a minute */
  async leftBehind(): Promise<string[]> {
    for (let tries = 0; tries < 300; tries += 1) {
      const left = [...readdirSync(this.temporary), ...this.working().map(({ command }) => command)];
      if (left.length === 0) return [];
      await new Promise((wake) => setTimeout(wake, 100));
    }
    return [...readdirSync(this.temporary), ...this.working().map(({ command }) => command)];
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** A run of the command. */
export interface Run {
  readonly kill: (signal: NodeJS.Signals) => void;
  readonly ended: Promise<{ readonly code: number | null; readonly out: string }>;
}

/** Resources that say what they fail on purpose, as layers do. */
function waiving(body: Body): Body {
  const waived = Object.entries(object(body["resource"])).map(([type, byId]): [string, Body] => [
    type,
    Object.fromEntries(
      Object.entries(object(byId)).map(([id, resource]) => [
        id,
        {
          ...object(resource),
          "//": { waived: Object.fromEntries((WAIVED[type] ?? []).map((check) => [check, "it is small"])) },
        },
      ]),
    ),
  ]);
  return { ...body, ...(waived.length === 0 ? {} : { resource: Object.fromEntries(waived) }) };
}

const stack = (name: string, body: Body): Body => ({
  terraform: {
    required_version: ">= 1.10.0",
    required_providers: { aws: { source: "hashicorp/aws", version: ">= 5.100.0, < 7.0.0" } },
    backend: {
      s3: { bucket: BUCKET, key: `${name}/terraform.tfstate`, region: "us-east-1", encrypt: true, use_lockfile: true },
    },
  },
  provider: {
    aws: [
      {
        region: "us-east-1",
        allowed_account_ids: [ACCOUNT],
        ...(name === BOOTSTRAP
          ? {}
          : { default_tags: [{ tags: { "dodeca:blueprint": "shop", "dodeca:environment": "dev" } }] }),
      },
    ],
  },
  ...body,
});
