import type { AwsEndpoint } from "../engines/aws.ts";
import { at, list, text } from "../estate/json.ts";
import { type Ask, asker } from "./ask.ts";

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
