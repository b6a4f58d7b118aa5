import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, openSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { script } from "./scripts.ts";
import { enginesFolder } from "./terraform.ts";

/** An AWS simulator on loopback. */
export interface Simulator {
  readonly endpoint: string;
  /** Environment in which an engine reaches the simulator, and nothing else, as an administrator of an account. */
  environmentFor(account: string): Promise<NodeJS.ProcessEnv>;
  stop(): Promise<void>;
}

/** Starts a simulator. Its log goes to `simulator.log` in the folder. @throws Error when it does not answer within half a minute */
export async function startSimulator(folder: string): Promise<Simulator> {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const log = openSync(join(folder, "simulator.log"), "w");
  const child = spawn(python(), [script("aws", "simulator.py"), String(port)], {
    cwd: folder,
    stdio: ["ignore", log, log],
    env: {
      ...process.env,
      PYTHONDONTWRITEBYTECODE: "1",
      MOTO_ACM_VALIDATION_WAIT: "1",
      MOTO_IAM_LOAD_MANAGED_POLICIES: "true",
    },
  });
  await answers(`${endpoint}/moto-api/data.json`, child);
  return {
    endpoint,
    environmentFor: async (account) => ({
      ...bare(process.env),
      ...(await credentials(endpoint, account)),
      AWS_ENDPOINT_URL: endpoint,
      // Some calls go to a host name that begins with an account or bucket: as a proxy the simulator sees these too.
      HTTP_PROXY: endpoint,
    }),
    stop: () => end(child),
  };
}

/** Without anything that could lead to real credentials. */
function bare(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return {
    ...Object.fromEntries(
      Object.entries(environment).filter(([name]) => !/^(AWS_|TF_)|^https?_proxy$|^no_proxy$/i.test(name)),
    ),
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
  };
}

/** The simulator keeps accounts apart by credentials, which it hands out for any role of any account. */
async function credentials(endpoint: string, account: string): Promise<NodeJS.ProcessEnv> {
  const answer = await fetch(endpoint, {
    method: "POST",
    headers: {
      authorization:
        "AWS4-HMAC-SHA256 Credential=testing/20260101/us-east-1/sts/aws4_request, SignedHeaders=host, Signature=none",
      "content-type": "application/x-www-form-urlencoded",
    },
    body: new URLSearchParams({
      Action: "AssumeRole",
      Version: "2011-06-15",
      RoleArn: `arn:aws:iam::${account}:role/rehearsal`,
      RoleSessionName: "rehearsal",
    }),
  });
  const text = await answer.text();
  const field = (name: string): string => {
    const value = new RegExp(`<${name}>([^<]+)</${name}>`).exec(text)?.[1];
    if (value === undefined) throw new Error(`the simulator gave no ${name} for account ${account}: ${text}`);
    return value;
  };
  return {
    AWS_ACCESS_KEY_ID: field("AccessKeyId"),
    AWS_SECRET_ACCESS_KEY: field("SecretAccessKey"),
    AWS_SESSION_TOKEN: field("SessionToken"),
  };
}

function python(): string {
  if (spawnSync("python3", ["-c", "import moto.server"]).status === 0) return "python3";
  const built = join(enginesFolder(), "moto", "bin", "python3");
  if (existsSync(built)) return built;
  throw new Error("moto is not installed: run `npx dodeca engines moto`");
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

async function answers(url: string, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    if (child.exitCode !== null) throw new Error(`the simulator ended with exit code ${child.exitCode}`);
    try {
      if ((await fetch(url)).ok) return;
    } catch {
      // Not listening yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  child.kill("SIGKILL");
  throw new Error("the simulator did not answer within 30 s");
}

function end(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once("exit", () => resolve());
    child.kill("SIGTERM");
    setTimeout(() => child.kill("SIGKILL"), 5000).unref();
  });
}
