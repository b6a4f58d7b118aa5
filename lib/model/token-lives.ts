import type { Duration } from "./quantities.ts";
import type { CognitoIdentity } from "./settings/client/identity.ts";

/** How long tokens live, and how long before its end a client renews an access token. */
export interface TokenLives {
  readonly access: Duration;
  readonly refresh: Duration;
  readonly renewBefore: Duration;
}

/** The lives of a pool's tokens. Catalogue: ingress.auth.access-token, ingress.auth.refresh-token, ingress.pkce-flow.refresh-at. */
export const tokenLives = ({ tokens = {} }: CognitoIdentity): TokenLives => ({
  access: tokens.access ?? "15m",
  refresh: tokens.refresh ?? "7d",
  renewBefore: tokens.renewBefore ?? "2m",
});
