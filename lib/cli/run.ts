/** What a command's exit code says. */
export const EXIT = { ok: 0, findings: 1, invalid: 2, failure: 70 } as const;
export type Exit = (typeof EXIT)[keyof typeof EXIT];

/** Runs a command: user errors are printed as they are, everything else with its trace, since it is a bug. */
export async function run(command: () => Promise<Exit>): Promise<void> {
  try {
    process.exitCode = await command();
  } catch (error) {
    if (error instanceof Error && error.name === "InvalidInput") {
      const count = "problems" in error && Array.isArray(error.problems) ? error.problems.length : 1;
      process.stderr.write(`${error.message}\n\n${count} problem${count === 1 ? "" : "s"}; nothing was written.\n`);
      process.exitCode = EXIT.invalid;
      return;
    }
    if (error instanceof Error && "exitCode" in error && error.exitCode === EXIT.invalid) {
      process.stderr.write(`${error.message}\n`);
      process.exitCode = EXIT.invalid;
      return;
    }
    process.stderr.write(
      `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n\nThis is a fault of dodeca, not of your blueprint.\n`,
    );
    process.exitCode = EXIT.failure;
  }
}
