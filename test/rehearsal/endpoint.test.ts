import { namedEndpoint } from "../../lib/engines/aws.ts";

describe("an AWS endpoint of the user's own", () => {
  test.each(["http://127.0.0.1:4566", "http://localhost:4566", "http://[::1]:4566/"])("%s is used", (url) => {
    expect(namedEndpoint(url, false).url).toBe(url.replace(/\/$/, ""));
  });

  test.each([
    ["http://10.0.0.1:4566", "not on this machine"],
    ["http://127.0.0.1.example.org", "not on this machine"],
    ["ftp://127.0.0.1", "begins with http"],
    ["localstack", "no address"],
  ])("%s is refused", (url, why) => {
    expect(() => namedEndpoint(url, false)).toThrow(why);
  });

  test("one on another machine is used when told twice", () => {
    expect(namedEndpoint("http://10.0.0.1:4566", true).url).toBe("http://10.0.0.1:4566");
  });

  test.each([
    "https://sts.amazonaws.com",
    "https://s3.cn-north-1.amazonaws.com.cn",
    "https://lambda.us-east-1.api.aws",
  ])("%s is never used", (url) => {
    expect(() => namedEndpoint(url, true)).toThrow("never runs against AWS itself");
  });

  test("engines get no credentials, profiles or proxies of the user's", async () => {
    const answer = "<AccessKeyId>A</AccessKeyId><SecretAccessKey>S</SecretAccessKey><SessionToken>T</SessionToken>";
    const before = { fetch: globalThis.fetch, env: process.env };
    globalThis.fetch = async () => new Response(answer);
    process.env = { PATH: "/bin", AWS_PROFILE: "prod", AWS_ACCESS_KEY_ID: "real", https_proxy: "x", TF_VAR_a: "b" };
    try {
      expect(await namedEndpoint("http://127.0.0.1:4566", false).environmentFor("210000000001")).toEqual({
        PATH: "/bin",
        AWS_ACCESS_KEY_ID: "A",
        AWS_SECRET_ACCESS_KEY: "S",
        AWS_SESSION_TOKEN: "T",
        AWS_ENDPOINT_URL: "http://127.0.0.1:4566",
        AWS_EC2_METADATA_DISABLED: "true",
        AWS_CONFIG_FILE: "/dev/null",
        AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
      });
    } finally {
      globalThis.fetch = before.fetch;
      process.env = before.env;
    }
  });
});
