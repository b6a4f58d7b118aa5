import { isForPartners } from "../../model/hosts.ts";
import { domainOf, nameOf, type Place } from "../../model/place.ts";
import { routesOf, type ServiceRoute } from "../../model/routes.ts";
import { partnerApps, partnerScope } from "./contract.ts";
import { sandboxHost } from "./partner-sandbox.ts";

/** What partners may ask: a method and a path, as they write it. */
export interface PartnerOperation {
  readonly method: string;
  /** Path below each way of proving who one is, such as `/orders/{id}`. */
  readonly path: string;
  readonly route: ServiceRoute;
}

/** The real API's operations, in the order of their paths. A rest of a path is a parameter like any other. */
export function operationsOf(place: Place): readonly PartnerOperation[] {
  const { api } = place.blueprint.layers.client.partners ?? {};
  if (api === undefined) return [];
  return routesOf(place.blueprint)
    .filter((route) => isForPartners(place.blueprint, route) && route.path.startsWith(`${api.path}/`))
    .map((route) => ({ method: route.method, path: route.path.slice(api.path.length).replace(/\*$/, "{rest}"), route }))
    .sort((a, b) => compare(a.path, b.path) || compare(a.method, b.method));
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Where the API is, and where partners try it out. */
export function serversOf(place: Place): readonly { readonly url: string; readonly description: string }[] {
  const { api } = place.blueprint.layers.client.partners ?? {};
  const domain = domainOf(place);
  if (api === undefined || domain === undefined) return [];
  const { sandbox } = api;
  return [
    ...(sandbox === undefined
      ? []
      : [{ url: `https://${sandboxHost(sandbox, domain)}`, description: "Sandbox: nothing here is real" }]),
    { url: `https://${api.host ?? "partners"}.${domain}`, description: "The real API: certificates are asked for" },
  ];
}

/**
 * The document that partners read (OpenAPI 3.1): servers, operations, ways to prove who one is, and what is posted to whom wants to
 * be told. Bodies are the services' own, and are not in a blueprint.
 */
export function openApi(place: Place): object {
  const operations = operationsOf(place);
  const events = [...new Set(partnerApps(place).flatMap(([, { webhook }]) => webhook?.events ?? []))].sort(compare);
  const primary: Place = { ...place, global: false, region: place.deployment.primary.region };
  const pool = nameOf(primary, "aws_cognito_user_pool_domain", place.deployment.account.id);
  return {
    openapi: "3.1.0",
    info: {
      title: `${place.deployment.name} for partners`,
      version: "1",
      description:
        "Every request has a key that counts it, and either a token (below /oauth) or a signature (below /signed). The sandbox wants the key of the sandbox and nothing else.",
    },
    servers: serversOf(place),
    paths: Object.fromEntries(
      (["oauth", "signed"] as const).flatMap((way) =>
        [...new Set(operations.map(({ path }) => path))].map((path) => [
          `/${way}${path}`,
          Object.fromEntries(
            operations
              .filter((one) => one.path === path)
              .map((one) => [one.method.toLowerCase(), operation(one, way, partnerScope(place))]),
          ),
        ]),
      ),
    ),
    ...(events.length === 0
      ? {}
      : { webhooks: Object.fromEntries(events.map((event) => [event, { post: posted(event) }])) }),
    components: {
      securitySchemes: {
        certificate: { type: "mutualTLS", description: "A certificate of the authorities that were agreed on" },
        key: { type: "apiKey", in: "header", name: "x-api-key" },
        token: {
          type: "oauth2",
          flows: {
            clientCredentials: {
              tokenUrl: `https://${pool}.auth.${primary.region.code}.amazoncognito.com/oauth2/token`,
              scopes: { [partnerScope(place)]: "What partners may do" },
            },
          },
        },
        signature: {
          type: "apiKey",
          in: "header",
          name: "x-signature",
          description:
            "HMAC-SHA256 in hex, with the secret that is shared, over x-timestamp (seconds since 1970), method, path (from /signed on, without the query), query and x-content-sha256 (of the body, in hex), joined by line feeds; x-partner says whose it is. The query is each of its parameters as name=value, both percent-encoded by RFC 3986 (all but letters, digits and - . _ ~; a space is %20), sorted by bytes and joined by &; without parameters it is empty, and its line stays.",
        },
      },
    },
  };
}

function operation({ path, route }: PartnerOperation, way: "oauth" | "signed", scope: string): object {
  const names = [...path.matchAll(/\{([^}]+)\}/g)].flatMap(([, name]) => name ?? []);
  const parameters = [
    ...names.map((name) => ({ name, in: "path", required: true, schema: { type: "string" } })),
    ...(route.idempotencyKey
      ? [{ name: "Idempotency-Key", in: "header", required: true, schema: { type: "string" } }]
      : []),
    ...(way === "signed"
      ? ["x-partner", "x-timestamp", "x-content-sha256"].map((name) => ({
          name,
          in: "header",
          required: true,
          schema: { type: "string" },
        }))
      : []),
  ];
  return {
    tags: [way],
    summary: `${route.method} ${path}`,
    ...(route.deprecated === undefined ? {} : { deprecated: true }),
    security: [{ certificate: [], key: [], ...(way === "oauth" ? { token: [scope] } : { signature: [] }) }],
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(["POST", "PUT", "PATCH"].includes(route.method)
      ? { requestBody: { content: { "application/json": { schema: {} } } } }
      : {}),
    responses: {
      "2XX": { description: "What the service answers" },
      "401": { description: "The key, token or signature is missing or wrong" },
      "403": { description: "The key belongs to no plan, or the token lacks the scope" },
      "429": { description: "More requests than the tier has: later again" },
    },
  };
}

const posted = (event: string): object => ({
  summary: event,
  description: "Posted again with growing pauses until it is answered with 2XX",
  requestBody: { content: { "application/json": { schema: {} } } },
  responses: { "2XX": { description: "Understood" } },
});

/** The same operations as a collection for Postman (format 2.1), asked in the first of the servers. */
export function postmanCollection(place: Place): object {
  const [server] = serversOf(place);
  return {
    info: {
      name: `${place.deployment.name} for partners`,
      schema: "https://schema.getpostman.com/json/collection/v2.1.0/collection.json",
    },
    variable: [
      { key: "server", value: server?.url ?? "" },
      { key: "key", value: "" },
      { key: "token", value: "" },
    ],
    auth: {
      type: "apikey",
      apikey: [
        { key: "key", value: "x-api-key" },
        { key: "value", value: "{{key}}" },
        { key: "in", value: "header" },
      ],
    },
    item: operationsOf(place).map(({ method, path, route }) => ({
      name: `${method} ${path}`,
      request: {
        method,
        url: {
          raw: `{{server}}/oauth${path.replace(/\{([^}]+)\}/g, ":$1")}`,
          host: ["{{server}}"],
          path: [
            "oauth",
            ...path
              .slice(1)
              .replace(/\{([^}]+)\}/g, ":$1")
              .split("/"),
          ],
        },
        header: [
          { key: "Authorization", value: "Bearer {{token}}" },
          ...(route.idempotencyKey ? [{ key: "Idempotency-Key", value: "{{$guid}}" }] : []),
        ],
      },
    })),
  };
}
