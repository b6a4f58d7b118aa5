import { AcmCertificate } from "@cdktn/provider-aws/lib/acm-certificate/index.js";
import { AcmCertificateValidation } from "@cdktn/provider-aws/lib/acm-certificate-validation/index.js";
import type { DataAwsRoute53Zone } from "@cdktn/provider-aws/lib/data-aws-route53-zone/index.js";
import { Route53Record } from "@cdktn/provider-aws/lib/route53-record/index.js";
import { Construct } from "constructs";

export interface ServerCertificateProps {
  readonly host: string;
  readonly zone: DataAwsRoute53Zone;
  /** Kind of its key, for services that do not take every kind. @default "EC_prime256v1" */
  readonly keyAlgorithm?: "EC_prime256v1" | "RSA_2048";
}

/** The certificate of one host in the stack's own region, proved in the product's zone and renewed by AWS. */
export class ServerCertificate extends Construct {
  /** ARN of the certificate once it is proved. */
  readonly arn: string;

  constructor(scope: Construct, id: string, { host, zone, keyAlgorithm = "EC_prime256v1" }: ServerCertificateProps) {
    super(scope, id);
    const certificate = new AcmCertificate(this, "Resource", {
      domainName: host,
      validationMethod: "DNS",
      keyAlgorithm,
      lifecycle: { createBeforeDestroy: true },
    });
    const options = certificate.domainValidationOptions.get(0);
    const proof = new Route53Record(this, "proof", {
      zoneId: zone.zoneId,
      name: options.resourceRecordName,
      type: options.resourceRecordType,
      ttl: 300,
      records: [options.resourceRecordValue],
      allowOverwrite: true,
    });
    this.arn = new AcmCertificateValidation(this, "validation", {
      certificateArn: certificate.arn,
      validationRecordFqdns: [proof.fqdn],
    }).certificateArn;
  }
}
