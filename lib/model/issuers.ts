import type { ResolvedBlueprint } from "./resolved.ts";

type Tokens = NonNullable<ResolvedBlueprint["layers"]["ingress"]["jwt"]>;

/** Somebody whose tokens a product takes. */
export type Issuer = Omit<Tokens, "also">;

/** All whose tokens a product takes, the first of them first. */
export function issuersOf({ layers }: ResolvedBlueprint): readonly Issuer[] {
  const { jwt } = layers.ingress;
  if (jwt === undefined) return [];
  const { also = [], ...first } = jwt;
  return [first, ...also];
}

/** Whether an issuer is a user pool of Cognito, whose tokens name an audience only where an app asks for one. */
export const isPool = ({ issuer }: Issuer): boolean => issuer.startsWith("https://cognito-idp.");
