/**
 * What the simulator forgets or alters, so that a second plan is not empty although the first was applied as a whole; by
 * resource type, with the reason. Anything else in a second plan is a finding.
 */
export const DIFFERENCES: Readonly<Record<string, string>> = {
  aws_eks_addon: "the simulator forgets the pod identity association of an add-on",
  aws_kinesis_stream: "the simulator forgets the tags that a stream was created with",
};
