import { resolve } from "node:path";
import { InvalidInput } from "../../model/problem.ts";
import { folderStore } from "./folder.ts";
import { s3Store } from "./s3.ts";
import type { Store } from "./store.ts";

/** The store at a place such as `/mnt/dodeca` or `s3://bucket/prefix`. @throws InvalidInput for any other kind */
export async function openStore(given: string): Promise<Store> {
  const [, scheme, rest = ""] = /^([a-z][a-z0-9+.-]+):\/\/(.*)$/i.exec(given) ?? [];
  if (scheme === undefined) return folderStore(resolve(given));
  const [bucket = "", ...prefix] = rest.split("/");
  if (scheme === "s3" && bucket !== "") return s3Store(bucket, prefix.filter((step) => step !== "").join("/"));
  throw new InvalidInput([
    {
      code: "unknown-store-place",
      path: "--store",
      message: "a store is a folder, or a bucket of S3 with a prefix",
      given,
      allowed: ["a folder", "s3://BUCKET", "s3://BUCKET/PREFIX"],
      fix: "write for example s3://builds/dodeca",
    },
  ]);
}
