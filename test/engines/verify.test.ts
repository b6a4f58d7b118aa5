import { source, TemporaryWorkspace } from "../cli/temporary-workspace.ts";

/** What `dodeca verify` says with an API server: run by `npm run test:engines`. */

test("an object that the API server refuses is named with its component and leaf; the others are judged all the same", () => {
  const workspace = new TemporaryWorkspace({ "blueprints/tiny/blueprint.ts": source() });
  try {
    expect(workspace.run("synth").code).toBe(0);
    const sound = workspace.run("verify", "--strict");
    expect([sound.code, sound.code === 0 ? "" : sound.out]).toEqual([0, ""]);
    const again = JSON.parse(workspace.run("verify", "--strict", "--json").out);
    const kept = (one: { kept: boolean }): boolean => one.kept;
    expect([again.stacks.every(kept), again.applications.every(kept)]).toEqual([true, true]);
    const files = [...workspace.output().keys()];
    const break_ = (kind: string, change: (text: string) => string): string => {
      const file = files.find((path) => path.includes(`/web/${kind}-`)) ?? "";
      workspace.write(file, change(workspace.read(file)));
      return file.split("/").slice(2, -1).join("/");
    };
    const place = break_("poddisruptionbudget", (text) => text.replace(/maxUnavailable: .*/, "maxUnavailble: 1"));
    break_("deployment", (text) => text.replace("RollingUpdate", "Rolling"));
    const { code, out } = workspace.run("verify", "--strict", "--json");
    expect(code).toBe(1);
    const { applications } = JSON.parse(out);
    const open = applications.filter((one: { kept: boolean }) => !one.kept);
    expect(open.map(({ name }: { name: string }) => name)).toEqual([place]);
    const judged = applications.find(({ name }: { name: string }) => name === place);
    expect(judged.findings).toEqual([
      expect.objectContaining({
        code: "kubernetes",
        address: expect.stringMatching(/^Deployment .*web$/),
        summary: expect.stringContaining("Rolling"),
        cause: expect.objectContaining({ component: "mesh/workload/Resource", leaf: "tiny.services.web" }),
      }),
      expect.objectContaining({
        code: "kubernetes",
        address: expect.stringMatching(/^PodDisruptionBudget .*web$/),
        summary: expect.stringContaining("maxUnavailble"),
      }),
    ]);
  } finally {
    workspace.remove();
  }
});
