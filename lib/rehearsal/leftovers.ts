import type { AwsEndpoint } from "../engines/aws.ts";
import { at, list, text } from "../estate/json.ts";

/** An account and region that a blueprint's environment had resources in. */
export interface Place {
  readonly account: string;
  readonly region: string;
  readonly blueprint: string;
  readonly environment: string;
}

/**
 * What is left of an environment in an account and region, asked by the tags that everything carries. What is on its way out
 * is not: keys and secrets go after the days in which they can be recovered, as on AWS.
 * @returns ARNs
 */
export async function leftovers(endpoint: AwsEndpoint, place: Place): Promise<string[]> {
  const { AWS_ACCESS_KEY_ID: key = "" } = await endpoint.environmentFor(place.account);
  const ask = asker(endpoint.url, key, place.region);
  const found: string[] = [];
  let token = "";
  do {
    const said = await ask("tagging", "ResourceGroupsTaggingAPI_20170126.GetResources", {
      ...(token === "" ? {} : { PaginationToken: token }),
      TagFilters: [
        { Key: "dodeca:blueprint", Values: [place.blueprint] },
        { Key: "dodeca:environment", Values: [place.environment] },
      ],
    });
    found.push(...list(at(said, "ResourceTagMappingList")).flatMap((one) => text(at(one, "ResourceARN")) ?? []));
    token = text(at(said, "PaginationToken")) ?? "";
  } while (token !== "");
  const leaving = await Promise.all(found.map((arn) => isLeaving(ask, arn)));
  return found.filter((_, index) => leaving[index] !== true);
}

/** Asks a service of the endpoint. @param body an object for services with targets, a form for others */
type Ask = (service: string, target: string, body: object) => Promise<unknown>;

const asker =
  (url: string, key: string, region: string): Ask =>
  async (service, target, body) => {
    const form = target === "";
    const answer = await fetch(url, {
      method: "POST",
      headers: {
        authorization: `AWS4-HMAC-SHA256 Credential=${key}/20260101/${region}/${service}/aws4_request, SignedHeaders=host, Signature=none`,
        "content-type": form ? "application/x-www-form-urlencoded" : "application/x-amz-json-1.1",
        ...(form ? {} : { "x-amz-target": target }),
      },
      body: form ? new URLSearchParams(Object.entries(body)) : JSON.stringify(body),
    });
    const said = await answer.text();
    if (!answer.ok) throw new Error(`${service} does not say what is left: ${answer.status} ${said.slice(0, 500)}`);
    return form ? said : JSON.parse(said);
  };

async function isLeaving(ask: Ask, arn: string): Promise<boolean> {
  const [, , service = "", , , ...rest] = arn.split(":");
  const id = rest.join(":").split("/").at(-1) ?? "";
  switch (service) {
    case "kms":
      return (
        at(await ask("kms", "TrentService.DescribeKey", { KeyId: arn }), "KeyMetadata", "KeyState") ===
        "PendingDeletion"
      );
    case "secretsmanager":
      return (
        at(await ask("secretsmanager", "secretsmanager.DescribeSecret", { SecretId: arn }), "DeletedDate") !== undefined
      );
    case "ec2": {
      if (!id.startsWith("nat-")) return false;
      const said = await ask("ec2", "", { Action: "DescribeNatGateways", Version: "2016-11-15", "NatGatewayId.1": id });
      return /<state>delet(?:ed|ing)<\/state>/.test(String(said));
    }
    default:
      return false;
  }
}
