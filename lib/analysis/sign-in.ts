import { at, object, text, texts } from "../estate/json.ts";
import type { Node } from "../estate/node.ts";
import type { Analysis, Subject, Table } from "./analysis.ts";

/** Characters of a code verifier. RFC 7636, 4.1. */
const VERIFIER = "43-128";

const MINUTES: Readonly<Record<string, number>> = { seconds: 1 / 60, minutes: 1, hours: 60, days: 1440 };

/** How a client signs in, step by step, with the figures of what was synthesized. Catalogue: ingress.pkce-flow.steps. */
export const signIn: Analysis = {
  id: "sign-in",
  title: "Signing in with a code and PKCE",
  of: (subject: Subject): Table => {
    const client = clientsOf(subject)[0];
    const columns = ["step", "what", "how", "detail"];
    if (client === undefined)
      return {
        columns,
        rows: [],
        notes: ["people sign in at somebody else's provider: its own pages say how"],
      };
    const access = life(client, "access");
    const refresh = life(client, "refresh");
    const lead = leadOf(subject);
    const scopes = texts(client.body["allowed_oauth_scopes"]).join(" ");
    const rows = [
      ["client starts", "PKCE", `code_verifier of ${VERIFIER} characters, challenge is its SHA-256`],
      ["authorize request", "browser redirect", `client_id, code_challenge, scope ${scopes}`],
      ["user authenticates", "MFA", factorsOf(subject)],
      ["code returned", "one-time code", `to ${texts(client.body["callback_urls"]).join(" or ")}`],
      [
        "token exchange",
        "secure exchange",
        `code, code_verifier and client_id for a token of ${access} min, refresh ${refresh / 1440} d`,
      ],
      ["token verified at the gateway", "RS256", "signature against the issuer's keys, claims, scopes"],
      ["silent refresh", "renewal", `at minute ${access - lead} of ${access}`],
    ];
    return {
      columns,
      rows: rows.map((row, index) => [String(index + 1), ...row]),
      notes: ["how long a code lives is Cognito's own: it is shorter than the ten minutes of the catalogue"],
    };
  },
};

/** The clients of the deployment that people sign in to. */
const clientsOf = ({ graph, deployment }: Subject): readonly Node[] =>
  graph
    .ofType("resource", "aws_cognito_user_pool_client")
    .filter(({ blueprint, environment }) => blueprint === deployment.name && environment === deployment.environment)
    .filter(({ body }) => texts(body["allowed_oauth_flows"]).includes("code"));

/** Life of a token in minutes. */
function life({ body }: Node, token: "access" | "refresh"): number {
  const unit = text(object(firstOf(body["token_validity_units"]))[`${token}_token`]) ?? "hours";
  return Number(body[`${token}_token_validity`]) * (MINUTES[unit] ?? 60);
}

const firstOf = (value: unknown): unknown => (Array.isArray(value) ? value[0] : value);

/** Minutes before its end at which clients renew a token, as their configuration says. */
function leadOf({ graph, deployment }: Subject): number {
  const [configuration] = graph
    .ofType("resource", "aws_ssm_parameter")
    .map(({ body }) => body)
    .filter(
      ({ name }) => name === `/dodeca/${deployment.name}/${deployment.environment}/client/identity/configuration`,
    );
  return Number(/"refreshLeadSeconds" = (\d+)/.exec(text(configuration?.["value"]) ?? "")?.[1] ?? 0) / 60;
}

/** With what people prove who they are. */
function factorsOf({ graph, deployment }: Subject): string {
  const pool = graph
    .ofType("resource", "aws_cognito_user_pool")
    .find(({ blueprint, environment }) => blueprint === deployment.name && environment === deployment.environment);
  const first = texts(at(pool?.body, "sign_in_policy", "allowed_first_auth_factors")).map(
    (factor) => ({ PASSWORD: "password", WEB_AUTHN: "passkey, biometric or hardware key" })[factor] ?? factor,
  );
  const second = [
    ...(at(pool?.body, "software_token_mfa_configuration", "enabled") === true ? ["TOTP"] : []),
    ...(at(pool?.body, "sms_configuration") === undefined ? [] : ["SMS"]),
  ];
  const needed = pool?.body["mfa_configuration"] === "ON" ? "then" : "then optionally";
  return `${first.join(", ")}${second.length === 0 ? "" : `, ${needed} ${second.join(" or ")}`}`;
}
