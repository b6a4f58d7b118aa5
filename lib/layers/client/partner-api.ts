import { createHash } from "node:crypto";
import { S3Object } from "@cdktn/provider-aws/lib/s3-object/index.js";
import { Construct } from "constructs";
import { partnersHost } from "../../model/hosts.ts";
import type { Place } from "../../model/place.ts";
import { InvalidInput } from "../../model/problem.ts";
import type { PartnerApi as ApiSettings } from "../../model/settings/client/partners.ts";
import { read } from "../common/contract.ts";
import { encodes } from "../common/encodes.ts";
import type { Stack } from "../common/stack.ts";
import { keysOf } from "../security/contract.ts";
import { identityOf, partnerApps, partnerScope, partnersClient } from "./contract.ts";
import { Hook } from "./hook.ts";
import { partnerDocument, signatureWay, tokenWay } from "./partner-document.ts";
import { PartnerEndpoint } from "./partner-endpoint.ts";
import { signatureProgram, signingSecrets } from "./partner-signatures.ts";
import { PrivateBucket } from "./private-bucket.ts";
import { seededSecret } from "./seeded-secret.ts";

/** Requests a minute of the lowest and highest tier. Catalogue: client.partner-api.tiers. */
const LOWEST = 10_000;
const HIGHEST = 1_000_000;

/** Signatures that an instance of the program looks at in a second: they take 10 ms, and Lambda gives it no more than ten. */
const PER_INSTANCE = 10;

/** Instances that the account keeps free for signatures: it has a thousand in a region, and a hundred of them stay anybody's. */
const INSTANCES = { least: 20, most: 500 } as const;

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
    const { stack, place, api, domain } = props;
    const bucket = new PrivateBucket(this, "bucket", {
      stack,
      place,
      holds: "partners",
      keyArn: read(stack, keysOf(place)).data,
      inOneRegion: "what it holds is in the blueprint",
    }).admit();
    const signatures = this.signatures(props, bucket);
    const authorities = this.authorities(api, bucket);
    const endpoint = new PartnerEndpoint(this, "endpoint", {
      place,
      name: "partners",
      description: `What partners ask ${place.deployment.name} in ${place.deployment.environment}`,
      document: partnerDocument({
        name: `${place.deployment.name} for partners`,
        onTo: wayOn(place, domain, api.path),
        key: gatewayKey(this, place, api),
        ways: [
          tokenWay(read(stack, identityOf(place)).poolArn, partnerScope(place)),
          signatureWay(signatures.fn.invokeArn),
        ],
      }),
      host: `${api.host ?? "partners"}.${domain}`,
      domain,
      mutualTls: { truststoreUri: `s3://${bucket.name}/${authorities.key}` },
    });
    this.tiers(place, api, endpoint);
    encodes("client.partner-api.auth", endpoint.rest, endpoint.name, authorities, signatures.fn);
  }

  private signatures({ stack, place, api }: PartnerApiProps, bucket: PrivateBucket): Hook {
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
      concurrency: signatureConcurrency(place, api),
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

  /** From whom partners have their certificates. */
  private authorities(api: ApiSettings, bucket: PrivateBucket): S3Object {
    return new S3Object(this, "authorities", {
      bucket: bucket.bucket.id,
      // Another name for other authorities, by which the host hears of them.
      key: `authorities/${createHash("sha256").update(api.authorities).digest("hex").slice(0, 12)}.pem`,
      content: api.authorities,
      contentType: "application/x-pem-file",
    });
  }

  /** A plan for each tier, and a key in it for each partner of the tier. */
  private tiers(place: Place, api: ApiSettings, endpoint: PartnerEndpoint): void {
    const plans = new Map(
      Object.entries(api.tiers).map(([name, tier]) => [
        name,
        endpoint.plan(name, `Partners of the tier ${name}: ${tier.perMinute} requests a minute`, tier),
      ]),
    );
    for (const [partner, { tier }] of partnerApps(place)) {
      const plan = tier === undefined ? undefined : plans.get(tier);
      if (plan !== undefined) endpoint.key(partner, partner, plan);
    }
    const rates = Object.values(api.tiers).map(({ perMinute }) => perMinute);
    if (Math.min(...rates) === LOWEST && Math.max(...rates) === HIGHEST)
      encodes("client.partner-api.tiers", ...plans.values());
  }
}

/** Instances for as many signatures as the tiers of those who sign allow: each request is looked at, and none remembered. */
export function signatureConcurrency(place: Place, { tiers }: ApiSettings): number {
  const perMinute = partnerApps(place).reduce(
    (sum, [, { signingSecret, tier }]) =>
      sum + (signingSecret === undefined || tier === undefined ? 0 : (tiers[tier]?.perMinute ?? 0)),
    0,
  );
  const { least, most } = INSTANCES;
  return Math.min(most, Math.max(least, Math.ceil(perMinute / 60 / PER_INSTANCE)));
}

/** Address to which requests go on: the host that their routes have. */
export const wayOn = (place: Place, domain: string, path: string): string =>
  `https://${partnersHost(place.blueprint) ?? ""}.${domain}${path}`;

/** What API Gateway shows the gateway; nothing before people have seeded it, and the gateway lets nobody through. */
export function gatewayKey(scope: Construct, place: Place, api: ApiSettings): string | undefined {
  if (place.hostBlueprint.layers.ingress.apiKeys === undefined)
    throw new InvalidInput([
      {
        code: "no-gateway-keys",
        path: `${place.deployment.name}.layers.client.partners.api`,
        environment: place.deployment.environment,
        layer: "client",
        message: `the gateway of ${place.host.name} looks at no keys, and could not tell API Gateway from anybody else`,
        given: "no layers.ingress.apiKeys",
        fix: `add layers.ingress.apiKeys to ${place.host.name}`,
      },
    ]);
  const secret = seededSecret(scope, place, api.key);
  return secret === undefined ? undefined : `${partnersClient(place.deployment.name)}.${secret}`;
}
