import { InvalidInput } from "../model/problem.ts";

/** An AWS API that is not AWS's own, and how engines reach it. */
export interface AwsEndpoint {
  readonly url: string;
  /** Environment in which an engine reaches the endpoint, and nothing else, as an administrator of an account. */
  environmentFor(account: string): Promise<NodeJS.ProcessEnv>;
}

export interface EndpointOptions {
  /** Whether calls to host names that begin with an account or bucket are sent to the endpoint as to a proxy. */
  readonly proxy: boolean;
}

/** An endpoint at an address. It keeps accounts apart by credentials, which it hands out for any role of any account. */
export const endpointAt = (url: string, { proxy }: EndpointOptions): AwsEndpoint => ({
  url,
  environmentFor: async (account) => ({
    ...bare(process.env),
    ...(await credentials(url, account)),
    AWS_ENDPOINT_URL: url,
    ...(proxy ? { HTTP_PROXY: url } : {}),
  }),
});

/**
 * An endpoint that the user names. Nothing of AWS itself is ever accepted, and what is not on this machine only if the user
 * says so a second time.
 * @throws InvalidInput
 */
export function namedEndpoint(url: string, remote: boolean): AwsEndpoint {
  const refuse = (message: string, fix: string): InvalidInput =>
    new InvalidInput([{ code: "endpoint-refused", path: "--aws-endpoint", message, given: url, fix }]);
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    throw refuse("this is no address", "write one such as http://127.0.0.1:4566");
  }
  if (!/^https?:$/.test(parsed.protocol))
    throw refuse("an endpoint begins with http:// or https://", "write one such as http://127.0.0.1:4566");
  const host = parsed.hostname.replace(/^\[|\]$/g, "").toLowerCase();
  if (/(?:^|\.)amazonaws\.com(?:\.cn)?$|(?:^|\.)api\.aws$/.test(host))
    throw refuse("a rehearsal never runs against AWS itself", "name a simulator");
  if (!remote && host !== "localhost" && host !== "::1" && !/^127(?:\.\d+){3}$/.test(host))
    throw refuse(
      "the endpoint is not on this machine: a rehearsal creates and destroys whole environments there",
      "if that is what you want, say so with --remote-endpoint too",
    );
  return endpointAt(url.replace(/\/$/, ""), { proxy: false });
}

/** Without anything that could lead to real credentials. */
function bare(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return {
    ...Object.fromEntries(
      Object.entries(environment).filter(([name]) => !/^(AWS_|TF_)|^https?_proxy$|^no_proxy$/i.test(name)),
    ),
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
  };
}

async function credentials(endpoint: string, account: string): Promise<NodeJS.ProcessEnv> {
  const answer = await fetch(endpoint, {
    method: "POST",
    headers: {
      authorization:
        "AWS4-HMAC-SHA256 Credential=testing/20260101/us-east-1/sts/aws4_request, SignedHeaders=host, Signature=none",
      "content-type": "application/x-www-form-urlencoded",
    },
    body: new URLSearchParams({
      Action: "AssumeRole",
      Version: "2011-06-15",
      RoleArn: `arn:aws:iam::${account}:role/rehearsal`,
      RoleSessionName: "rehearsal",
    }),
  });
  const text = await answer.text();
  const field = (name: string): string => {
    const value = new RegExp(`<${name}>([^<]+)</${name}>`).exec(text)?.[1];
    if (value === undefined) throw new Error(`the endpoint gave no ${name} for account ${account}: ${text}`);
    return value;
  };
  return {
    AWS_ACCESS_KEY_ID: field("AccessKeyId"),
    AWS_SECRET_ACCESS_KEY: field("SecretAccessKey"),
    AWS_SESSION_TOKEN: field("SessionToken"),
  };
}
