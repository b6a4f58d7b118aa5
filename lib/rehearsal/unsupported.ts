/** What the simulator cannot carry through an apply, by resource type, with the reason. Everything else must come up. */
export const UNSUPPORTED: Readonly<Record<string, string>> = {
  aws_accessanalyzer_analyzer: "the simulator has no Access Analyzer",
  aws_cloudfront_cache_policy: "the simulator has no CloudFront policies",
  aws_cloudfront_origin_request_policy: "the simulator has no CloudFront policies",
  aws_cloudfront_response_headers_policy: "the simulator has no CloudFront policies",
  aws_elasticache_parameter_group: "the simulator has no ElastiCache parameter groups",
  aws_elasticache_user_group: "the simulator has no ElastiCache user groups",
};
