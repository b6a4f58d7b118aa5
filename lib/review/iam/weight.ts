import type { Severity } from "../risk.ts";
import type { Condition, Several } from "./statement.ts";
import type { Gain } from "./widening.ts";

/** Services of AWS whose permissions lead to data, keys, or further permissions. */
const DANGEROUS = new Set([
  "account",
  "cloudformation",
  "dynamodb",
  "ecr",
  "eks",
  "iam",
  "kms",
  "lambda",
  "organizations",
  "rds",
  "rds-db",
  "s3",
  "secretsmanager",
  "ssm",
  "sso",
  "sts",
]);

/** Actions that tell what there is, or that have no resource to be limited to. */
const HARMLESS = /^[\w-]+:(?:list|describe|getauthorizationtoken$|getcalleridentity$|getbucketlocation$)/;

const serviceOf = (action: string): string => action.split(":")[0] ?? "";
const isEverything = ({ not, of }: Several): boolean => not || of.some((one) => /^(?:\*|arn:\*|arn:aws:\*)$/.test(one));

/** Whether an action alone gives away an account, a whole service, or the power to give permissions. */
const isAdministrative = ({ not, of }: Several): boolean =>
  not ||
  of.some(
    (action) =>
      action === "*" ||
      /^[\w*-]*\*[\w*-]*(?::|$)/.test(action) ||
      /^[\w-]+:\*$/.test(action) ||
      (serviceOf(action) === "iam" && !/^iam:(?:get|list|generate|simulate)/.test(action)) ||
      action === "kms:putkeypolicy",
  );

/** Whether an action reaches data, keys or permissions, so that it should be limited to some resources. */
const isDangerous = ({ not, of }: Several): boolean =>
  not || of.some((action) => !HARMLESS.test(action) && DANGEROUS.has(serviceOf(action)));

/** Whether a statement gives what nobody should have without a word, be it new or not. */
export const isBroad = ({ actions, resources, statement }: Gain): boolean =>
  actions.some(
    (action) =>
      (isAdministrative(action) && (resources.some(isEverything) || isPassRoleOnMany(action, resources))) ||
      (isDangerous(action) && resources.some(isEverything) && statement.conditions.length === 0),
  );

const isPassRoleOnMany = ({ of }: Several, resources: readonly Several[]): boolean =>
  of.includes("iam:passrole") && resources.some(({ not, of: arns }) => not || arns.some((arn) => arn.includes("*")));

/** Keys of conditions that say who may, or from where. */
const CONFINING =
  /^(?:aws:(?:principal(?:account|arn|orgid|orgpaths|tag\/.+)|source(?:account|arn|orgid|orgpaths|ip|vpc|vpce)|userid|vpcsourceip)|kms:calleraccount|s3:dataaccesspointaccount|sts:externalid|saml:.+|.+:sub)$/;

const isConfined = (conditions: readonly Condition[]): boolean =>
  conditions.some(({ operator, key }) => CONFINING.test(key) && !/Not|IfExists|Null/.test(operator));

/** Principals of a gain that are anybody, where no condition says who. */
export const anybody = ({ principals, statement: { conditions } }: Gain): boolean =>
  principals.some(({ not, of }) => not || of.includes("*")) && !isConfined(conditions);

/** Accounts of a gain's principals that are not the own one. */
export const foreignAccounts = ({ principals }: Gain, own: string | undefined): string[] =>
  principals.flatMap(({ of }) =>
    of.flatMap((one) => {
      const account = /^(?:AWS|Federated):arn:[\w-]*:\w+::(\d{12}):/.exec(one)?.[1];
      return account === undefined || account === own ? [] : [account];
    }),
  );

/** How much a gain in an identity's own permissions weighs. */
export const weightOfPermission = (gain: Gain): Severity =>
  gain.actions.some(isAdministrative) || isBroad(gain) ? "high" : "medium";

/** How much a gain in who may use something weighs. @param account the one that it is in */
export const weightOfAccess = (gain: Gain, account: string | undefined): Severity =>
  anybody(gain) || foreignAccounts(gain, account).length > 0 || isFederated(gain) ? "high" : "medium";

/** Whether people or workloads outside of AWS get in. */
const isFederated = ({ principals }: Gain): boolean =>
  principals.some(({ of }) => of.some((one) => one.startsWith("Federated:")));

/** How much a managed policy weighs by its name. */
export const weightOfManaged = (arn: string): Severity =>
  /\/(?:[\w-]*Administrator[\w-]*|PowerUserAccess|[\w-]+FullAccess(?:V2|_v2)?)$/.test(arn) ? "high" : "medium";
