/** A way in which a partner proves who it is. */
export interface PartnerWay {
  /** First part of the paths of its requests. */
  readonly path: string;
  /** Name of its scheme, as the document refers to it. @default a key is enough */
  readonly scheme?: string;
  /** What API Gateway asks whom, as it writes a scheme of OpenAPI. @default a key is enough */
  readonly looksAt?: object;
  /** Scopes that are asked for. @default none */
  readonly scopes?: readonly string[];
  /** Where API Gateway knows from who asks, of which it tells the service. */
  readonly partner: string;
}

/** What the document of an API says besides its ways. */
export interface PartnerDocument {
  readonly name: string;
  /** Address to which requests go on, without the rest of their path. */
  readonly onTo: string;
  /** What proves API Gateway to the product's gateway. @default nothing */
  readonly key: string | undefined;
  readonly ways: readonly PartnerWay[];
  /** Page that browsers may ask from. @default none */
  readonly page?: string;
}

/** Milliseconds after which API Gateway gives up; it allows no more. */
const TIMEOUT = 29_000;

/** Header in which a service learns who asks; what partners write into it themselves is overwritten. */
const PARTNER_HEADER = "x-partner";

/** A token of the product's own pool, with a scope. */
export const tokenWay = (poolArn: string, scope: string): PartnerWay => ({
  path: "oauth",
  scheme: "token",
  scopes: [scope],
  partner: "context.authorizer.claims.client_id",
  looksAt: {
    type: "apiKey",
    name: "Authorization",
    in: "header",
    "x-amazon-apigateway-authtype": "cognito_user_pools",
    "x-amazon-apigateway-authorizer": { type: "cognito_user_pools", providerARNs: [poolArn] },
  },
});

/** A signature over each request. @param invokeArn where it is looked at, as API Gateway calls it */
export const signatureWay = (invokeArn: string): PartnerWay => ({
  path: "signed",
  scheme: "signature",
  partner: "context.authorizer.principalId",
  looksAt: {
    type: "apiKey",
    name: "x-signature",
    in: "header",
    "x-amazon-apigateway-authtype": "custom",
    "x-amazon-apigateway-authorizer": {
      type: "request",
      authorizerUri: invokeArn,
      identitySource: "method.request.header.x-partner, method.request.header.x-signature",
      // Each signature is for one request.
      authorizerResultTtlInSeconds: 0,
    },
  },
});

/** A key and nothing else, below one of the other ways' paths: for a sandbox, where nothing is to be had. */
export const keyWay = (path: string): PartnerWay => ({ path, partner: "context.identity.apiKeyId" });

/** The API as a document (OpenAPI), with what API Gateway does for each way of proving who one is. */
export function partnerDocument({ name, onTo, key, ways, page }: PartnerDocument): object {
  return {
    openapi: "3.0.1",
    info: { title: name, version: "1" },
    paths: Object.fromEntries(
      ways.map((way) => [
        `/${way.path}/{proxy+}`,
        {
          "x-amazon-apigateway-any-method": passedOn(way, onTo, key),
          ...(page === undefined ? {} : { options: preflight(page) }),
        },
      ]),
    ),
    components: {
      securitySchemes: {
        key: { type: "apiKey", name: "x-api-key", in: "header" },
        ...Object.fromEntries(
          ways.flatMap(({ scheme, looksAt }) =>
            scheme === undefined || looksAt === undefined ? [] : [[scheme, looksAt]],
          ),
        ),
      },
    },
  };
}

const passedOn = ({ scheme, scopes = [], partner }: PartnerWay, onTo: string, key: string | undefined) => ({
  parameters: [{ name: "proxy", in: "path", required: true, schema: { type: "string" } }],
  // A key counts requests, and proves nothing by itself.
  security: [{ key: [], ...(scheme === undefined ? {} : { [scheme]: scopes }) }],
  responses: { default: { description: "What the service answers" } },
  "x-amazon-apigateway-integration": {
    type: "http_proxy",
    httpMethod: "ANY",
    uri: `${onTo}/{proxy}`,
    passthroughBehavior: "when_no_match",
    timeoutInMillis: TIMEOUT,
    requestParameters: {
      "integration.request.path.proxy": "method.request.path.proxy",
      [`integration.request.header.${PARTNER_HEADER}`]: partner,
      // A partner's own key and token end here: the product's gateway knows neither, and would refuse the request for them.
      "integration.request.header.x-api-key": `'${key ?? "not seeded"}'`,
      "integration.request.header.Authorization": "'APIGateway'",
      // API Gateway takes answers for text, which none is that was compressed on its way.
      "integration.request.header.Accept-Encoding": "'identity'",
    },
  },
});

/** What a browser asks before it asks from another page. */
const preflight = (page: string) => {
  const allowed = {
    "Access-Control-Allow-Origin": page,
    "Access-Control-Allow-Methods": "DELETE,GET,PATCH,POST,PUT",
    "Access-Control-Allow-Headers": "authorization,content-type,idempotency-key,x-api-key,x-partner,x-signature",
  };
  return {
    responses: {
      "204": {
        description: "What may be asked",
        headers: Object.fromEntries(Object.keys(allowed).map((header) => [header, { schema: { type: "string" } }])),
      },
    },
    "x-amazon-apigateway-integration": {
      type: "mock",
      requestTemplates: { "application/json": '{"statusCode":204}' },
      responses: {
        default: {
          statusCode: "204",
          responseParameters: Object.fromEntries(
            Object.entries(allowed).map(([header, value]) => [`method.response.header.${header}`, `'${value}'`]),
          ),
        },
      },
    },
  };
};
