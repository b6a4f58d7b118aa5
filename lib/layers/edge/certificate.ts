import { AcmCertificate } from "@cdktn/provider-aws/lib/acm-certificate/index.js";
import { AcmCertificateValidation } from "@cdktn/provider-aws/lib/acm-certificate-validation/index.js";
import { Route53Record } from "@cdktn/provider-aws/lib/route53-record/index.js";
import { Construct } from "constructs";
import { encodes } from "../common/encodes.ts";
import type { Stack } from "../common/stack.ts";
import { waives } from "../common/waivers.ts";

/** The CDN's certificate, proved in DNS and renewed by AWS. It must be in the partition's home region. */
export class Certificate extends Construct {
  readonly certificate: AcmCertificate;
  readonly validated: AcmCertificateValidation;

  constructor(stack: Stack, id: string, { domain, zoneId }: { readonly domain: string; readonly zoneId: string }) {
    super(stack, id);
    const certificate = new AcmCertificate(this, "Resource", {
      domainName: domain,
      subjectAlternativeNames: [`*.${domain}`],
      validationMethod: "DNS",
      keyAlgorithm: "EC_prime256v1",
      // Who issues one in our name without being asked is seen in the public logs.
      options: { certificateTransparencyLoggingPreference: "ENABLED" },
      lifecycle: { createBeforeDestroy: true },
    });
    waives(certificate, {
      check: "CKV2_AWS_71",
      reason:
        "one label below the domain only: micro frontends, previews and partners get hosts without a new certificate",
    });
    this.certificate = certificate;
    // One record proves the domain and everything below it; what it says is known only after apply, that it is one is not.
    const proof = new Route53Record(this, "proof", {
      zoneId,
      name: "${each.value.name}",
      type: "${each.value.type}",
      ttl: 300,
      records: ["${each.value.record}"],
      allowOverwrite: true,
    });
    proof.addOverride(
      "for_each",
      `\${{ for option in ${reference(certificate)}.domain_validation_options : option.domain_name => { name = option.resource_record_name, type = option.resource_record_type, record = option.resource_record_value } if option.domain_name == "${domain}" }}`,
    );
    this.validated = new AcmCertificateValidation(this, "validation", { certificateArn: certificate.arn });
    this.validated.addOverride("validation_record_fqdns", `\${[for record in ${reference(proof)} : record.fqdn]}`);
    encodes("edge.tls.certs", certificate);
    encodes("edge.tls.ct", certificate);
  }
}

/** Address of a resource as an expression writes it. */
const reference = (resource: AcmCertificate | Route53Record): string =>
  `${resource.terraformResourceType}.${resource.friendlyUniqueId}`;
