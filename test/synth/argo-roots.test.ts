import { load } from "js-yaml";
import { argoRoots } from "../../lib/synth/argo-roots.ts";
import { type Document, planned } from "../support.ts";

const REPOSITORIES = new Map([
  ["reference", "https://github.com/example/reference"],
  ["url-shortener", "https://github.com/example/links"],
]);

/** Objects of a place's Argo CD root by their file name. */
async function root(place: string): Promise<Map<string, Document>> {
  const prefix = `dist/delivery/argocd/${place}/`;
  return new Map(
    [...argoRoots(await planned(), REPOSITORIES)].flatMap(([path, text]): [string, Document][] =>
      path.startsWith(prefix) ? [[path.slice(prefix.length), load(text)]] : [],
    ),
  );
}

test("what is cluster-wide is the platform's, what is a product's stays in its namespaces", async () => {
  const objects = await root("reference/prod/us-east-1");
  const project = (name: string): string => objects.get(`${name}.yaml`).spec.project;
  for (const name of ["namespaces", "add-ons", "nodes", "mesh", "gateway", "secret-stores", "dashboards"])
    expect([name, project(name)]).toEqual([name, "platform"]);
  for (const name of ["user", "routes", "policies", "topics", "alerts", "migrations"])
    expect([name, project(name)]).toEqual([name, "reference"]);
});

test("a product may touch its own repository and namespaces only, and nothing cluster-wide but namespaces", async () => {
  const project = (await root("url-shortener/prod/us-east-1")).get("project-url-shortener.yaml");
  expect(project.spec.sourceRepos).toEqual(["https://github.com/example/links"]);
  expect(project.spec.destinations.map(({ namespace }: Document) => namespace)).toEqual(["url-shortener"]);
  expect(project.spec.clusterResourceWhitelist).toEqual([{ group: "", kind: "Namespace" }]);
});

test("a platform points to the roots of the products that live on it, in the same environment and region", async () => {
  const objects = await root("reference/prod/us-east-1");
  expect([...objects.keys()].filter((name) => name.startsWith("tenant-"))).toEqual([
    "tenant-promo-links.yaml",
    "tenant-url-shortener.yaml",
  ]);
  expect(objects.get("tenant-url-shortener.yaml").spec.source.path).toBe(
    "dist/delivery/argocd/url-shortener/prod/us-east-1",
  );
  expect([...(await root("reference/dev/us-east-1")).keys()].filter((name) => name.startsWith("tenant-"))).toEqual([]);
});

test("applications sync in waves, from the branch that the pipeline writes", async () => {
  const objects = await root("reference/prod/us-east-1");
  const wave = (name: string): number =>
    Number(objects.get(`${name}.yaml`).metadata.annotations["argocd.argoproj.io/sync-wave"]);
  const order = ["namespaces", "add-ons", "mesh", "topics", "policies", "migrations", "user", "routes", "alerts"];
  expect(order.map(wave)).toEqual(order.map(wave).sort((a, b) => a - b));
  expect(objects.get("user.yaml").spec.source).toMatchObject({
    targetRevision: "rendered",
    path: "dist/kubernetes/reference/prod/us-east-1/user",
  });
});

test("a product that runs a chart may take it from its repository, into a namespace for it", async () => {
  const { spec } = (await root("reference/prod/us-east-1")).get("project-reference.yaml");
  expect(spec.sourceRepos).toEqual([
    "https://github.com/example/reference",
    "https://sentry-kubernetes.github.io/charts",
  ]);
  expect(spec.destinations.map(({ namespace }: Document) => namespace)).toContain("reference-crashes");
  expect(spec.clusterResourceWhitelist).toEqual([{ group: "", kind: "Namespace" }]);
  const elsewhere = (await root("reference/prod/eu-west-1")).get("project-reference.yaml").spec;
  expect(elsewhere.sourceRepos).toEqual(["https://github.com/example/reference"]);
});
