import type { AwsEndpoint } from "../engines/aws.ts";

/**
 * What is left of a blueprint's environment in an account and region, asked by the tags that everything carries.
 * @returns ARNs
 */
export async function leftovers(
  endpoint: AwsEndpoint,
  {
    account,
    region,
    blueprint,
    environment,
  }: Readonly<Record<"account" | "region" | "blueprint" | "environment", string>>,
): Promise<string[]> {
  const { AWS_ACCESS_KEY_ID: key } = await endpoint.environmentFor(account);
  const found: string[] = [];
  let token = "";
  do {
    const answer = await fetch(endpoint.url, {
      method: "POST",
      headers: {
        authorization: `AWS4-HMAC-SHA256 Credential=${key}/20260101/${region}/tagging/aws4_request, SignedHeaders=host, Signature=none`,
        "content-type": "application/x-amz-json-1.1",
        "x-amz-target": "ResourceGroupsTaggingAPI_20170126.GetResources",
      },
      body: JSON.stringify({
        ...(token === "" ? {} : { PaginationToken: token }),
        TagFilters: [
          { Key: "dodeca:blueprint", Values: [blueprint] },
          { Key: "dodeca:environment", Values: [environment] },
        ],
      }),
    });
    const said: unknown = await answer.json();
    const list = typeof said === "object" && said !== null ? Reflect.get(said, "ResourceTagMappingList") : undefined;
    if (!Array.isArray(list)) throw new Error(`the endpoint does not say what is left: ${JSON.stringify(said)}`);
    found.push(...list.map((one) => String(one.ResourceARN)));
    token = String(Reflect.get(Object(said), "PaginationToken") ?? "");
  } while (token !== "");
  return found;
}
