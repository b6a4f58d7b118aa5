import { error, type Finding } from "../checks/finding.ts";
import { definitionsFolder, startApiServer } from "../engines/control-plane.ts";
import { Kubernetes } from "../engines/kubernetes.ts";
import { runFolder } from "../engines/run-folder.ts";
import { at, text } from "../estate/json.ts";
import { type Application, nameOf, objectsBelow } from "../estate/objects.ts";

/** Requests that are under way at the same time. */
const AT_ONCE = 8;

/** Lets a real API server judge every object, without keeping any: schemas, rules and strict fields. */
export async function judgeObjects(applications: readonly Application[]): Promise<Finding[]> {
  const run = runFolder("server");
  try {
    const server = await startApiServer(run.path);
    const kubernetes = new Kubernetes(server.kubeconfig);
    try {
      await prepare(kubernetes, applications);
      return await judge(kubernetes, applications);
    } finally {
      kubernetes.close();
      await server.stop();
    }
  } finally {
    run.remove();
  }
}

/** The server needs the kinds and namespaces that objects are of. */
async function prepare(kubernetes: Kubernetes, applications: readonly Application[]): Promise<void> {
  const groups = new Set(applications.flatMap(({ objects }) => objects.map(({ apiVersion }) => groupOf(apiVersion))));
  // Definitions of kinds that nothing is of would only take time.
  const definitions = objectsBelow(definitionsFolder()).filter(({ spec }) => {
    const group = text(at(spec, "group"));
    return group === undefined || groups.has(group);
  });
  await all(definitions, async (definition) => {
    const because = await kubernetes.apply(definition);
    if (because !== undefined) throw new Error(`${nameOf(definition)}: ${because}`);
  });
  for (const definition of definitions) await kubernetes.served(definition);
  kubernetes.forgetKinds();
  const namespaces = new Set(
    applications.flatMap(({ objects }) => objects.flatMap(({ metadata: { namespace } }) => namespace ?? [])),
  );
  await all([...namespaces], async (name) => {
    await kubernetes.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
  });
}

/** Group of the API, such as `apps` of `apps/v1`; empty for its core. */
const groupOf = (apiVersion: string): string => apiVersion.slice(0, Math.max(0, apiVersion.indexOf("/")));

async function judge(kubernetes: Kubernetes, applications: readonly Application[]): Promise<Finding[]> {
  const found: Finding[] = [];
  const verdicts = new Map<string, Promise<string | undefined>>();
  const queue = applications.flatMap(({ path, objects }) => objects.map((object) => ({ path, object })));
  await all(queue, async ({ path, object }) => {
    // Regions have many objects in common, byte for byte.
    const bytes = JSON.stringify(object);
    const verdict = verdicts.get(bytes) ?? kubernetes.apply(object, true);
    verdicts.set(bytes, verdict);
    const because = await verdict;
    if (because !== undefined) found.push(error("kubernetes", path, because, nameOf(object)));
  });
  return found.sort((a, b) => (`${a.place} ${a.address}` < `${b.place} ${b.address}` ? -1 : 1));
}

async function all<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  const worker = async (): Promise<void> => {
    for (let one = queue.shift(); one !== undefined; one = queue.shift()) await work(one);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
