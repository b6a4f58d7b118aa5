import type { CognitoIdentityProvider } from "@cdktn/provider-aws/lib/cognito-identity-provider/index.js";
import { CognitoResourceServer } from "@cdktn/provider-aws/lib/cognito-resource-server/index.js";
import { CognitoUserPoolClient } from "@cdktn/provider-aws/lib/cognito-user-pool-client/index.js";
import { Construct } from "constructs";
import { domainOf, nameOf, type Place } from "../../model/place.ts";
import { seconds } from "../../model/quantities.ts";
import type { CognitoIdentity } from "../../model/settings/client/identity.ts";
import { type TokenLives, tokenLives } from "../../model/token-lives.ts";
import { encodes } from "../common/encodes.ts";
import { apiAudience, PARTNER_SCOPE, partnerApps, type SignedInApp, signedInApps } from "./contract.ts";

/** What a client may ask for about the person who signed in. Catalogue: ingress.pkce-flow.steps. */
export const SCOPES = ["openid", "profile"];

export interface AppClientsProps {
  readonly place: Place;
  readonly identity: CognitoIdentity;
  readonly userPoolId: string;
  /** Providers that people may come from. */
  readonly federation: readonly CognitoIdentityProvider[];
}

/** One client for each app that people sign in to, without a secret, and one for each partner, with one. */
export class AppClients extends Construct {
  /** Ids by name of the app. */
  readonly ids: Readonly<Record<string, string>>;

  constructor(scope: Construct, id: string, props: AppClientsProps) {
    super(scope, id);
    const { place, userPoolId } = props;
    const server = this.resourceServer(place, userPoolId);
    const clients = [
      ...signedInApps(place).map(([name, app]) => [name, this.publicClient(props, name, app)] as const),
      ...partnerApps(place).map(([name]) => [name, this.partnerClient(props, name, server)] as const),
    ];
    this.ids = Object.fromEntries(clients.map(([name, client]) => [name, client.id]));
  }

  /** The product's API as what tokens are for. */
  private resourceServer(place: Place, userPoolId: string): CognitoResourceServer {
    return new CognitoResourceServer(this, "api", {
      userPoolId,
      identifier: apiAudience(place),
      name: nameOf(place, "aws_cognito_resource_server"),
      scope: [{ scopeName: PARTNER_SCOPE, scopeDescription: "What partners may do" }],
    });
  }

  /** Authorization code with PKCE: an app in somebody's hands keeps no secret. */
  private publicClient(props: AppClientsProps, name: string, app: SignedInApp): CognitoUserPoolClient {
    const { place, identity, userPoolId, federation } = props;
    const client = new CognitoUserPoolClient(this, name, {
      name: nameOf(place, "aws_cognito_user_pool_client", name),
      userPoolId,
      generateSecret: false,
      allowedOauthFlowsUserPoolClient: true,
      allowedOauthFlows: ["code"],
      allowedOauthScopes: SCOPES,
      callbackUrls: app.callbacks.map((address) => addressIn(place, address)),
      ...(app.logouts === undefined ? {} : { logoutUrls: app.logouts.map((address) => addressIn(place, address)) }),
      supportedIdentityProviders: ["COGNITO", ...federation.map(({ providerName }) => providerName)],
      // Refreshing is left to the token endpoint: rotation and the older flow exclude each other.
      explicitAuthFlows: ["ALLOW_USER_AUTH"],
      preventUserExistenceErrors: "ENABLED",
      enableTokenRevocation: true,
      refreshTokenRotation: [{ feature: "ENABLED", retryGracePeriodSeconds: 10 }],
      ...validity(tokenLives(identity)),
      dependsOn: [...federation],
    });
    encodes("client.auth.oauth-pkce", client);
    encodes("client.auth.rotation", client);
    encodes("ingress.auth.oidc", client);
    encodes("ingress.auth.pkce", client);
    if (tokenLives(identity).access === "15m") encodes("ingress.auth.access-token", client);
    return client;
  }

  /** Client credentials: a partner's server acts for itself. */
  private partnerClient(
    { place, identity, userPoolId }: AppClientsProps,
    name: string,
    server: CognitoResourceServer,
  ): CognitoUserPoolClient {
    const client = new CognitoUserPoolClient(this, name, {
      name: nameOf(place, "aws_cognito_user_pool_client", name),
      userPoolId,
      generateSecret: true,
      allowedOauthFlowsUserPoolClient: true,
      allowedOauthFlows: ["client_credentials"],
      allowedOauthScopes: server.scopeIdentifiers,
      supportedIdentityProviders: ["COGNITO"],
      explicitAuthFlows: [],
      enableTokenRevocation: true,
      ...validity(tokenLives(identity)),
    });
    if (place.blueprint.layers.client.partners?.api !== undefined) encodes("client.partner-api.auth", client);
    return client;
  }
}

/** A path is one of the environment's own domain: no environment sends codes to the pages of another. */
const addressIn = (place: Place, address: string): string =>
  address.startsWith("/") ? `https://${domainOf(place) ?? ""}${address}` : address;

/** Cognito keeps whole numbers with a unit each: minutes for access, hours for a refresh token of less than a day. */
function validity({ access, refresh }: TokenLives) {
  const minutes = Math.floor(seconds(access) / 60);
  const hours = Math.floor(seconds(refresh) / 3600);
  const days = hours % 24 === 0;
  return {
    accessTokenValidity: minutes,
    idTokenValidity: minutes,
    refreshTokenValidity: days ? hours / 24 : hours,
    tokenValidityUnits: [{ accessToken: "minutes", idToken: "minutes", refreshToken: days ? "days" : "hours" }],
  };
}
