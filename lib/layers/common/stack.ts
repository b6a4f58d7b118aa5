import { AwsProvider } from "@cdktn/provider-aws/lib/provider/index.js";
import { S3Backend, type TerraformElement, TerraformStack } from "cdktn";
import type { Construct, Node } from "constructs";
import type { NamedAccount } from "../../model/workspace.ts";

/** The lowest provider that has everything the layers use; a stack that needs more raises its own floor. */
const PROVIDER_VERSION = ">= 5.100.0, < 7.0.0";
const TERRAFORM_VERSION = ">= 1.10.0";

/** What a stack is told by the topology: where it lives and how it is marked. */
export interface StackProps {
  readonly account: NamedAccount;
  /** Code of the region that the provider works in. */
  readonly region: string;
  /** Tags of every resource. */
  readonly tags: Readonly<Record<string, string>>;
}

/** Bucket that holds the states of an account's stacks in a region. */
export const stateBucket = (account: NamedAccount, region: string): string => `dodeca-state-${account.id}-${region}`;

/**
 * The unit of `terraform apply`. Logical ids are the construct path without a hash, so that an address in the output
 * says where it comes from; two paths that collapse to the same id throw.
 */
export class Stack extends TerraformStack {
  readonly account: NamedAccount;
  readonly region: string;
  readonly provider: AwsProvider;
  private readonly paths = new Map<string, string>();

  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id);
    this.node.setContext("targetVersions", { terraform: ">=1.10.0", opentofu: ">=1.10.0" });
    this.account = props.account;
    this.region = props.region;
    this.provider = new AwsProvider(this, "aws", {
      region: props.region,
      allowedAccountIds: [props.account.id],
      defaultTags: [{ tags: { ...props.tags } }],
    });
    new S3Backend(this, {
      bucket: stateBucket(props.account, props.region),
      key: `${id}/terraform.tfstate`,
      region: props.region,
      encrypt: true,
      useLockfile: true,
    });
    this.addOverride("terraform.required_version", TERRAFORM_VERSION);
    this.addOverride("terraform.required_providers.aws.version", PROVIDER_VERSION);
    this.addOverride("terraform.required_providers.aws.source", "hashicorp/aws");
  }

  protected override allocateLogicalId(element: TerraformElement | Node): string {
    const node = "node" in element ? element.node : element;
    const parts = node.scopes.slice(node.scopes.indexOf(this) + 1).map((scope) => scope.node.id);
    const path = parts.join("/");
    const id = parts.join("-").replace(/[^A-Za-z0-9_-]/g, "-");
    const other = this.paths.get(id);
    if (other !== undefined && other !== path) {
      throw new Error(
        `${this.node.id}: "${path}" and "${other}" collapse to the same logical id "${id}": rename one of them`,
      );
    }
    this.paths.set(id, path);
    return /^[A-Za-z_]/.test(id) ? id : `_${id}`;
  }

  /** A provider of another region, for what is published or ruled there alone. */
  providerIn(region: string): AwsProvider {
    if (region === this.region) return this.provider;
    const known = this.node.tryFindChild(`aws-${region}`);
    if (known instanceof AwsProvider) return known;
    return new AwsProvider(this, `aws-${region}`, { alias: region, region, allowedAccountIds: [this.account.id] });
  }

  /** ARN prefix of the partition, `arn:aws` or a sibling. */
  get arn(): string {
    return `arn:${this.account.partition}`;
  }

  /** The ARN of something in this account and region. */
  arnOf(
    service: string,
    resource: string,
    options: { readonly region?: string; readonly account?: string } = {},
  ): string {
    return `${this.arn}:${service}:${options.region ?? this.region}:${options.account ?? this.account.id}:${resource}`;
  }
}
