import { source, TemporaryWorkspace } from "./temporary-workspace.ts";

const BLUEPRINT = "blueprints/tiny/blueprint.ts";

/** Runs synth on a blueprint and returns what it said; the workspace is gone afterwards. */
function refused(files: Readonly<Record<string, string>>): string {
  const workspace = new TemporaryWorkspace(files);
  try {
    const { code, err, out } = workspace.run("synth");
    expect({ code, out }).toEqual({ code: 2, out: "" });
    return err;
  } finally {
    workspace.remove();
  }
}

const web = (settings: string): string => `web: { image: "tiny/web", ${settings} },`;

describe("bad input is refused with place, value, allowed values, nearest match and fix", () => {
  test("an unknown store in uses", () => {
    const said = refused({ [BLUEPRINT]: source({ services: web(`uses: { itemz: "read" }`) }) });
    expect(said).toContain("blueprints/tiny/blueprint.ts:14  tiny.services.web.uses.itemz");
    expect(said).toContain('the service uses "itemz", which the blueprint does not have [unknown-use]');
    expect(said).toContain("allowed: items");
    expect(said).toContain("nearest: items");
    expect(said).toContain('fix:     write "items"');
  });

  test("an unknown verb in uses", () => {
    const said = refused({ [BLUEPRINT]: source({ services: web(`uses: { items: "reads" }`) }) });
    expect(said).toContain("[unknown-verb]");
    expect(said).toContain('given:   "reads"');
    expect(said).toContain("allowed: read, write, read-write");
    expect(said).toContain("nearest: read");
  });

  test("an unknown region", () => {
    const said = refused({
      [BLUEPRINT]: source({
        environments: `dev: { account: "main", tier: "dev", regions: { "us-east-11": "primary" } },`,
      }),
    });
    expect(said).toContain("blueprints/tiny/blueprint.ts:20  tiny.environments.dev.regions.us-east-11");
    expect(said).toContain("[unknown-region]");
    expect(said).toContain("nearest: us-east-1");
  });

  test("a region that lacks a service which a store needs", () => {
    const said = refused({
      [BLUEPRINT]: source({
        data: "series: timeSeries(),",
        environments: `dev: { account: "main", tier: "dev", regions: { "me-south-1": "primary" } },`,
      }),
    });
    expect(said).toContain("timestream-influxdb is not offered in me-south-1 [region-lacks-service]");
    expect(said).toMatch(/nearest: [a-z]+-[a-z]+-\d/);
  });

  test("two primaries", () => {
    const said = refused({
      [BLUEPRINT]: source({
        environments: `dev: { account: "main", tier: "dev", regions: { "us-east-1": "primary", "us-west-2": "primary" } },`,
      }),
    });
    expect(said).toContain("2 regions are primary: us-east-1, us-west-2 [one-primary]");
    expect(said).toContain('keep one and make the others "active" or "standby"');
  });

  test("overlapping routes", () => {
    const said = refused({
      [BLUEPRINT]: source({
        services: web(`routes: [{ path: "/a/{id}", auth: "none" }, { path: "/a/{name}", auth: "none" }]`),
      }),
    });
    expect(said).toContain("a GET request could match this route and /a/{id} of web [overlapping-routes]");
  });

  test("an invalid CIDR in the ledger", () => {
    const said = refused({
      [BLUEPRINT]: source(),
      "blueprints/ledger.yaml": "version: 1\naddresses:\n  tiny/dev/us-east-1: 10.0.0.7/18\nstacks: {}\n",
    });
    expect(said).toContain("blueprints/ledger.yaml:3  addresses.tiny/dev/us-east-1");
    expect(said).toContain("did you mean 10.0.0.0/18? [invalid-cidr]");
  });

  test("a name that is too long", () => {
    const said = refused({ [BLUEPRINT]: source({ name: "a-name-that-is-far-too-long-for-resources" }) });
    expect(said).toContain("at most 24 characters, since every resource name carries it [too-big]");
    expect(said).toContain("blueprints/tiny/blueprint.ts:4");
  });

  test("an account that is not declared", () => {
    const said = refused({
      [BLUEPRINT]: source({
        environments: `dev: { account: "mian", tier: "dev", regions: { "us-east-1": "primary" } },`,
      }),
    });
    expect(said).toContain("[unknown-account]");
    expect(said).toContain("nearest: main");
  });

  test("an environment without an account", () => {
    const said = refused({
      [BLUEPRINT]: source({ environments: `dev: { tier: "dev", regions: { "us-east-1": "primary" } },` }),
    });
    expect(said).toContain("an environment with its own platform needs an account [missing-account]");
  });

  test("a target that the tier cannot meet", () => {
    const said = refused({
      [BLUEPRINT]: source({
        head: "\n  objectives: { availability: 99.999 },",
        environments: `prod: { account: "main", tier: "prod", regions: { "us-east-1": "primary" } },`,
      }),
    });
    expect(said).toContain("tier prod in 1 region cannot keep this target [target-above-tier]");
    expect(said).toContain("allowed: at most 99.99");
  });

  test("a fork that changes what does not exist", () => {
    const said = refused({
      [BLUEPRINT]: source(),
      "blueprints/second/blueprint.ts": `import { fork } from "LIBRARY";\nimport base from "../tiny/blueprint.ts";\nexport default fork(base, {\n  name: "second",\n  change: { services: { wep: { scaling: { max: 9 } } } },\n} as never);\n`,
    });
    expect(said).toContain("blueprints/second/blueprint.ts:5  second.services.wep");
    expect(said).toContain("fork second changes services.wep, which its base does not have [fork-changes-nothing]");
    expect(said).toContain("nearest: web");
  });

  test("a ledger with an unresolved merge conflict", () => {
    const said = refused({
      [BLUEPRINT]: source(),
      "blueprints/ledger.yaml": "version: 1\naddresses:\n<<<<<<< ours\n  a/b/c: 10.0.0.0/16\n=======\n",
    });
    expect(said).toContain("blueprints/ledger.yaml:3");
    expect(said).toContain("the ledger holds an unresolved merge conflict [ledger-conflict]");
  });

  test("a ledger whose ranges overlap", () => {
    const said = refused({
      [BLUEPRINT]: source(),
      "blueprints/ledger.yaml":
        "version: 1\naddresses:\n  a/dev/us-east-1: 10.0.0.0/16\n  b/dev/us-east-1: 10.0.64.0/18\nstacks: {}\n",
    });
    expect(said).toContain("the range overlaps that of a/dev/us-east-1, 10.0.0.0/16 [ledger-overlap]");
  });

  test("a corrupt ledger", () => {
    const said = refused({ [BLUEPRINT]: source(), "blueprints/ledger.yaml": "version: 1\naddresses: [\n" });
    expect(said).toContain("the ledger is no YAML");
    expect(said).toContain("[ledger-corrupt]");
  });

  test("malformed TypeScript", () => {
    const said = refused({ [BLUEPRINT]: `import { blueprint } from "LIBRARY";\nexport default blueprint({ name: \n` });
    expect(said).toContain("blueprints/tiny/blueprint.ts");
    expect(said).toContain("[malformed-module]");
  });

  test("a misspelt setting, with the nearest that exists", () => {
    const said = refused({ [BLUEPRINT]: source({ services: web("scalling: { min: 2 }") }) });
    expect(said).toContain('there is no setting "scalling" here [unknown-key]');
    expect(said).toContain("nearest: scaling");
  });

  test("a route that wants a token where no issuer is named", () => {
    const said = refused({ [BLUEPRINT]: source({ services: web(`routes: [{ path: "/a", auth: "jwt" }]`) }) });
    expect(said).toContain("the route wants a token, and layers.ingress.jwt names no issuer [missing-issuer]");
  });
});

describe("a refused run", () => {
  test("reports everything at once", () => {
    const said = refused({
      [BLUEPRINT]: source({
        services: web(`uses: { itemz: "read" }, scaling: { min: "three" }`),
        environments: `dev: { account: "nobody", tier: "dev", regions: { "us-east-1": "primary" } },`,
      }),
      "blueprints/other/blueprint.ts": source({
        name: "other",
        environments: `dev: { account: "main", tier: "dev", regions: { "eu-west-9": "primary" } },`,
      }),
    });
    expect(said).toContain("[unknown-use]");
    expect(said).toContain("[wrong-type]");
    expect(said).toContain("[unknown-region]");
    expect(said).toMatch(/\d problems; nothing was written\./);
  });

  test("leaves the previous output and the ledger as they were", () => {
    const workspace = new TemporaryWorkspace({ [BLUEPRINT]: source() });
    try {
      expect(workspace.run("synth").code).toBe(0);
      const before = workspace.output();
      const ledger = workspace.read("blueprints/ledger.yaml");
      workspace.write(BLUEPRINT, source({ services: web(`uses: { itemz: "read" }`) }));
      expect(workspace.run("synth").code).toBe(2);
      expect(workspace.output()).toEqual(before);
      expect(workspace.read("blueprints/ledger.yaml")).toBe(ledger);
    } finally {
      workspace.remove();
    }
  });
});
