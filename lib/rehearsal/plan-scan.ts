import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { error, type Finding } from "../checks/finding.ts";
import { allData, allResources, type Stack, waivedBy } from "../estate/stacks.ts";
import { type FailedCheck, notJudged, runCheckov, type Scan, type Scanned, scanOf } from "./checkov.ts";

const FILE = "tfplan.json";

/** A stack that is up. */
export interface Planned {
  readonly stack: Stack;
  /** Addresses that were not applied. */
  readonly leftOut: readonly string[];
}

/** Plans of stacks that are up, judged together by checkov. What resources fail on purpose they say in their stack. */
export class PlanScan {
  private readonly folder: string;
  private readonly signal: AbortSignal;
  private readonly planned: Planned[] = [];
  private readonly unread: Finding[] = [];
  private reading: Promise<void> = Promise.resolve();

  /** @param folder that takes the plans @param signal ends the scanner when it is aborted */
  constructor(folder: string, signal: AbortSignal) {
    this.folder = folder;
    this.signal = signal;
  }

  /** Reads the plan of a stack, one at a time: an engine takes seconds of a core for each, and nothing waits for it. */
  add(planned: Planned, plan: () => Promise<string>): void {
    this.reading = this.reading.then(async () => {
      if (this.signal.aborted) return;
      const { name } = planned.stack;
      try {
        const text = await plan();
        mkdirSync(join(this.folder, name), { recursive: true });
        writeFileSync(join(this.folder, name, FILE), text);
        this.planned.push(planned);
      } catch (cause) {
        const said = cause instanceof Error ? cause.message : String(cause);
        this.unread.push(error("scanner", name, `its plan cannot be read: ${said}`));
      }
    });
  }

  /** Judges all plans in one run. @returns nothing when there are none */
  async judge(): Promise<Scan | undefined> {
    await this.reading;
    if (this.signal.aborted || this.planned.length + this.unread.length === 0) return undefined;
    const scan = await this.judged();
    return { ...scan, findings: [...this.unread, ...scan.findings] };
  }

  private async judged(): Promise<Scan> {
    if (this.planned.length === 0) return scanOf(0, []);
    const judgement = await runCheckov("terraform_plan", this.folder, this.signal);
    if (typeof judgement === "string") return notJudged(judgement);
    return scanOf(judgement.passed, scannedIn(this.planned, judgement.failed));
  }
}

/** What was judged of stacks: all that is in them, and whatever else checkov names. */
export function scannedIn(planned: readonly Planned[], failed: readonly FailedCheck[]): Scanned[] {
  const byFile = Map.groupBy(failed, ({ file }) => file);
  return planned.flatMap(({ stack, leftOut }) => {
    const byAddress = Map.groupBy(byFile.get(`${stack.name}/${FILE}`) ?? [], ({ resource }) => resource);
    const applied = [...allResources(stack), ...allData(stack)].filter(({ address }) => !leftOut.includes(address));
    const waived = new Map(applied.map((one) => [one.address, waivedBy(one)]));
    return [...new Set([...waived.keys(), ...byAddress.keys()])].map((address) => ({
      place: stack.name,
      address,
      failed: byAddress.get(address) ?? [],
      waived: waived.get(address) ?? [],
    }));
  });
}
