import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { execute } from "./execute.ts";
import { missingEngines } from "./missing.ts";
import { script } from "./scripts.ts";
import { enginesFolder } from "./terraform.ts";

/** A Kubernetes control plane of our own on loopback. */
export interface ControlPlane {
  readonly kubeconfig: string;
  stop(): Promise<void>;
}

/** What `dodeca engines` calls the programs and files of each. */
const SERVER: Readonly<Record<string, readonly string[]>> = {
  etcd: ["etcd"],
  kube: ["kube-apiserver"],
  crds: [join("crds", ".complete")],
};
const CLUSTER: Readonly<Record<string, readonly string[]>> = {
  ...SERVER,
  kube: ["kube-apiserver", "kube-controller-manager", "kube-scheduler"],
  kwok: ["kwok", "kwok-stages.yaml"],
};

/** Folder of the add-ons' custom resource definitions. */
export const definitionsFolder = (): string => join(enginesFolder(), "crds");

/** Engines of an API server that judges objects that have not been built on this machine. */
export const missingForServer = (): readonly string[] => missing(SERVER);
/** Engines of a control plane that have not been built on this machine. */
export const missingForCluster = (): readonly string[] => missing(CLUSTER);

/** Starts an API server, with controllers, scheduler and kubelets that only pretend. @throws InvalidInput when an engine is missing, Error when one does not come up */
export const startControlPlane = (folder: string): Promise<ControlPlane> =>
  startWith(folder, missingForCluster(), ["start", "cluster"]);

/** Starts an API server alone: enough to judge objects. @throws InvalidInput when an engine is missing, Error when one does not come up */
export const startApiServer = (folder: string): Promise<ControlPlane> =>
  startWith(folder, missingForServer(), ["start"]);

const TRIES = 3;

const missing = (engines: typeof SERVER): string[] =>
  Object.entries(engines).flatMap(([name, files]) =>
    files.every((file) => existsSync(join(enginesFolder(), file))) ? [] : [name],
  );

async function startWith(folder: string, lacking: readonly string[], steps: readonly string[]): Promise<ControlPlane> {
  if (lacking.length > 0) throw missingEngines(lacking);
  mkdirSync(folder, { recursive: true });
  const program = script("kubernetes", "control-plane.sh");
  const env = { ...process.env, ENGINES_DIR: enginesFolder(), DISABLE_ADMISSION: "" };
  const stop = async (): Promise<void> => {
    await execute(program, ["stop", folder], folder, env);
  };
  for (const step of steps) {
    let tries = 0;
    for (;;) {
      const { status, output } = await execute(program, [step, folder], folder, env);
      if (status === 0) break;
      await stop();
      tries += 1;
      // Ports are chosen before they are used: somebody else may have been faster.
      if (tries < TRIES && /address already in use/.test(output)) continue;
      throw new Error(`the control plane does not ${step}:\n${output.trim().slice(-2000)}`);
    }
  }
  return { kubeconfig: join(folder, "kubeconfig"), stop };
}
