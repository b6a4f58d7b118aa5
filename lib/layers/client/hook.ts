import { createHash } from "node:crypto";
import { CloudwatchLogGroup } from "@cdktn/provider-aws/lib/cloudwatch-log-group/index.js";
import { IamRole } from "@cdktn/provider-aws/lib/iam-role/index.js";
import { IamRolePolicy } from "@cdktn/provider-aws/lib/iam-role-policy/index.js";
import { LambdaFunction } from "@cdktn/provider-aws/lib/lambda-function/index.js";
import { LambdaPermission } from "@cdktn/provider-aws/lib/lambda-permission/index.js";
import { S3Object } from "@cdktn/provider-aws/lib/s3-object/index.js";
import { Construct } from "constructs";
import { nameOf, type Place } from "../../model/place.ts";
import { policy, type Statement, trusts } from "../common/policy.ts";
import type { Stack } from "../common/stack.ts";
import { retentionWaivers, waives } from "../common/waivers.ts";
import type { PrivateBucket } from "./private-bucket.ts";
import { zipOf } from "./zip.ts";

export interface HookProps {
  readonly stack: Stack;
  readonly place: Place;
  /** What it is asked; part of its name. */
  readonly name: string;
  readonly description: string;
  /** Its whole program, as a module of Node.js. */
  readonly source: string;
  /** Bucket from which AWS fetches it. */
  readonly bucket: PrivateBucket;
  /** ARN of the key of log groups. */
  readonly logsKeyArn: string;
  /** Service of AWS that asks it. */
  readonly askedBy: string;
  /** What it may do besides writing its log. */
  readonly statements: readonly Statement[];
  /** Questions that it answers at once, kept free for it in the account; any more are refused. @default 20 */
  readonly concurrency?: number;
}

/** Questions that are answered at once where nobody says how many come. */
const CONCURRENCY = 20;

/** A question that a service of AWS asks the product, and a few lines that answer it. Costs $0.20 for a million questions. */
export class Hook extends Construct {
  readonly fn: LambdaFunction;
  /** That the service may ask; what names the function waits for it. */
  readonly permission: LambdaPermission;

  constructor(scope: Construct, id: string, props: HookProps) {
    super(scope, id);
    const { stack, place, bucket, description } = props;
    const functionName = nameOf(place, "aws_lambda_function", props.name);
    const days = place.blueprint.layers.observability.logRetention;
    const logs = new CloudwatchLogGroup(this, "logs", {
      name: `/aws/lambda/${functionName}`,
      retentionInDays: days,
      kmsKeyId: props.logsKeyArn,
    });
    waives(logs, ...retentionWaivers(days));
    const role = new IamRole(this, "role", {
      name: nameOf(place, "aws_iam_role", props.name),
      description,
      assumeRolePolicy: trusts("lambda.amazonaws.com"),
    });
    const access = new IamRolePolicy(this, "role-policy", {
      name: "access",
      role: role.name,
      policy: policy([
        {
          actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
          resources: [`${stack.arnOf("logs", `log-group:/aws/lambda/${functionName}`)}:*`],
        },
        ...props.statements,
      ]),
    });
    const archive = zipOf("index.js", props.source);
    const digest = createHash("sha256").update(archive).digest();
    const code = new S3Object(this, "code", {
      bucket: bucket.bucket.id,
      // The name changes with the program, which is how the function gets the new one.
      key: `hooks/${props.name}-${digest.toString("hex").slice(0, 12)}.zip`,
      contentBase64: archive.toString("base64"),
    });
    this.fn = new LambdaFunction(this, "Resource", {
      functionName,
      description,
      role: role.arn,
      runtime: "nodejs22.x",
      architectures: ["arm64"],
      handler: "index.handler",
      s3Bucket: bucket.bucket.id,
      s3Key: code.key,
      sourceCodeHash: digest.toString("base64"),
      timeout: 5,
      memorySize: 256,
      reservedConcurrentExecutions: props.concurrency ?? CONCURRENCY,
      tracingConfig: { mode: "PassThrough" },
      dependsOn: [access, logs],
    });
    waives(
      this.fn,
      { check: "CKV_AWS_116", reason: "who asks waits for the answer: there is nothing to be kept" },
      { check: "CKV_AWS_117", reason: "it needs nothing inside the network" },
      { check: "CKV_AWS_173", reason: "it has no environment: what it has to know is in its program" },
      { check: "CKV_AWS_272", reason: "its program is in the reviewed output itself, with its digest" },
    );
    this.permission = new LambdaPermission(this, "asked", {
      statementId: "asked",
      action: "lambda:InvokeFunction",
      functionName: this.fn.functionName,
      principal: props.askedBy,
      sourceAccount: stack.account.id,
    });
  }
}
