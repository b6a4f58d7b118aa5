import { createHash } from "node:crypto";
import { ApiGatewayApiKey } from "@cdktn/provider-aws/lib/api-gateway-api-key/index.js";
import { ApiGatewayBasePathMapping } from "@cdktn/provider-aws/lib/api-gateway-base-path-mapping/index.js";
import { ApiGatewayDeployment } from "@cdktn/provider-aws/lib/api-gateway-deployment/index.js";
import {
  ApiGatewayDomainName,
  type ApiGatewayDomainNameConfig,
} from "@cdktn/provider-aws/lib/api-gateway-domain-name/index.js";
import { ApiGatewayRestApi } from "@cdktn/provider-aws/lib/api-gateway-rest-api/index.js";
import { ApiGatewayStage } from "@cdktn/provider-aws/lib/api-gateway-stage/index.js";
import { ApiGatewayUsagePlan } from "@cdktn/provider-aws/lib/api-gateway-usage-plan/index.js";
import { ApiGatewayUsagePlanKey } from "@cdktn/provider-aws/lib/api-gateway-usage-plan-key/index.js";
import { DataAwsRoute53Zone } from "@cdktn/provider-aws/lib/data-aws-route53-zone/index.js";
import { Route53Record } from "@cdktn/provider-aws/lib/route53-record/index.js";
import { Construct } from "constructs";
import { nameOf, type Place } from "../../model/place.ts";
import type { PartnerTier } from "../../model/settings/client/partners.ts";
import { waives } from "../common/waivers.ts";
import { ServerCertificate } from "./server-certificate.ts";

export interface PartnerEndpointProps {
  readonly place: Place;
  /** What it is; part of its names. */
  readonly name: string;
  readonly description: string;
  /** The API, as a document of OpenAPI. */
  readonly document: object;
  /** Whole name of its host. */
  readonly host: string;
  /** The product's domain, in whose zone the host is proved. */
  readonly domain: string;
  /** Certificates that callers show. @default none */
  readonly mutualTls?: NonNullable<ApiGatewayDomainNameConfig["mutualTlsAuthentication"]>;
}

/** An API at a host of its own, in the order in which requests meet it: host, stage, document; plans count them by keys. */
export class PartnerEndpoint extends Construct {
  readonly rest: ApiGatewayRestApi;
  readonly name: ApiGatewayDomainName;
  private readonly stage: ApiGatewayStage;
  private readonly place: Place;

  constructor(scope: Construct, id: string, props: PartnerEndpointProps) {
    super(scope, id);
    const { place, name, description } = props;
    const document = JSON.stringify(props.document);
    this.place = place;
    this.rest = new ApiGatewayRestApi(this, "Resource", {
      name: nameOf(place, "aws_api_gateway_rest_api", name),
      description,
      body: document,
      // Else there would be a way around the host's certificates.
      disableExecuteApiEndpoint: true,
      endpointConfiguration: { types: ["REGIONAL"] },
      lifecycle: { createBeforeDestroy: true },
    });
    this.stage = this.deployed(document);
    this.name = this.host(props);
  }

  private deployed(document: string): ApiGatewayStage {
    const deployment = new ApiGatewayDeployment(this, "deployment", {
      restApiId: this.rest.id,
      // A stage shows the API as it was deployed: another document is another deployment.
      description: `Document ${createHash("sha256")
        .update(document.replace(/\$\{[^}]*\}/g, ""))
        .digest("hex")
        .slice(0, 12)}`,
      lifecycle: { createBeforeDestroy: true },
    });
    const stage = new ApiGatewayStage(this, "stage", {
      restApiId: this.rest.id,
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

  private host({ host, domain, mutualTls }: PartnerEndpointProps): ApiGatewayDomainName {
    const zone = new DataAwsRoute53Zone(this, "zone", { name: domain, privateZone: false });
    const name = new ApiGatewayDomainName(this, "host", {
      domainName: host,
      regionalCertificateArn: new ServerCertificate(this, "certificate", { host, zone, keyAlgorithm: "RSA_2048" }).arn,
      endpointConfiguration: { types: ["REGIONAL"] },
      securityPolicy: "TLS_1_2",
      ...(mutualTls === undefined ? {} : { mutualTlsAuthentication: mutualTls }),
    });
    new ApiGatewayBasePathMapping(this, "mapping", {
      apiId: this.rest.id,
      stageName: this.stage.stageName,
      domainName: name.domainName,
    });
    new Route53Record(this, "record", {
      zoneId: zone.zoneId,
      name: host,
      type: "A",
      alias: { name: name.regionalDomainName, zoneId: name.regionalZoneId, evaluateTargetHealth: false },
    });
    return name;
  }

  /** A plan by which callers are counted. */
  plan(name: string, description: string, tier: PartnerTier): ApiGatewayUsagePlan {
    return new ApiGatewayUsagePlan(this, `tier-${name}`, {
      name: nameOf(this.place, "aws_api_gateway_usage_plan", name),
      description,
      apiStages: [{ apiId: this.rest.id, stage: this.stage.stageName }],
      throttleSettings: throttle(tier),
      ...(tier.perMonth === undefined ? {} : { quotaSettings: { limit: tier.perMonth, period: "MONTH" } }),
    });
  }

  /** A partner's key, in a plan. @param name of the key @param partner whose it is */
  key(name: string, partner: string, plan: ApiGatewayUsagePlan): ApiGatewayApiKey {
    const key = new ApiGatewayApiKey(this, `key-${partner}`, {
      name: nameOf(this.place, "aws_api_gateway_api_key", name),
      description: `Counts the requests of ${partner}`,
    });
    new ApiGatewayUsagePlanKey(this, `key-${partner}-tier`, {
      keyId: key.id,
      keyType: "API_KEY",
      usagePlanId: plan.id,
    });
    return key;
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
