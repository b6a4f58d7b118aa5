/** What the document of an API says besides its paths. */
export interface PartnerDocument {
  readonly name: string;
  /** Address to which requests go on, without the rest of their path. */
  readonly onTo: string;
  /** ARN of the pool that makes tokens. */
  readonly poolArn: string;
  /** Scope that a token has. */
  readonly scope: string;
  /** Where signatures are looked at, as API Gateway calls it. */
  readonly signatures: string;
}

/** Seconds after which API Gateway gives up; it allows no more. */
const TIMEOUT_MILLISECONDS = 29_000;

/** The API as a document (OpenAPI), with what API Gateway does for each way of proving who one is. */
export function partnerDocument({ name, onTo, poolArn, scope, signatures }: PartnerDocument): object {
  const way = (security: Readonly<Record<string, readonly string[]>>) => ({
    "x-amazon-apigateway-any-method": {
      parameters: [{ name: "proxy", in: "path", required: true, schema: { type: "string" } }],
      // A key counts requests, and proves nothing by itself.
      security: [{ key: [], ...security }],
      responses: { default: { description: "What the service answers" } },
      "x-amazon-apigateway-integration": {
        type: "http_proxy",
        httpMethod: "ANY",
        uri: `${onTo}/{proxy}`,
        passthroughBehavior: "when_no_match",
        timeoutInMillis: TIMEOUT_MILLISECONDS,
        requestParameters: { "integration.request.path.proxy": "method.request.path.proxy" },
      },
    },
  });
  return {
    openapi: "3.0.1",
    info: { title: name, version: "1" },
    paths: {
      "/oauth/{proxy+}": way({ token: [scope] }),
      "/signed/{proxy+}": way({ signature: [] }),
    },
    components: {
      securitySchemes: {
        key: { type: "apiKey", name: "x-api-key", in: "header" },
        token: {
          type: "apiKey",
          name: "Authorization",
          in: "header",
          "x-amazon-apigateway-authtype": "cognito_user_pools",
          "x-amazon-apigateway-authorizer": { type: "cognito_user_pools", providerARNs: [poolArn] },
        },
        signature: {
          type: "apiKey",
          name: "x-signature",
          in: "header",
          "x-amazon-apigateway-authtype": "custom",
          "x-amazon-apigateway-authorizer": {
            type: "request",
            authorizerUri: signatures,
            identitySource: "method.request.header.x-partner, method.request.header.x-signature",
            // Each signature is for one request.
            authorizerResultTtlInSeconds: 0,
          },
        },
      },
    },
  };
}
