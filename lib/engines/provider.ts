import { type ChildProcess, spawn } from "node:child_process";
import { type Engine, providerBelow } from "./terraform.ts";

/** A provider that stays up, so that engines need not start one each time: its start takes longer than most of what it is asked. */
export interface Provider {
  /** Value of TF_REATTACH_PROVIDERS. */
  readonly reattach: string;
  readonly stop: () => Promise<void>;
}

/**
 * Starts the provider that an engine has installed. Undefined where it cannot be: then the engine starts its own each time.
 * One engine at a time may use it, since each configures it anew.
 *
 * @param installed the folder `.terraform` of an initialized stack
 * @param options.env the provider's own, with the credentials that it uses @default this process's
 * @param options.alone whether nothing else ends this process when it is interrupted @default false
 */
export async function startProvider(
  installed: string,
  engine: Engine,
  { env = process.env, alone = false }: { readonly env?: NodeJS.ProcessEnv; readonly alone?: boolean } = {},
): Promise<Provider | undefined> {
  const binary = providerBelow(installed, 8);
  if (binary === undefined) return undefined;
  const child = spawn(binary, ["-debug"], { env, stdio: ["ignore", "pipe", "ignore"] });
  const stop = stopper(child, alone);
  const said = await new Promise<string | undefined>((resolve) => {
    let text = "";
    const timer = setTimeout(() => resolve(undefined), 30_000);
    const end = (value: string | undefined): void => {
      clearTimeout(timer);
      resolve(value);
    };
    child.once("exit", () => end(undefined));
    child.once("error", () => end(undefined));
    child.stdout.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      const match = /TF_REATTACH_PROVIDERS='([^']+)'/.exec(text);
      if (match?.[1] !== undefined) end(match[1]);
    });
  });
  if (said === undefined) {
    await stop();
    return undefined;
  }
  return {
    reattach: engine.name === "tofu" ? said.replaceAll("registry.terraform.io", "registry.opentofu.org") : said,
    stop,
  };
}

/** Ends the provider, also when this process ends: it would outlive us otherwise. */
function stopper(child: ChildProcess, alone: boolean): () => Promise<void> {
  const kill = (): void => {
    child.kill("SIGKILL");
  };
  const interrupted = (): void => {
    kill();
    process.exit(130);
  };
  process.once("exit", kill);
  if (alone) for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, interrupted);
  return async () => {
    process.off("exit", kill);
    process.off("SIGINT", interrupted);
    process.off("SIGTERM", interrupted);
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    kill();
    await gone;
  };
}
