import type { Finding } from "../checks/finding.ts";
import type { Estate } from "../estate/index.ts";
import { allResources, componentOf, dataOf, type Stack, sliceOf } from "../estate/stacks.ts";
import type { Deployment, Deployments } from "../model/deployment.ts";
import { isJsonObject, type Json, valueAt } from "../model/merge.ts";
import { resolveIn } from "../model/resolve.ts";
import type { Workspace } from "../model/workspace.ts";

/** What an output was made from. */
export interface Source {
  readonly workspace: Workspace;
  readonly deployments: Deployments;
}

/** Where in the code and in the blueprint a finding comes from. */
export interface Cause {
  /** Layer and path of the construct, such as `mesh/services/redirect/policy`. */
  readonly component?: string;
  /** Path in the blueprint: a leaf where its value is the one that was refused, else what the component was made from. */
  readonly leaf?: string;
  readonly file?: string;
  readonly line?: number;
}

/** Finds the cause of findings about an output. @param source what it was made from; without it no leaf is named */
export function causes(estate: Estate, source?: Source): (finding: Finding) => Cause {
  const stacks = new Map(estate.stacks.map((stack) => [stack.name, stack]));
  const applications = new Map(estate.applications.map((application) => [application.path, application]));
  return (finding) => {
    const stack = stacks.get(finding.place);
    const application = applications.get(finding.place);
    const component =
      stack === undefined
        ? application?.components.get(finding.address ?? "")
        : stackComponent(stack, finding.address ?? "");
    const of = stack ?? application;
    if (source === undefined || of === undefined || component === undefined)
      return component === undefined ? {} : { component };
    const deployment = source.deployments.all.find(
      ({ name, environment }) => name === of.blueprint && environment === of.environment,
    );
    if (deployment === undefined) return { component };
    const words = [...component.split("/"), stack === undefined ? (application?.name ?? "") : sliceOf(stack)];
    return { component, ...leafOf(source, deployment, of.region, words, valuesIn(finding)) };
  };
}

function stackComponent(stack: Stack, address: string): string | undefined {
  const found = [...allResources(stack), ...dataOf(stack, "aws_ssm_parameter")].find((one) => one.address === address);
  const path = found === undefined ? undefined : componentOf(found);
  return path === undefined || stack.layer === "" ? path : `${stack.layer}/${path}`;
}

/** Values that a finding is about: on the line that it points at, or quoted in what the server said. */
function valuesIn({ attribute, summary }: Finding): ReadonlySet<string> {
  const line = /:\s*(.+?),?$/.exec(attribute ?? "")?.[1];
  const quoted = [...summary.matchAll(/"([^"]+)"|\bvalue:? (\d+)/gi)].map(([, one, two]) => one ?? two ?? "");
  return new Set([...(line === undefined ? [] : [line.replace(/^"(.*)"$/, "$1")]), ...quoted]);
}

function leafOf(
  { workspace, deployments }: Source,
  deployment: Deployment,
  region: string,
  words: readonly string[],
  values: ReadonlySet<string>,
): Omit<Cause, "component"> {
  const blueprint = workspace.blueprints.get(deployment.name);
  if (blueprint === undefined || !deployments.all.includes(deployment)) return {};
  const inside = deployment.regions.some((one) => one.region.code === region) ? region : undefined;
  const { data, provenance } = resolveIn(blueprint.merged, deployment.environment, inside);
  const made = subjectOf(data, words);
  const origins = [...provenance].filter(([path]) => path === made || path.startsWith(`${made}.`));
  const exact = origins.find(([path]) => values.has(String(valueAt(data, path.split(".")))));
  const [path, from] = exact ?? [made, origins[0]?.[1]];
  return { leaf: `${deployment.name}.${path}`, ...workspace.locate(from?.at(-1)) };
}

/** The service, store or stream whose name is among the words of a component; the settings of its layer otherwise. */
function subjectOf(data: Json, words: readonly string[]): string {
  const named = (section: string): string[] => {
    const found = valueAt(data, [section]);
    return isJsonObject(found) ? Object.keys(found).map((name) => `${section}.${name}`) : [];
  };
  const subjects = ["services", "data", "streams"].flatMap(named);
  const nameOfSubject = (subject: string): string => subject.slice(subject.indexOf(".") + 1);
  return (
    subjects.find((subject) => words.includes(nameOfSubject(subject))) ??
    // A service's limits are `limits-redirect`, its rules `rules-redirect`.
    subjects.find((subject) => words.some((word) => word.endsWith(`-${nameOfSubject(subject)}`))) ??
    `layers.${words[0]}`
  );
}
