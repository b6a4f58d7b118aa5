import { at, texts } from "../estate/json.ts";
import type { Node } from "../estate/node.ts";
import type { Analysis, Subject, Table } from "./analysis.ts";

type Fulfils = (node: Node) => boolean;

/** What each protocol stands on in an output. Catalogue: ingress.auth.protocols. */
const PROTOCOLS: readonly (readonly [protocol: string, type: string, fulfils: Fulfils])[] = [
  ["OAuth 2.0", "aws_cognito_user_pool_client", ({ body }) => texts(body["allowed_oauth_flows"]).length > 0],
  [
    "OpenID Connect",
    "aws_cognito_user_pool_client",
    ({ body }) => texts(body["allowed_oauth_scopes"]).includes("openid"),
  ],
  ["SAML 2.0", "aws_cognito_identity_provider", ({ body }) => body["provider_type"] === "SAML"],
  [
    "FIDO2",
    "aws_cognito_user_pool",
    ({ body }) => texts(at(body, "sign_in_policy", "allowed_first_auth_factors")).includes("WEB_AUTHN"),
  ],
];

/** Which protocols the product's identity provider speaks, and what in the output makes it so. */
export const identityProtocols: Analysis = {
  id: "identity-protocols",
  title: "Protocols of the identity provider",
  of: ({ graph, deployment }: Subject): Table => ({
    columns: ["protocol", "spoken", "by"],
    rows: PROTOCOLS.map(([protocol, type, fulfils]) => {
      const [found, ...others] = graph
        .ofType("resource", type)
        .filter(({ blueprint, environment }) => blueprint === deployment.name && environment === deployment.environment)
        .filter(fulfils);
      const more = others.length === 0 ? "" : ` and ${others.length} more`;
      return [protocol, found === undefined ? "no" : "yes", found === undefined ? "" : `${found.address}${more}`];
    }),
  }),
};
