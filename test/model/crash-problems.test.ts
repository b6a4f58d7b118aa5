import { crashProblems } from "../../lib/model/crash-problems.ts";
import { hostProblems } from "../../lib/model/hosts.ts";
import type { ResolvedBlueprint } from "../../lib/model/resolved.ts";
import { type Document, place } from "../support.ts";

async function changed(change: (blueprint: Document) => void): Promise<ResolvedBlueprint> {
  const { blueprint } = await place("reference", "prod", "us-east-1");
  const copy: ResolvedBlueprint = structuredClone(blueprint);
  change(copy);
  return copy;
}

const problems = async (change: (blueprint: Document) => void): Promise<string[]> =>
  crashProblems(await changed(change)).map(({ at, code }) => `${at.join(".")}: ${code}`);

describe("crash reports", () => {
  test("of the reference go where they can", async () => {
    expect(await problems(() => undefined)).toEqual([]);
  });

  test.each<[string, (blueprint: Document) => void, string[]]>([
    [
      "a domain",
      ({ layers }) => {
        delete layers.edge.domain;
      },
      ["layers.client.crashes: missing-domain"],
    ],
    [
      "a secret that is declared",
      ({ layers }) => {
        layers.client.crashes.secret = "sentri";
      },
      ["layers.client.crashes.secret: unknown-secret"],
    ],
    [
      "a namespace that no service has",
      ({ services }) => {
        services.payment.isolation = "crashes";
      },
      ["services.payment.isolation: taken-namespace"],
    ],
  ])("need %s, in the product's own cluster", async (_, change, expected) => {
    expect(await problems(change)).toEqual(expected);
  });

  test("of a vendor need none of these", async () => {
    const found = await problems(({ layers, services }) => {
      layers.client.crashes = { tool: "bugsnag" };
      services.payment.isolation = "crashes";
      delete layers.edge.domain;
    });
    expect(found).toEqual([]);
  });

  test("have a host that no route may take", async () => {
    const blueprint = await changed(({ services }) => {
      services.user.routes[0].host = "crashes";
    });
    expect(hostProblems(blueprint)).toContainEqual(
      expect.objectContaining({ code: "taken-host", message: "layers.client.crashes has this host" }),
    );
  });
});
