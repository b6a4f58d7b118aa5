import type { Place } from "../../model/place.ts";
import { secretName } from "../security/contract.ts";
import { partnerApps } from "./contract.ts";

/** Seconds by which a request's time may differ from ours: longer, and it could be sent again by somebody else. */
const TOLERANCE = 300;

/** Names of the secrets with which partners sign, by partner. */
export const signingSecrets = (place: Place): Readonly<Record<string, string>> =>
  Object.fromEntries(
    partnerApps(place).flatMap(([name, { signingSecret }]) =>
      signingSecret === undefined ? [] : [[name, secretName(place, signingSecret)] as const],
    ),
  );

/**
 * The program that looks at signatures: a partner signs time, method, path, query and the digest of the body with a secret that it
 * shares with us (HMAC with SHA-256). Whoever is asked for has to be named; a wrong signature and an old one are the same. Of the
 * query each parameter is signed as `name=value`, both encoded anew (RFC 3986: a space is `%20`), sorted by bytes and joined by `&`:
 * API Gateway shows them decoded, and in an order of its own.
 */
export const signatureProgram = (place: Place): string => `"use strict";
const { createHmac, timingSafeEqual } = require("node:crypto");
const { SecretsManagerClient, GetSecretValueCommand } = require("@aws-sdk/client-secrets-manager");
const manager = new SecretsManagerClient({});
const names = new Map(Object.entries(${JSON.stringify(signingSecrets(place))}));
const known = new Map();
const secretOf = async (partner, now) => {
  const before = known.get(partner);
  if (before !== undefined && before.until > now) return before.value;
  const { SecretString: value } = await manager.send(new GetSecretValueCommand({ SecretId: names.get(partner) }));
  known.set(partner, { value, until: now + ${TOLERANCE * 1000} });
  return value;
};
const encoded = (text) => encodeURIComponent(text).replace(/[!'()*]/g, (sign) => "%" + sign.charCodeAt(0).toString(16).toUpperCase());
const signed = (query) => Object.entries(query ?? {}).flatMap(([name, values]) => values.map((value) => encoded(name) + "=" + encoded(value))).sort().join("&");
exports.handler = async ({ headers, httpMethod, path, multiValueQueryStringParameters: query, methodArn, requestContext: { requestTimeEpoch: now } }) => {
  const sent = new Map(Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]));
  const [partner, time, digest, signature] = ["x-partner", "x-timestamp", "x-content-sha256", "x-signature"].map((name) => sent.get(name) ?? "");
  let valid = names.has(partner) && Math.abs(now / 1000 - Number(time)) <= ${TOLERANCE} && /^[0-9a-f]{64}$/.test(digest);
  if (valid) {
    const expected = createHmac("sha256", await secretOf(partner, now)).update([time, httpMethod, path, signed(query), digest].join("\\n")).digest();
    const given = Buffer.from(signature, "hex");
    valid = given.length === expected.length && timingSafeEqual(given, expected);
  }
  return {
    principalId: valid ? partner : "unknown",
    policyDocument: {
      Version: "2012-10-17",
      Statement: [{ Action: "execute-api:Invoke", Effect: valid ? "Allow" : "Deny", Resource: methodArn }],
    },
  };
};
`;
