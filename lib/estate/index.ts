import { type BlueprintIn, blueprintsIn } from "./blueprints.ts";
import { type Files, filesBelow } from "./files.ts";
import { text } from "./json.ts";
import { type Application, applicationsIn } from "./objects.ts";
import { resourcesOf, type Stack, stacksIn } from "./stacks.ts";

/** Everything synthesized, read back from its bytes. */
export interface Estate {
  readonly stacks: readonly Stack[];
  readonly applications: readonly Application[];
  /** What the blueprints resolved to. */
  readonly blueprints: readonly BlueprintIn[];
}

/** Reads an output. @param root folder that holds `cdktf.out` and `dist` */
export const readEstate = (root: string): Estate => estateOf(filesBelow(root));

/** An estate with the files that it was read from. */
export interface ReadOutput {
  readonly files: Files;
  readonly estate: Estate;
}

/** An estate from the files of an output. @param other another output, whose units are shared where their files are the same */
export const estateOf = (files: Files, other?: ReadOutput): Estate => ({
  stacks: stacksIn(files, other),
  applications: applicationsIn(files, other),
  blueprints: blueprintsIn(files),
});

/** The part of an estate that one blueprint has in one environment and region. */
export interface Region extends Omit<Estate, "blueprints"> {
  readonly blueprint: string;
  readonly environment: string;
  readonly region: string;
  /** Number of the account that it lives in. */
  readonly account: string;
  /** Name of the cluster that its pods are in: its own, or that of the platform it lives on. */
  readonly cluster: string;
}

/** An estate by blueprint, environment and region, wherever there are applications; `global` stacks are in none. */
export function regionsOf({ stacks, applications }: Estate): Region[] {
  const regions = Map.groupBy(applications, ({ blueprint, environment, region }) =>
    [blueprint, environment, region].join("/"),
  );
  return [...regions].map(([key, inside]) => {
    const [blueprint = "", environment = "", region = ""] = key.split("/");
    const own = stacks.filter(
      (stack) =>
        stack.blueprint === blueprint &&
        stack.environment === environment &&
        stack.region === region &&
        !stack.name.startsWith(`${blueprint}-${environment}-global-`),
    );
    return {
      blueprint,
      environment,
      region,
      account: own[0]?.account ?? "?",
      cluster: own.flatMap(clustersIn)[0] ?? key,
      stacks: own,
      applications: inside,
    };
  });
}

/** Names of the clusters that a stack gives pods permissions in. */
const clustersIn = (stack: Stack): string[] =>
  resourcesOf(stack, "aws_eks_pod_identity_association").flatMap(({ body }) => {
    const name = text(body["cluster_name"]);
    return name === undefined || name.startsWith("${") ? [] : [name];
  });

/** The regions whose pods share a region's cluster, itself among them. */
export const sharing = (regions: readonly Region[], here: Region): Region[] =>
  regions.filter(({ account, cluster }) => account === here.account && cluster === here.cluster);
