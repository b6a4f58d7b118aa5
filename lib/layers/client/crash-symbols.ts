import { IamRole } from "@cdktn/provider-aws/lib/iam-role/index.js";
import { IamRolePolicy } from "@cdktn/provider-aws/lib/iam-role-policy/index.js";
import { Construct } from "constructs";
import { clusterName, nameOf, type Place } from "../../model/place.ts";
import type { Crashes } from "../../model/settings/client/crashes.ts";
import { read } from "../common/contract.ts";
import { encodes } from "../common/encodes.ts";
import { fillsFolder, trustsGithub } from "../common/github.ts";
import { PodRole } from "../common/pod-role.ts";
import { policy, type Statement } from "../common/policy.ts";
import type { Stack } from "../common/stack.ts";
import { keysOf, workloadBoundaryArn } from "../security/contract.ts";
import { crashNamespace } from "./contract.ts";
import { CRASH_ACCOUNTS, CRASH_SYMBOLS } from "./crash-names.ts";
import { PrivateBucket } from "./private-bucket.ts";

export interface CrashSymbolsProps {
  readonly place: Place;
  readonly crashes: Crashes;
}

/**
 * Source maps, dSYMs and ProGuard mappings, by which a report can be read. Sentry keeps what it is uploaded here; where a vendor
 * takes reports, workflows keep here what they upload to it.
 */
export class CrashSymbols extends Construct {
  private readonly stack: Stack;
  private readonly keyArn: string;
  private readonly symbols: PrivateBucket;

  constructor(stack: Stack, id: string, { place, crashes }: CrashSymbolsProps) {
    super(stack, id);
    this.stack = stack;
    this.keyArn = read(stack, keysOf(place)).data;
    const expireAfter = crashes.tool === "sentry" ? undefined : crashes.symbolDays;
    this.symbols = new PrivateBucket(this, "symbols", {
      stack,
      place,
      holds: CRASH_SYMBOLS,
      keyArn: this.keyArn,
      inOneRegion: "symbols can be made again from the release's commit",
      ...(expireAfter === undefined ? {} : { expireAfter }),
    }).admit();
    if (crashes.tool === "sentry") this.forPods(place);
    else
      for (const [folder, source] of Object.entries(crashes.repositories ?? {})) {
        const role = new IamRole(this, folder, {
          name: nameOf(place, "aws_iam_role", "symbols", folder),
          description: `Keeps symbols of ${folder}`,
          maxSessionDuration: 3600,
          assumeRolePolicy: trustsGithub(stack, source),
        });
        new IamRolePolicy(this, `${folder}-policy`, {
          name: "upload",
          role: role.name,
          policy: policy([...fillsFolder(this.symbols.arn, folder, ["s3:PutObject"]), this.withKey(place)]),
        });
      }
    encodes("client.telemetry.crash", this.symbols.bucket, this.symbols.block);
  }

  /** Sentry's own pods that handle files, and no others of it. */
  private forPods(place: Place): void {
    for (const account of CRASH_ACCOUNTS.withFiles)
      new PodRole(this, account, {
        stack: this.stack,
        place,
        cluster: clusterName(place),
        namespace: crashNamespace(place),
        serviceAccount: `${CRASH_ACCOUNTS.prefix}-${account}`,
        name: `crashes-${account}`,
        boundary: workloadBoundaryArn(this.stack),
        statements: [
          { sid: "Find", actions: ["s3:ListBucket"], resources: [this.symbols.arn] },
          {
            sid: "Files",
            // Sentry says with each file that the bucket's owner controls it, which counts as setting its list of access.
            actions: ["s3:DeleteObject", "s3:GetObject", "s3:PutObject", "s3:PutObjectAcl"],
            resources: [`${this.symbols.arn}/*`],
          },
          this.withKey(place),
        ],
      });
  }

  /** Files are encrypted with the product's key, through S3 alone. */
  private withKey(place: Place): Statement {
    return {
      sid: "Encrypt",
      actions: ["kms:Decrypt", "kms:GenerateDataKey"],
      resources: [this.keyArn],
      conditions: { StringEquals: { "kms:ViaService": `s3.${place.region.code}.amazonaws.com` } },
    };
  }
}
