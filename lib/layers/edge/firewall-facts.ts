import type { Wafv2IpSet } from "@cdktn/provider-aws/lib/wafv2-ip-set/index.js";
import type { Wafv2WebAcl } from "@cdktn/provider-aws/lib/wafv2-web-acl/index.js";
import type { Place } from "../../model/place.ts";
import { encodes } from "../common/encodes.ts";

/** Declares what a firewall expresses of the catalogue: what it has only where a blueprint asks for it, only there. */
export function firewallFacts(acl: Wafv2WebAcl, place: Place, addresses: readonly Wafv2IpSet[]): void {
  const { waf, bots, contentSecurity } = place.blueprint.layers.edge;
  const has = (...attacks: typeof waf.rules): boolean => attacks.every((one) => waf.rules.includes(one));
  const posix = waf.groups.includes("linux") && waf.groups.includes("posix");
  encodes("edge.waf.core-rules", acl);
  encodes("edge.waf.provider", acl);
  if (posix) encodes("edge.waf.categories", acl);
  if (waf.countries !== undefined && "allow" in waf.countries) encodes("edge.waf.geo", acl);
  if (addresses.length > 0) encodes("edge.waf.reputation", acl, ...addresses);
  if (waf.exceptions.length > 0) encodes("edge.waf.exceptions", acl);
  if (Object.keys(waf.networks).length > 0) encodes("edge.ddos.adaptive-limit", acl);
  if (waf.paranoia >= 3 && posix && has("sql", "injection")) encodes("edge.waf-categories.injection", acl);
  if (has("traversal") && waf.groups.includes("linux")) encodes("edge.waf-categories.traversal", acl);
  if (has("internal-addresses") && waf.mode === "block") encodes("edge.waf-categories.ssrf-rce", acl);
  if (has("xss") && waf.csrf !== undefined && contentSecurity !== undefined)
    encodes("edge.waf-categories.xss-csrf", acl);
  if (bots === undefined) return;
  const { inspection, actions, login, fingerprints, challengedNetworks } = bots;
  const used = new Set(Object.values(actions ?? {}));
  if (inspection === "learning") encodes("edge.bots.provider", acl);
  if (fingerprints !== undefined && challengedNetworks !== undefined) encodes("edge.bots.signals", acl);
  if (login !== undefined) encodes("edge.bots.categories", acl);
  if (used.has("escalate")) encodes("edge.ddos-matrix.l7", acl);
  if (used.has("block") && used.has("escalate")) encodes("edge.waf.actions", acl);
  if (used.has("block") && used.has("escalate") && used.has("throttle") && used.has("honeypot"))
    encodes("edge.bots.actions", acl);
}
