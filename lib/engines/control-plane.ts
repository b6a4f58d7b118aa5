import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { execute } from "./execute.ts";
import { script } from "./scripts.ts";
import { enginesFolder } from "./terraform.ts";

/** A Kubernetes control plane of our own on loopback. */
export interface ControlPlane {
  readonly kubeconfig: string;
  stop(): Promise<void>;
}

const SERVER = ["etcd", "kube-apiserver"];
const CONTROLLERS = ["kube-controller-manager", "kube-scheduler", "kwok"];

/** Folder of the add-ons' custom resource definitions. */
export const definitionsFolder = (): string => join(enginesFolder(), "crds");

/** What of an API server and its custom resource definitions has not been built on this machine. */
export const missingForServer = (): readonly string[] => missing([...SERVER, join("crds", ".complete")]);

/** Starts an API server, with controllers, scheduler and kubelets that only pretend. @throws Error when a program is missing or does not come up */
export const startControlPlane = (folder: string): Promise<ControlPlane> =>
  startWith(folder, [...SERVER, ...CONTROLLERS], ["start", "cluster"]);

/** Starts an API server alone: enough to judge objects. @throws Error when a program is missing or does not come up */
export const startApiServer = (folder: string): Promise<ControlPlane> => startWith(folder, SERVER, ["start"]);

const missing = (names: readonly string[]): string[] =>
  names.filter((name) => !existsSync(join(enginesFolder(), name)));

async function startWith(folder: string, programs: readonly string[], steps: readonly string[]): Promise<ControlPlane> {
  const lacking = missing(programs);
  if (lacking.length > 0) throw new Error(`${lacking.join(", ")} not built: run \`npx dodeca engines\``);
  mkdirSync(folder, { recursive: true });
  const program = script("kubernetes", "control-plane.sh");
  const env = { ...process.env, ENGINES_DIR: enginesFolder(), DISABLE_ADMISSION: "" };
  const stop = async (): Promise<void> => {
    await execute(program, ["stop", folder], folder, env);
  };
  for (const step of steps) {
    const { status, output } = await execute(program, [step, folder], folder, env);
    if (status === 0) continue;
    await stop();
    throw new Error(`the control plane does not ${step}:\n${output.trim().slice(-2000)}`);
  }
  return { kubeconfig: join(folder, "kubeconfig"), stop };
}
