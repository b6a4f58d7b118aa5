import { rmSync, writeFileSync } from "node:fs";
import { codeOf, lstat, OutputBlocked, read } from "./disk.ts";

/** Thrown when another process writes the same output. */
export class OutputBusy extends Error {
  override readonly name = "OutputBusy";
  /** The process that holds the lock. */
  readonly pid: number;

  constructor(pid: number, lock: string) {
    super(`process ${pid} is writing this output: wait for it to end (if no such run exists, delete ${lock})`);
    this.pid = pid;
  }
}

/** Files of a lock: the lock itself, and the one that decides who may take over that of a process that is gone. */
export interface LockPlaces {
  /** Folder of the writer's own files. */
  readonly own: string;
  readonly lock: string;
  readonly takeover: string;
}

/** Locks that this process holds. */
const held = new Set<string>();

/** Runs something while no other process may write. @throws OutputBusy when one does */
export function locked<T>(places: LockPlaces, run: () => T): T {
  if (lstat(places.own)?.isSymbolicLink())
    throw new OutputBlocked(places.own, "a symbolic link stands where the writer keeps its own files: delete it");
  acquire(places);
  held.add(places.lock);
  try {
    return run();
  } finally {
    held.delete(places.lock);
    rmSync(places.lock, { force: true });
  }
}

function acquire(places: LockPlaces): void {
  if (created(places.lock)) return;
  refuseAlive(places.lock);
  // The lock of a process that is gone is replaced by one process only, and only if it still is what was seen.
  while (!created(places.takeover)) {
    refuseAlive(places.takeover);
    rmSync(places.takeover, { force: true });
  }
  try {
    do {
      refuseAlive(places.lock);
      rmSync(places.lock, { force: true });
    } while (!created(places.lock));
  } finally {
    rmSync(places.takeover, { force: true });
  }
}

function created(file: string): boolean {
  try {
    writeFileSync(file, `${process.pid} ${processState(process.pid)[1] ?? "-"}\n`, { flag: "wx" });
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

/** Throws if the process that made a lock still runs. */
function refuseAlive(lock: string): void {
  let text = read(lock);
  // Its maker may be between creating and filling it.
  for (let tries = 0; text !== undefined && !text.endsWith("\n") && tries < 20; tries++) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 25);
    text = read(lock);
  }
  const [, digits, start] = /^(\d+) (\S+)\n$/.exec(text ?? "") ?? [];
  if (digits === undefined) return;
  const pid = Number(digits);
  if (pid === process.pid ? held.has(lock) : isAlive(pid, start)) throw new OutputBusy(pid, lock);
}

function isAlive(pid: number, start: string | undefined): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (codeOf(error) === "ESRCH") return false;
  }
  const [state, started] = processState(pid);
  if (state === "Z") return false;
  // Process ids come back, in containers soon; the time of start tells whether this is the same process.
  return started === undefined || start === undefined || start === "-" || started === start;
}

/** State of a process, and when it started in ticks since the system did; unknown where there is no `/proc`. */
function processState(pid: number): [state?: string | undefined, started?: string | undefined] {
  const stat = read(`/proc/${pid}/stat`);
  if (stat === undefined) return [];
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return [fields[0], fields[19]];
}
