import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { definitionsFolder, startControlPlane } from "../../lib/engines/control-plane.ts";
import type { Layer } from "../../lib/layers/common/layer.ts";
import { foundation } from "../../lib/layers/foundation/index.ts";
import { mesh } from "../../lib/layers/mesh/index.ts";
import { bringUp, type ClusterReport } from "../../lib/rehearsal/cluster.ts";
import { analyzeMesh } from "../../lib/rehearsal/mesh-analysis.ts";
import type { Sync } from "../../lib/rehearsal/syncs.ts";
import { type Document, objectsOf, place } from "../support.ts";

/** Defects that a rehearsal has to name, on a real control plane: run by `npm run test:engines`. */

let run: string;
beforeEach(() => {
  run = mkdtempSync(join(tmpdir(), "dodeca-defects-"));
});
afterEach(() => rmSync(run, { recursive: true, force: true }));

/** Brings url-shortener's dev up after its objects were changed, and analyzes its mesh. */
async function rehearsed(change: (objects: Document[]) => readonly Document[], patience = 20): Promise<ClusterReport> {
  const here = await place("url-shortener", "dev", "us-east-1");
  const of = async (layer: Layer, name: string): Promise<Document[]> =>
    structuredClone(await objectsOf(layer, here, name));
  const syncs: Sync[] = [
    { application: "namespaces", wave: 5, objects: await of(foundation, "namespaces") },
    { application: "nodes", wave: 12, objects: await of(foundation, "nodes") },
    { application: "redirect", wave: 25, objects: await of(mesh, "redirect") },
  ];
  const added = change(syncs.flatMap(({ objects }) => [...objects]));
  const plane = await startControlPlane(run);
  try {
    const report = await bringUp({
      kubeconfig: plane.kubeconfig,
      place: "url-shortener/dev/us-east-1",
      syncs: [...syncs, { application: "added", wave: 26, objects: added }],
      definitions: definitionsFolder(),
      nodes: true,
      patience,
    });
    return { ...report, findings: await analyzeMesh([], plane.kubeconfig, run) };
  } finally {
    await plane.stop();
  }
}

const find = (objects: Document[], kind: string, name: string): Document =>
  objects.find((object) => object.kind === kind && object.metadata.name === name);

test("what is sound comes up", async () => {
  const { refused, readiness, findings } = await rehearsed(() => [], 120);
  expect(refused).toEqual([]);
  expect(findings).toEqual([]);
  expect(readiness).toMatchObject({ missing: [], workloads: 1 });
});

test("a route to a subset that there is not is named by the mesh's own analysis", async () => {
  const { findings } = await rehearsed((objects) => {
    find(objects, "VirtualService", "redirect").spec.http[0].route[0].destination.subset = "canary";
    return [];
  });
  expect(findings).toEqual([
    expect.objectContaining({
      code: "istio-ist0101",
      address: "VirtualService url-shortener/redirect",
      summary: expect.stringContaining("canary"),
    }),
  ]);
});

test("a wrong enum, an unknown field, a forbidden security context and a pod without a node are each named", async () => {
  const { refused, readiness } = await rehearsed((objects) => {
    find(objects, "PodDisruptionBudget", "redirect").spec.unhealthyPodEvictionPolicy = "Sometimes";
    find(objects, "DestinationRule", "redirect").spec.trafficPolicy.loadBalancr = {};
    const { metadata, spec, ...rest } = structuredClone(find(objects, "Deployment", "redirect"));
    const privileged = { ...rest, metadata: { ...metadata, name: "privileged" }, spec: structuredClone(spec) };
    privileged.spec.template.spec.containers[0].securityContext = { allowPrivilegeEscalation: true };
    const stranded = { ...rest, metadata: { ...metadata, name: "stranded" }, spec: structuredClone(spec) };
    stranded.spec.template.spec.nodeSelector = { "dodeca.dev/pool": "nowhere" };
    return [privileged, stranded];
  });
  expect(refused.map(({ object }) => object).sort()).toEqual([
    "DestinationRule url-shortener/redirect",
    "PodDisruptionBudget url-shortener/redirect",
  ]);
  expect(JSON.stringify(refused)).toContain("loadBalancr");
  expect(JSON.stringify(refused)).toContain("Sometimes");
  const because = (object: string): string =>
    readiness.missing
      .filter((one) => one.object.startsWith(object))
      .map((one) => one.because)
      .join("\n");
  expect(because("Deployment url-shortener/privileged")).toContain("violates PodSecurity");
  expect(because("Pod url-shortener/stranded")).toContain("didn't match Pod's node affinity/selector");
});
