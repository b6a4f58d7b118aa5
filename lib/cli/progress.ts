/** A line that says what is being worked on: only on a terminal, so that logs stay quiet. */
export interface Progress {
  readonly show: (done: number, total: number, name: string) => void;
  readonly clear: () => void;
}

const QUIET: Progress = { show: () => undefined, clear: () => undefined };

export function progress(wanted: boolean): Progress {
  const { stderr } = process;
  if (!wanted || !stderr.isTTY) return QUIET;
  let last = 0;
  return {
    show: (done, total, name) => {
      const now = performance.now();
      if (now - last < 50) return;
      last = now;
      stderr.write(`\r\u001b[K${done}/${total} ${name.slice(0, Math.max(10, stderr.columns - 12))}`);
    },
    clear: () => stderr.write("\r\u001b[K"),
  };
}
