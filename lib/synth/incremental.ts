import type { Deployments } from "../model/deployment.ts";
import { ledgerKey, workspaceKey } from "../model/keys.ts";
import type { Ledger } from "../model/ledger.ts";
import { sharedProgramKey } from "../model/program.ts";
import { viewOf } from "../model/reads.ts";
import type { Workspace } from "../model/workspace.ts";
import { placesIn } from "../topology/places.ts";
import { inOrder, isSelected, type Plan, type Selection, select } from "../topology/plan.ts";
import { isWhole } from "../topology/whole.ts";
import { blueprintFile } from "./blueprints.ts";
import { digestOne } from "./digest.ts";
import { Drafts } from "./drafts.ts";
import { type Kept, type KeptHead, MOST_READ, type Summary, writeKept } from "./kept.ts";
import { letTimesPass } from "./marks.ts";
import { keyedRoots } from "./root-keys.ts";
import { Run, type SettledPlace, type Work } from "./run.ts";
import { belongsTo, digestsBefore, ESTATE, sealOf } from "./seal.ts";
import { sealOfShard } from "./seal-shards.ts";
import { hasFile, hasRest, hasUnit, SHARDS, type Shard, shardFile } from "./shard.ts";
import { draftText, type IsWanted, sitesOf, unitsOf } from "./sites.ts";
import { StaleReads } from "./stale-reads.ts";
import { type StoredPlace, withStored } from "./stored-place.ts";
import { deliveryFiles, ledgerWith } from "./synthesize.ts";
import { type Written, writeOutput } from "./writer.ts";

export interface Change {
  readonly workspace: Workspace;
  /** What the workspace deploys: see `deploymentsSince`. */
  readonly deployments: Deployments;
  /** Folder of the output. */
  readonly root: string;
  /** What the last run of the same program knew. @default nothing: everything is synthesized */
  readonly kept: Kept | undefined;
  /** Places that were found elsewhere, of which no root has another key now. @default none */
  readonly stored?: ReadonlyMap<string, StoredPlace> | undefined;
  /** @default everything */
  readonly only?: Selection;
  /** What of it this machine makes. @default everything */
  readonly shard?: Shard | undefined;
  /** Key of the program. */
  readonly program: string;
  /** Called before each stack and application that is built, with the number of places gone through. @default nothing */
  readonly onProgress?: (done: number, total: number, name: string) => void;
}

/** What a run has made; nothing of it is written before `write` is called. */
export interface ChangedOutput {
  readonly ledger: Ledger;
  /** Digest over the output. */
  readonly digest: string;
  /** What the part that was synthesized consists of. */
  readonly summary: Summary;
  /** Names of the stacks and paths of the applications that were built. */
  readonly built: readonly string[];
  /** Digests of all files of the output by path. */
  readonly digests: Readonly<Record<string, string>>;
  /** Texts of the files that are not on the disk yet, by path. */
  readonly texts: ReadonlyMap<string, string>;
  readonly places: ReadonlyMap<string, SettledPlace>;
  /** Keys of what has been found sound. */
  readonly sound: ReadonlySet<string>;
  /** Writes what is not on the disk yet, and keeps what the next run needs to know. */
  readonly write: () => Written;
}

/** Where the files that follow from the plan as a whole are kept. */
const DELIVERY = "delivery";
/** Where the stacks are kept that no blueprint has any more. */
const RETIRED = "retired";

/**
 * Synthesizes what has changed since the output was written. A stack or application is kept where nothing that it read, or
 * that its layer read to plan it, has another value now, and its files are as they were left.
 */
export function synthesizeChanged({
  workspace,
  deployments,
  root,
  kept,
  stored = new Map(),
  only = {},
  shard,
  program,
  onProgress,
}: Change): ChangedOutput {
  const partial = shard !== undefined || !isWhole(only);
  const sameLedger = kept?.head.ledger === ledgerKey(workspace);
  const places = placesIn(workspace, deployments);
  const stale = new StaleReads(keyedRoots(deployments, places));
  const sites = sitesOf(places);
  const known = withStored(kept, stored);
  const run: Run = new Run(root, known, stored, stale, (name) => onProgress?.(run.places.size, sites.length, name));
  const isOwn = (name: string): boolean => shard === undefined || hasUnit(shard, name);
  const selected = isSelected(only);
  const wanted: IsWanted = (position, name) => selected(position) && isOwn(name);
  const restWanted = shard === undefined || hasRest(shard);

  // A place of which nothing can have changed is not even read.
  const isUntouched = (name: string): boolean => {
    const head = kept?.head.places[name];
    return (
      !partial && kept?.head.workspace !== "" && head !== undefined && stale.areSame(head.roots) && run.isOnDisk(name)
    );
  };
  const drafts = new Drafts(known, stale);
  for (const site of sites) {
    if (isUntouched(site.name)) run.keep(site.name);
    else run.settle(site.name, drafts.worksIn(site, wanted));
  }
  const isPlanned =
    partial ||
    !sameLedger ||
    stored.size > 0 ||
    drafts.changed ||
    kept?.head.deployments !== namesOf(deployments) ||
    sites.length !== sitesIn(kept) ||
    isDeliveryStale(kept, stale, run);
  const plan = isPlanned
    ? inOrder(
        sites.flatMap((site) => drafts.in(site)),
        workspace,
      )
    : undefined;
  if (plan === undefined) for (const name of [DELIVERY, RETIRED]) run.keep(name);
  else {
    run.settle(RETIRED, retiredWorks(plan, kept, isOwn));
    run.settle(DELIVERY, [rest(DELIVERY, () => deliveryFiles(plan, deployments.all.map(viewOf)), restWanted)]);
  }
  for (const deployment of deployments.all) {
    const { name, environment } = deployment;
    const place = `resolved/${name}/${environment}`;
    if (isUntouched(place)) run.keep(place);
    else
      run.settle(
        place,
        [rest(place, () => new Map([blueprintFile(deployment)]), restWanted)],
        [`deployment/${name}/${environment}`],
      );
  }

  const ledger = plan === undefined ? deployments.ledger : ledgerWith(plan, deployments.ledger);
  const ours = oursIn(plan, only, shard);
  const digests = ours === undefined || shard !== undefined ? {} : digestsBefore(root, ours);
  for (const place of run.places.values())
    for (const [path, digest] of place.digests) if (shard === undefined || hasFile(shard, path)) digests[path] = digest;
  const sealed = shard === undefined ? ESTATE : shardFile(shard);
  const seal =
    shard === undefined
      ? sealOf(digests)
      : sealOfShard({ program: sharedProgramKey(), workspace: workspaceKey(workspace, ledger) }, digests);
  run.settle(sealed, [rest(sealed, () => new Map([[sealed, seal.text]]))]);
  return {
    ledger,
    digest: seal.digest,
    summary: run.summary,
    built: run.built,
    digests: { ...digests, [sealed]: digestOne(seal.text) },
    texts: run.texts,
    places: run.places,
    sound: new Set(deployments.keys.values()),
    write: () => {
      const owns = (path: string): boolean =>
        path !== sealed && digests[path] === undefined && (ours === undefined || ours(path));
      const { written, deleted } = writeOutput(root, { files: run.texts, owns });
      // Cheaper than that the next run has to read the files that were written last.
      if (written.length > MOST_READ) letTimesPass();
      const marks = run.marks();
      const head: Omit<KeptHead, "places"> = {
        program,
        // An output of parts may hold files of what is gone, which the next whole run deletes.
        workspace: run.incomplete || ours !== undefined ? "" : workspaceKey(workspace, ledger),
        ledger: ledgerKey(workspace, ledger),
        digest: seal.digest,
        deployments: namesOf(deployments),
        summary: run.summary,
        written: Date.now(),
        sound: [...deployments.keys.values()],
      };
      writeKept(root, head, marks, run.places);
      return { written, deleted, unchanged: Object.keys(digests).length + 1 - written.length };
    },
  };
}

/** Which files belong to a part that is synthesized; nothing where that is the whole. */
function oursIn(
  plan: Plan | undefined,
  only: Selection,
  shard: Shard | undefined,
): ((path: string) => boolean) | undefined {
  // What an output consists of is not known as long as one shard of it is made anew, and neither are its other shards.
  if (shard !== undefined)
    return (path) =>
      path === ESTATE ||
      (path.startsWith(`${SHARDS}/`) ? !path.endsWith(`-of-${shard.of}.json`) : hasFile(shard, path));
  return plan === undefined || isWhole(only) ? undefined : belongsTo(select(plan, only));
}

/** Which deployments there are, in their order: what follows from all of them may hang on it. */
const namesOf = ({ all }: Deployments): string =>
  all.map(({ name, environment }) => `${name}/${environment}`).join(" ");

/** Number of places of which something is kept. */
const sitesIn = (kept: Kept | undefined): number =>
  Object.keys(kept?.head.places ?? {}).filter((name) => /^(?:account-)?place\//.test(name)).length;

/** Files that follow from others, and are made anew where they are not kept as a whole. */
const rest = (id: string, files: () => ReadonlyMap<string, string>, wanted = true): Work => ({
  id,
  data: "",
  reads: [],
  planned: [],
  units: [{ kind: "rest", name: id, told: "", wanted, build: () => ({ files: files(), size: 0 }) }],
  before: [],
});

/** Whether what follows from an unchanged plan has to be made anew all the same. */
function isDeliveryStale(kept: Kept | undefined, stale: StaleReads, run: Run): boolean {
  const roots = kept?.head.places[DELIVERY]?.roots;
  const units = kept?.place(DELIVERY)?.get(DELIVERY)?.units;
  if (roots === undefined || units === undefined || kept?.head.workspace === "") return true;
  if (!run.isOnDisk(DELIVERY) || !run.isOnDisk(RETIRED)) return true;
  return units.some(({ reads }) => stale.anyStale(reads, roots));
}

/** Stacks that no blueprint has any more: each follows from its line in the ledger. */
function retiredWorks(plan: Plan, kept: Kept | undefined, isOwn: (name: string) => boolean): readonly Work[] {
  const before = kept?.place(RETIRED);
  return plan.stacks
    .filter(({ scope }) => scope === "retired")
    .map((stack): Work => {
      const data = draftText({ stacks: [stack], applications: [] });
      const known = before?.get(stack.name);
      return {
        id: stack.name,
        data,
        reads: [],
        planned: [],
        units: unitsOf({ stacks: [stack], applications: [] }, (_, name) => isOwn(name)),
        before: known?.data === data ? known.units : [],
      };
    });
}
