import type { CloudfrontDistribution } from "@cdktn/provider-aws/lib/cloudfront-distribution/index.js";
import { Route53Record } from "@cdktn/provider-aws/lib/route53-record/index.js";
import type { Construct } from "constructs";

/** A name that leads to a distribution, over both versions of IP. @param prefix of the records' ids */
export function aliasRecords(
  scope: Construct,
  prefix: string,
  to: { readonly zoneId: string; readonly name: string; readonly distribution: CloudfrontDistribution },
): void {
  const { zoneId, name, distribution } = to;
  for (const type of ["A", "AAAA"])
    new Route53Record(scope, `${prefix}-${type.toLowerCase()}`, {
      zoneId,
      name,
      type,
      alias: { name: distribution.domainName, zoneId: distribution.hostedZoneId, evaluateTargetHealth: false },
    });
}
