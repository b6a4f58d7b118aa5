import { z } from "zod";

/** What a region does in an environment: owns writers, serves traffic, or waits. */
export const regionRole = z.enum(["primary", "active", "standby"]);
export type RegionRole = z.infer<typeof regionRole>;

/** How big an environment is: sets defaults and ceilings. */
export const tier = z.enum(["dev", "staging", "prod"]);
export type Tier = z.infer<typeof tier>;

/** The part of a blueprint that an environment or region may override, as a merge patch. */
export const overrides = z.record(z.string(), z.unknown());

export const environment = z.strictObject({
  /** Account of the workspace. A product on another blueprint's platform lives in the platform's. */
  account: z.string().optional(),
  tier,
  /** Blueprint whose platform this environment lives on, in the environment of the same name. @default its own platform */
  platform: z.string().optional(),
  regions: z.record(
    z.string(),
    z.union([regionRole, z.strictObject({ role: regionRole, overrides: overrides.optional() })]),
  ),
  overrides: overrides.optional(),
});
export type Environment = z.infer<typeof environment>;

/** A cloud account, declared once in the workspace, with what may exist only once in it. */
export const account = z.strictObject({
  /** Twelve digits. */
  id: z.string().regex(/^\d{12}$/, { error: "an account id has twelve digits" }),
  /** @default "aws" */
  partition: z.enum(["aws", "aws-cn", "aws-us-gov"]).optional(),
  /** Address that AWS writes to about security. */
  securityContact: z.email().optional(),
  /** Organisation-wide controls (GuardDuty, Config, CloudTrail) exist already and are not created. @default false */
  managedByOrganization: z.boolean().optional(),
  /** GitHub's identity provider exists in the account already: adopted instead of created. @default false */
  hasGithubProvider: z.boolean().optional(),
});
export type Account = z.infer<typeof account>;
