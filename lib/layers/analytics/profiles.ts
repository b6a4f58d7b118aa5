import { CustomerprofilesDomain } from "@cdktn/provider-aws/lib/customerprofiles-domain/index.js";
import { Construct } from "constructs";
import type { z } from "zod";
import type { Place } from "../../model/place.ts";
import type { analyticsSettings } from "../../model/settings/analytics.ts";
import { read } from "../common/contract.ts";
import { encodes } from "../common/encodes.ts";
import type { Stack } from "../common/stack.ts";
import { keysOf } from "../security/contract.ts";
import { profilesDomain } from "./contract.ts";

export type ProfilesSettings = NonNullable<z.infer<typeof analyticsSettings>["profiles"]>;

const RULES = [
  ["EmailAddress", "LastName"],
  ["PhoneNumber", "LastName"],
];

/**
 * Who customers are: a domain of Customer Profiles that matches by rules as profiles arrive, and by machine learning once a
 * week. Matches are shown and never merged by themselves, since no merge can be taken back.
 */
export class CustomerProfiles extends Construct {
  constructor(
    stack: Stack,
    id: string,
    { place, profiles }: { readonly place: Place; readonly profiles: ProfilesSettings },
  ) {
    super(stack, id);
    const { expireAfter = 366, rules = RULES } = profiles;
    const domain = new CustomerprofilesDomain(this, "Resource", {
      domainName: profilesDomain(place),
      defaultExpirationDays: expireAfter,
      defaultEncryptionKey: read(stack, keysOf(place)).data,
      matching: { enabled: true, jobSchedule: { dayOfTheWeek: "SUNDAY", time: "05:00" } },
      ruleBasedMatching: {
        enabled: true,
        attributeTypesSelector: {
          attributeMatchingModel: "ONE_TO_ONE",
          emailAddress: ["EmailAddress"],
          phoneNumber: ["PhoneNumber"],
        },
        conflictResolution: { conflictResolvingModel: "RECENCY" },
        matchingRules: rules.map((rule) => ({ rule: [...rule] })),
        maxAllowedRuleLevelForMatching: rules.length,
      },
      lifecycle: { preventDestroy: place.deployment.tier === "prod" },
    });
    encodes("foundation.platform.cdp", domain);
  }
}
