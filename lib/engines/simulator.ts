import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type AwsEndpoint, endpointAt } from "./aws.ts";
import { missingEngines } from "./missing.ts";
import { script } from "./scripts.ts";
import { enginesFolder } from "./terraform.ts";

/** An AWS simulator on loopback. */
export interface Simulator extends AwsEndpoint {
  stop(): Promise<void>;
}

/**
 * Starts a simulator on a port that is free. Its log goes to `simulator.log` in the folder.
 * @param onDeath told why, should it end before it is stopped
 * @throws InvalidInput when moto is missing, Error when it does not answer within three minutes
 */
export async function startSimulator(folder: string, onDeath: (why: string) => void): Promise<Simulator> {
  const file = join(folder, "simulator.log");
  const log = openSync(file, "w");
  const child = spawn(simulatorPython(), [script("aws", "simulator.py"), "0"], {
    cwd: folder,
    stdio: ["ignore", log, log],
    env: {
      ...process.env,
      PYTHONDONTWRITEBYTECODE: "1",
      MOTO_ACM_VALIDATION_WAIT: "1",
      MOTO_IAM_LOAD_MANAGED_POLICIES: "true",
    },
  });
  const lastLines = (): string => readFileSync(file, "utf8").trim().split("\n").slice(-5).join("\n");
  const url = `http://127.0.0.1:${await portOf(child, () => readFileSync(file, "utf8"), lastLines)}`;
  const died = (code: number | null, signal: NodeJS.Signals | null): void =>
    onDeath(`the AWS simulator ended with ${signal ?? `exit code ${code}`}; it said last:\n${lastLines()}`);
  child.once("exit", died);
  return {
    ...endpointAt(url, { proxy: true }),
    stop: () => {
      child.off("exit", died);
      return end(child);
    },
  };
}

/** A Python that has moto. @throws InvalidInput when there is none */
export function simulatorPython(): string {
  if (spawnSync("python3", ["-c", "import moto.server"]).status === 0) return "python3";
  const built = join(enginesFolder(), "moto", "bin", "python3");
  if (existsSync(built)) return built;
  throw missingEngines(["moto"]);
}

/** The port that the simulator says it listens on. */
async function portOf(child: ChildProcess, said: () => string, lastLines: () => string): Promise<string> {
  for (let tries = 0; tries < 1800; tries += 1) {
    const port = /^listening (\d+)$/m.exec(said())?.[1];
    if (port !== undefined) return port;
    if (child.exitCode !== null)
      throw new Error(`the AWS simulator does not start, exit code ${child.exitCode}:\n${lastLines()}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  child.kill("SIGKILL");
  throw new Error("the AWS simulator does not answer within three minutes");
}

function end(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once("exit", () => resolve());
    child.kill("SIGTERM");
    setTimeout(() => child.kill("SIGKILL"), 5000).unref();
  });
}
