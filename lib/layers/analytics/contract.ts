import { nameOf, type Place } from "../../model/place.ts";
import type { Statement } from "../common/policy.ts";
import type { Stack } from "../common/stack.ts";

/** The domain of customer profiles is in the primary region, whichever region asks. */
const home = (place: Place): Place => ({ ...place, region: place.deployment.primary.region });

/** Name of the domain of customer profiles. */
export const profilesDomain = (place: Place): string => nameOf(home(place), "aws_customerprofiles_domain");

/** Whether a service writes and reads customer profiles. */
export const usesProfiles = (place: Place, service: string): boolean =>
  place.blueprint.layers.analytics?.profiles?.services.includes(service) === true;

/** What a service is told that writes and reads customer profiles. */
export const settingsOf = (place: Place, service: string): Readonly<Record<string, string>> =>
  usesProfiles(place, service)
    ? { PROFILES_DOMAIN: profilesDomain(place), PROFILES_REGION: home(place).region.code }
    : {};

/** What a service may do on AWS with customer profiles: find, write and take back, and nothing to the domain itself. */
export function accessOf(stack: Stack, place: Place, service: string): readonly Statement[] {
  if (!usesProfiles(place, service)) return [];
  const domain = stack.arnOf("profile", `domains/${profilesDomain(place)}`, { region: home(place).region.code });
  return [
    {
      actions: [
        "profile:AddProfileKey",
        "profile:CreateProfile",
        "profile:DeleteProfile",
        "profile:GetMatches",
        "profile:ListProfileObjects",
        "profile:PutProfileObject",
        "profile:SearchProfiles",
        "profile:UpdateProfile",
      ],
      resources: [domain, `${domain}/*`],
    },
  ];
}
