import { Construct } from "constructs";
import type { Place } from "../../model/place.ts";
import type {
  PartnerApi as ApiSettings,
  PartnerSandbox as SandboxSettings,
} from "../../model/settings/client/partners.ts";
import { encodes } from "../common/encodes.ts";
import { partnerApps, portalOrigin } from "./contract.ts";
import { gatewayKey, wayOn } from "./partner-api.ts";
import { keyWay, partnerDocument } from "./partner-document.ts";
import { PartnerEndpoint } from "./partner-endpoint.ts";

/** Requests a minute: enough for a person who tries things out. */
const PER_MINUTE = 60;

export interface PartnerSandboxProps {
  readonly place: Place;
  readonly api: ApiSettings;
  readonly sandbox: SandboxSettings;
  readonly domain: string;
}

/** Where partners try things out: the paths of the real API with keys that are worth nothing there, also from the portal's page. */
export class PartnerSandbox extends Construct {
  constructor(scope: Construct, id: string, { place, api, sandbox, domain }: PartnerSandboxProps) {
    super(scope, id);
    const page = portalOrigin(place);
    const { perMinute = PER_MINUTE } = sandbox;
    const endpoint = new PartnerEndpoint(this, "endpoint", {
      place,
      name: "partners-sandbox",
      description: `Where partners of ${place.deployment.name} try things out in ${place.deployment.environment}`,
      document: partnerDocument({
        name: `Sandbox of ${place.deployment.name} for partners`,
        onTo: wayOn(place, domain, sandbox.path),
        key: gatewayKey(this, place, api),
        ways: [keyWay("oauth"), keyWay("signed")],
        ...(page === undefined ? {} : { page }),
      }),
      host: sandboxHost(sandbox, domain),
      domain,
    });
    const plan = endpoint.plan("sandbox", `Partners in the sandbox: ${perMinute} requests a minute`, { perMinute });
    const keys = partnerApps(place).map(([partner]) => endpoint.key(`${partner}-sandbox`, partner, plan));
    encodes("client.partner-api.portal", endpoint.rest, plan, ...keys);
  }
}

export const sandboxHost = ({ host = "partners-sandbox" }: SandboxSettings, domain: string): string =>
  `${host}.${domain}`;
