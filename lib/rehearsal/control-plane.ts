import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { enginesFolder } from "../verify/engine.ts";
import { execute } from "../verify/execute.ts";

const SCRIPT = join(import.meta.dirname, "..", "..", "engines", "kubernetes", "control-plane.sh");

/** A Kubernetes control plane of our own on loopback: API server, controllers, scheduler, and kubelets that only pretend. */
export interface ControlPlane {
  readonly kubeconfig: string;
  stop(): Promise<void>;
}

const PROGRAMS = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok"];

/** Folder of the add-ons' custom resource definitions. */
export const definitionsFolder = (): string => join(enginesFolder(), "crds");

/** Starts a control plane in a folder. @throws Error when a program is missing or does not come up */
export async function startControlPlane(folder: string): Promise<ControlPlane> {
  const missing = PROGRAMS.filter((name) => !existsSync(join(enginesFolder(), name)));
  if (missing.length > 0) throw new Error(`${missing.join(", ")} not built: run \`npm run engines\``);
  mkdirSync(folder, { recursive: true });
  const env = { ...process.env, ENGINES_DIR: enginesFolder(), DISABLE_ADMISSION: "" };
  const stop = async (): Promise<void> => {
    await execute(SCRIPT, ["stop", folder], folder, env);
  };
  for (const step of ["start", "cluster"]) {
    const { status, output } = await execute(SCRIPT, [step, folder], folder, env);
    if (status === 0) continue;
    await stop();
    throw new Error(`the control plane does not ${step}:\n${output.trim().slice(-2000)}`);
  }
  return { kubeconfig: join(folder, "kubeconfig"), stop };
}
