import { CognitoIdentityProvider } from "@cdktn/provider-aws/lib/cognito-identity-provider/index.js";
import { Construct } from "constructs";
import type { Place } from "../../model/place.ts";
import type { CognitoIdentity } from "../../model/settings/client/identity.ts";
import { encodes } from "../common/encodes.ts";
import { seededSecret } from "./seeded-secret.ts";

/** Providers of somebody else's that people may come from: SAML of a company, OpenID Connect of anybody. */
export class Federation extends Construct {
  readonly providers: readonly CognitoIdentityProvider[];

  constructor(
    scope: Construct,
    id: string,
    {
      place,
      identity,
      userPoolId,
    }: { readonly place: Place; readonly identity: CognitoIdentity; readonly userPoolId: string },
  ) {
    super(scope, id);
    this.providers = Object.entries(identity.federation ?? {}).flatMap(([name, other]): CognitoIdentityProvider[] => {
      if (other.kind === "saml") {
        const saml = new CognitoIdentityProvider(this, name, {
          userPoolId,
          providerName: name,
          providerType: "SAML",
          providerDetails: { MetadataURL: other.metadataUrl, EncryptedResponses: "true" },
          attributeMapping: { email: "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress" },
        });
        encodes("ingress.auth.saml", saml);
        return [saml];
      }
      const secret = seededSecret(this, place, other.secret);
      if (secret === undefined) return [];
      const oidc = new CognitoIdentityProvider(this, name, {
        userPoolId,
        providerName: name,
        providerType: "OIDC",
        providerDetails: {
          oidc_issuer: other.issuer,
          client_id: other.clientId,
          client_secret: secret,
          authorize_scopes: "openid profile email",
          attributes_request_method: "GET",
        },
        attributeMapping: { email: "email", username: "sub" },
      });
      encodes("ingress.auth.oidc", oidc);
      return [oidc];
    });
  }
}
