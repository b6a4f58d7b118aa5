import { layers } from "../../lib/topology/layers.ts";
import { type Document, objectsOf, ofKind, place } from "../support.ts";

/** Policies of a kind that all layers together have in the reference's prod. */
async function policies(kind: string): Promise<Document[]> {
  const here = await place("reference", "prod", "us-east-1");
  return ofKind((await Promise.all(layers.map((layer) => objectsOf(layer, here)))).flat(), kind);
}

test("calls are encrypted on both sides, and allowed by the caller's name alone (edge.zero-trust.microseg)", async () => {
  const strict = (await policies("PeerAuthentication")).map(({ metadata, spec }) => [metadata.namespace, spec.mtls]);
  expect(strict).toEqual([["istio-system", { mode: "STRICT" }]]);
  const allowing = (await policies("AuthorizationPolicy")).filter(({ spec }) => spec.action === "ALLOW");
  expect(allowing.length).toBeGreaterThan(10);
  for (const { metadata, spec } of allowing) {
    for (const { from } of spec.rules) {
      expect([metadata.name, from]).toEqual([metadata.name, expect.anything()]);
      for (const { source } of from) expect(source.principals).not.toHaveLength(0);
    }
  }
});
