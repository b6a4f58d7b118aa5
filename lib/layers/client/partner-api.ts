import { createHash } from "node:crypto";
import { ApiGatewayApiKey } from "@cdktn/provider-aws/lib/api-gateway-api-key/index.js";
import { ApiGatewayBasePathMapping } from "@cdktn/provider-aws/lib/api-gateway-base-path-mapping/index.js";
import { ApiGatewayDeployment } from "@cdktn/provider-aws/lib/api-gateway-deployment/index.js";
import { ApiGatewayDomainName } from "@cdktn/provider-aws/lib/api-gateway-domain-name/index.js";
import { ApiGatewayRestApi } from "@cdktn/provider-aws/lib/api-gateway-rest-api/index.js";
import { ApiGatewayStage } from "@cdktn/provider-aws/lib/api-gateway-stage/index.js";
import { ApiGatewayUsagePlan } from "@cdktn/provider-aws/lib/api-gateway-usage-plan/index.js";
import { ApiGatewayUsagePlanKey } from "@cdktn/provider-aws/lib/api-gateway-usage-plan-key/index.js";
import { DataAwsRoute53Zone } from "@cdktn/provider-aws/lib/data-aws-route53-zone/index.js";
import { Route53Record } from "@cdktn/provider-aws/lib/route53-record/index.js";
import { S3Object } from "@cdktn/provider-aws/lib/s3-object/index.js";
import { Construct } from "constructs";
import { nameOf, type Place } from "../../model/place.ts";
import type { PartnerApi as ApiSettings, PartnerTier } from "../../model/settings/client/partners.ts";
import { read } from "../common/contract.ts";
import { encodes } from "../common/encodes.ts";
import type { Stack } from "../common/stack.ts";
import { waives } from "../common/waivers.ts";
import { keysOf } from "../security/contract.ts";
import { identityOf, partnerApps, partnerScope } from "./contract.ts";
import { Hook } from "./hook.ts";
import { partnerDocument } from "./partner-document.ts";
import { signatureProgram, signingSecrets } from "./partner-signatures.ts";
import { PrivateBucket } from "./private-bucket.ts";
import { ServerCertificate } from "./server-certificate.ts";

/** Requests a minute of the lowest and highest tier. Catalogue: client.partner-api.tiers. */
const LOWEST = 10_000;
const HIGHEST = 1_000_000;

export interface PartnerApiProps {
  readonly stack: Stack;
  readonly place: Place;
  readonly api: ApiSettings;
  readonly domain: string;
}

/**
 * Where partners ask: they show a certificate, a key by which their tier counts them, and a token or a signature. What passes
 * goes on through the product's own CDN and firewall.
 */
export class PartnerApi extends Construct {
  constructor(scope: Construct, id: string, props: PartnerApiProps) {
    super(scope, id);
    const { stack, place, api } = props;
    const bucket = new PrivateBucket(this, "bucket", {
      stack,
      place,
      holds: "partners",
      keyArn: read(stack, keysOf(place)).data,
      inOneRegion: "what it holds is in the blueprint",
    }).admit();
    const signatures = this.signatures(props, bucket);
    const document = JSON.stringify(
      partnerDocument({
        name: `${place.deployment.name} for partners`,
        onTo: `https://${props.domain}${api.path}`,
        poolArn: read(stack, identityOf(place)).poolArn,
        scope: partnerScope(place),
        signatures: signatures.fn.invokeArn,
      }),
    );
    const rest = new ApiGatewayRestApi(this, "Resource", {
      name: nameOf(place, "aws_api_gateway_rest_api", "partners"),
      description: `What partners ask ${place.deployment.name} in ${place.deployment.environment}`,
      body: document,
      // Else there would be a way around certificates.
      disableExecuteApiEndpoint: true,
      endpointConfiguration: { types: ["REGIONAL"] },
      lifecycle: { createBeforeDestroy: true },
    });
    const stage = this.stage(rest, document);
    this.host(props, bucket, rest, stage);
    this.tiers(place, api, rest, stage);
    encodes("client.partner-api.auth", rest, signatures.fn);
  }

  private signatures({ stack, place }: PartnerApiProps, bucket: PrivateBucket): Hook {
    const secrets = Object.values(signingSecrets(place));
    const keys = read(stack, keysOf(place));
    return new Hook(this, "signatures", {
      stack,
      place,
      name: "partner-signatures",
      description: "Says whether a request is signed by the partner that it names",
      source: signatureProgram(place),
      bucket,
      logsKeyArn: keys.logs,
      askedBy: "apigateway.amazonaws.com",
      statements:
        secrets.length === 0
          ? []
          : [
              {
                actions: ["secretsmanager:GetSecretValue"],
                resources: secrets.map((name) => stack.arnOf("secretsmanager", `secret:${name}-??????`)),
              },
              {
                actions: ["kms:Decrypt"],
                resources: [keys.secrets],
                conditions: {
                  StringEquals: { "kms:ViaService": `secretsmanager.${place.region.code}.amazonaws.com` },
                },
              },
            ],
    });
  }

  private stage(rest: ApiGatewayRestApi, document: string): ApiGatewayStage {
    const deployment = new ApiGatewayDeployment(this, "deployment", {
      restApiId: rest.id,
      // A stage shows the API as it was deployed: another document is another deployment.
      description: `Document ${createHash("sha256")
        .update(document.replace(/\$\{[^}]*\}/g, ""))
        .digest("hex")
        .slice(0, 12)}`,
      lifecycle: { createBeforeDestroy: true },
    });
    const stage = new ApiGatewayStage(this, "stage", {
      restApiId: rest.id,
      deploymentId: deployment.id,
      stageName: "live",
      xrayTracingEnabled: true,
    });
    waives(
      stage,
      { check: "CKV_AWS_76", reason: "the CDN's firewall and the gateway behind it log every request that passes" },
      { check: "CKV2_AWS_4", reason: "the CDN's firewall and the gateway behind it log every request that passes" },
      { check: "CKV_AWS_120", reason: "answers are the partner's own; the CDN behind it caches what may be cached" },
      { check: "CKV2_AWS_29", reason: "what passes goes through the firewall of the CDN behind it" },
    );
    return stage;
  }

  /** The host, which takes nobody without a certificate of the authorities. */
  private host(
    { api, domain }: PartnerApiProps,
    bucket: PrivateBucket,
    rest: ApiGatewayRestApi,
    stage: ApiGatewayStage,
  ): void {
    const host = `${api.host ?? "partners"}.${domain}`;
    const zone = new DataAwsRoute53Zone(this, "zone", { name: domain, privateZone: false });
    const authorities = new S3Object(this, "authorities", {
      bucket: bucket.bucket.id,
      // Another name for other authorities, by which the host hears of them.
      key: `authorities/${createHash("sha256").update(api.authorities).digest("hex").slice(0, 12)}.pem`,
      content: api.authorities,
      contentType: "application/x-pem-file",
    });
    const name = new ApiGatewayDomainName(this, "host", {
      domainName: host,
      regionalCertificateArn: new ServerCertificate(this, "certificate", { host, zone, keyAlgorithm: "RSA_2048" }).arn,
      endpointConfiguration: { types: ["REGIONAL"] },
      securityPolicy: "TLS_1_2",
      mutualTlsAuthentication: { truststoreUri: `s3://${bucket.name}/${authorities.key}` },
    });
    new ApiGatewayBasePathMapping(this, "mapping", {
      apiId: rest.id,
      stageName: stage.stageName,
      domainName: name.domainName,
    });
    new Route53Record(this, "record", {
      zoneId: zone.zoneId,
      name: host,
      type: "A",
      alias: { name: name.regionalDomainName, zoneId: name.regionalZoneId, evaluateTargetHealth: false },
    });
    encodes("client.partner-api.auth", name, authorities);
  }

  /** A plan for each tier, and a key in it for each partner of the tier. */
  private tiers(place: Place, api: ApiSettings, rest: ApiGatewayRestApi, stage: ApiGatewayStage): void {
    const plans = new Map(
      Object.entries(api.tiers).map(([name, tier]) => {
        const plan = new ApiGatewayUsagePlan(this, `tier-${name}`, {
          name: nameOf(place, "aws_api_gateway_usage_plan", name),
          description: `Partners of the tier ${name}: ${tier.perMinute} requests a minute`,
          apiStages: [{ apiId: rest.id, stage: stage.stageName }],
          throttleSettings: throttle(tier),
          ...(tier.perMonth === undefined ? {} : { quotaSettings: { limit: tier.perMonth, period: "MONTH" } }),
        });
        return [name, plan] as const;
      }),
    );
    for (const [partner, { tier }] of partnerApps(place)) {
      const plan = tier === undefined ? undefined : plans.get(tier);
      if (plan === undefined) continue;
      const key = new ApiGatewayApiKey(this, `key-${partner}`, {
        name: nameOf(place, "aws_api_gateway_api_key", partner),
        description: `Counts the requests of ${partner}`,
      });
      new ApiGatewayUsagePlanKey(this, `key-${partner}-tier`, {
        keyId: key.id,
        keyType: "API_KEY",
        usagePlanId: plan.id,
      });
    }
    const rates = Object.values(api.tiers).map(({ perMinute }) => perMinute);
    if (Math.min(...rates) === LOWEST && Math.max(...rates) === HIGHEST)
      encodes("client.partner-api.tiers", ...plans.values());
  }
}

/** API Gateway counts by the second. */
export const throttle = ({
  perMinute,
  burst,
}: PartnerTier): { readonly rateLimit: number; readonly burstLimit: number } => ({
  rateLimit: Math.round((perMinute / 60) * 10) / 10,
  burstLimit: burst ?? Math.ceil(perMinute / 30),
});
