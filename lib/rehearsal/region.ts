import { join } from "node:path";
import { definitionsFolder, startControlPlane } from "../engines/control-plane.ts";
import { type Estate, readEstate, regionsOf, sharing } from "../estate/index.ts";
import { resourcesOf } from "../estate/stacks.ts";
import { testAlertRouting } from "./alert-routing.ts";
import { testAlertRules } from "./alert-rules.ts";
import { bringUp, type ClusterReport } from "./cluster.ts";
import { analyzeMesh } from "./mesh-analysis.ts";
import { scanObjects } from "./object-scan.ts";
import { syncsOf } from "./syncs.ts";

export interface RegionOptions {
  /** Folder that holds `cdktf.out` and `dist`. */
  readonly root: string;
  /** `blueprint/environment/region`. */
  readonly place: string;
  /** Folder for what is written and started. */
  readonly run: string;
  /** A cluster of the user's own. @default a control plane is started */
  readonly kubeconfig?: string | undefined;
  /** Takes what ends whatever has been started. */
  readonly onStop: (stop: () => Promise<void>) => void;
  readonly onProgress: (what: string) => void;
}

/** Brings a region's applications up, after those of the platform that it lives on, and judges its mesh and alerts. */
export async function rehearseRegion(options: RegionOptions): Promise<ClusterReport> {
  const start = performance.now();
  try {
    return await inCluster(options);
  } catch (error) {
    return {
      place: options.place,
      objects: 0,
      refused: [],
      readiness: { workloads: 0, pods: 0, podsReady: 0, missing: [] },
      findings: [],
      seconds: (performance.now() - start) / 1000,
      broken: error instanceof Error ? error.message : String(error),
    };
  }
}

async function inCluster(options: RegionOptions): Promise<ClusterReport> {
  const { root, place, run, onProgress } = options;
  let kubeconfig = options.kubeconfig;
  const own = kubeconfig === undefined;
  onProgress("cluster");
  if (kubeconfig === undefined) {
    const plane = await startControlPlane(run);
    options.onStop(() => plane.stop());
    kubeconfig = plane.kubeconfig;
  }
  const estate = readEstate(root);
  const platform = platformOf(estate, place);
  const report = await bringUp({
    kubeconfig,
    place,
    syncs: [...(platform === place ? [] : syncsOf(root, platform)), ...syncsOf(root, place)],
    definitions: definitionsFolder(),
    nodes: own,
    onProgress,
  });
  const applications = estate.applications.filter(({ path }) => path.startsWith(`${place}/`));
  onProgress("mesh, alerts and scanner");
  const { findings, ...scan } = await scanObjects(applications, join(run, "scan"));
  const found = [
    ...findings,
    ...(await analyzeMesh(applications, kubeconfig, run)),
    ...(await testAlertRules(applications, join(run, "alert-rules"))),
    ...(await testAlertRouting(applications, join(run, "alert-routing"))),
  ];
  // A cluster of the user's own has more in it than what was generated.
  return { ...report, scan, findings: own ? found : found.filter(({ place: where }) => where !== "") };
}

/** Whether all of a cluster came up and nothing was found. */
export const isUp = ({ refused, readiness, findings, broken }: ClusterReport): boolean =>
  broken === undefined && refused.length === 0 && readiness.missing.length === 0 && findings.length === 0;

/** The place whose stacks make the cluster that a place's pods are in: itself, or its platform's. */
function platformOf(estate: Estate, place: string): string {
  const regions = regionsOf(estate);
  const pathOf = ({ blueprint, environment, region }: (typeof regions)[number]): string =>
    [blueprint, environment, region].join("/");
  const here = regions.find((one) => pathOf(one) === place);
  const owner =
    here === undefined
      ? undefined
      : sharing(regions, here).find(({ stacks }) =>
          stacks.some((stack) => resourcesOf(stack, "aws_eks_cluster").length > 0),
        );
  return owner === undefined ? place : pathOf(owner);
}
