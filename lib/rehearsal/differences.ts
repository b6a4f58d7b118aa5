/**
 * What the simulator forgets or alters, so that a second plan is not empty although the first was applied as a whole; by
 * resource type, with the reason. Anything else in a second plan is a finding.
 */
export const DIFFERENCES: Readonly<Record<string, string>> = {};
