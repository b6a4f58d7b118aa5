import { z } from "zod";
import { error, type Finding } from "../checks/finding.ts";
import { runTool } from "../engines/tools.ts";
import { type Application, nameOf } from "../estate/objects.ts";

const messages = z.array(
  z.looseObject({
    code: z.string(),
    level: z.string(),
    message: z.string(),
    origin: z.string().default(""),
  }),
);

/** Messages that say nothing about what is generated, by code and what they are about, with the reason. */
const IRRELEVANT: Readonly<Record<string, string>> = {
  "IST0103 Pod": "sidecars are injected by istiod, which a rehearsal does not run",
  "IST0133 EnvoyFilter": "says of every EnvoyFilter that it depends on Envoy; rate limits and CORS have no other API",
};

/** What Istio's own analysis says about a cluster: hosts, subsets, selectors and ports that lead nowhere. */
export async function analyzeMesh(
  applications: readonly Application[],
  kubeconfig: string,
  folder: string,
): Promise<Finding[]> {
  const { output } = await runTool(
    "istioctl",
    ["analyze", "--all-namespaces", "--kubeconfig", kubeconfig, "--output", "json"],
    folder,
  );
  const start = output.search(/^\[/m);
  if (start < 0) return [error("istio", "", `istioctl did not analyze: ${output.trim().slice(-1000)}`)];
  const places = new Map(
    applications.flatMap(({ path, objects }) => objects.map((object): [string, string] => [nameOf(object), path])),
  );
  return (
    messages
      .parse(JSON.parse(output.slice(start, output.lastIndexOf("]") + 1)))
      .filter(({ level }) => level !== "Info")
      // An origin is such as `VirtualService shop/web`, or without a namespace.
      .filter(({ code, origin }) => IRRELEVANT[`${code} ${origin.split(" ")[0]}`] === undefined)
      .map(({ level, code, message, origin: address }): Finding => {
        return {
          severity: level === "Error" ? "error" : "warning",
          code: `istio-${code.toLowerCase()}`,
          place: places.get(address) ?? "",
          summary: message,
          ...(address === "" ? {} : { address }),
        };
      })
  );
}
