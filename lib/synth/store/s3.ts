import { InvalidInput } from "../../model/problem.ts";
import { codeOf } from "../disk.ts";
import { property } from "../unknown-json.ts";
import type { Store } from "./store.ts";

/** The part of the SDK that is used; it is installed by those who use it. */
type Sdk = Pick<
  typeof import("@aws-sdk/client-s3"),
  "GetObjectCommand" | "HeadObjectCommand" | "PutObjectCommand" | "S3Client"
>;

const installed = (): Promise<Sdk> => import("@aws-sdk/client-s3");

/**
 * A store in a bucket. Credentials, region and endpoint are found by the rules of the SDK.
 * @param sdk for tests @default the one that is installed
 * @throws InvalidInput where the SDK is not installed
 */
export async function s3Store(bucket: string, prefix: string, sdk: () => Promise<Sdk> = installed): Promise<Store> {
  const { GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client } = await loaded(sdk);
  // What stands in for AWS seldom has a name for each bucket.
  const forcePathStyle = ["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"].some((name) => process.env[name] !== undefined);
  const client = new S3Client({ forcePathStyle });
  const at = (key: string) => ({ Bucket: bucket, Key: prefix === "" ? key : `${prefix}/${key}` });
  return {
    get: (key) =>
      unlessMissing(async () => (await client.send(new GetObjectCommand(at(key)))).Body?.transformToByteArray()),
    has: async (key) =>
      (await unlessMissing(async () => {
        await client.send(new HeadObjectCommand(at(key)));
        return true;
      })) ?? false,
    put: async (key, bytes) => {
      await client.send(new PutObjectCommand({ ...at(key), Body: bytes }));
    },
  };
}

async function loaded(sdk: () => Promise<Sdk>): Promise<Sdk> {
  try {
    return await sdk();
  } catch (error) {
    if (codeOf(error) !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new InvalidInput([
      {
        code: "sdk-missing",
        path: "--store",
        message: "a store in S3 is reached with the SDK of AWS, which is not installed",
        fix: "npm install @aws-sdk/client-s3",
      },
    ]);
  }
}

async function unlessMissing<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (property(property(error, "$metadata"), "httpStatusCode") === 404) return undefined;
    throw error;
  }
}
