import { spawn } from "node:child_process";

export interface ExecuteOptions {
  /** Ends the program, and what it has started, when it is aborted. @default it runs to its end */
  readonly signal?: AbortSignal;
}

/** Runs a program to its end. @returns its exit code, and what it wrote to both outputs */
export function execute(
  command: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
  { signal }: ExecuteOptions = {},
): Promise<{ readonly status: number; readonly output: string }> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return resolve({ status: 1, output: "Error: interrupted" });
    // A group of its own, so that what the program starts can be ended with it.
    const child = spawn(command, [...args], {
      cwd,
      env,
      stdio: ["ignore", "pipe", "pipe"],
      detached: signal !== undefined,
    });
    const end = (): void => {
      if (child.pid === undefined) return;
      try {
        process.kill(-child.pid, "SIGKILL");
      } catch {
        // It has ended in the meantime.
      }
    };
    signal?.addEventListener("abort", end, { once: true });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.stderr.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.once("error", reject);
    child.once("close", (status) => {
      signal?.removeEventListener("abort", end);
      resolve({ status: status ?? 1, output: status === null ? `${output}\nError: interrupted` : output });
    });
  });
}
