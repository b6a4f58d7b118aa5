import { CognitoRiskConfiguration } from "@cdktn/provider-aws/lib/cognito-risk-configuration/index.js";
import { CognitoUserPool } from "@cdktn/provider-aws/lib/cognito-user-pool/index.js";
import { CognitoUserPoolDomain } from "@cdktn/provider-aws/lib/cognito-user-pool-domain/index.js";
import { IamRole } from "@cdktn/provider-aws/lib/iam-role/index.js";
import { IamRolePolicy } from "@cdktn/provider-aws/lib/iam-role-policy/index.js";
import { Construct } from "constructs";
import { domainOf, nameOf, type Place } from "../../model/place.ts";
import type { CognitoIdentity } from "../../model/settings/client/identity.ts";
import { encodes } from "../common/encodes.ts";
import { policy, trusts } from "../common/policy.ts";
import type { Stack } from "../common/stack.ts";
import { waives } from "../common/waivers.ts";
import { signInDomain } from "./contract.ts";

/** Passwords of those who have no passkey. */
const PASSWORDS = {
  minimumLength: 12,
  requireLowercase: true,
  requireUppercase: true,
  requireNumbers: true,
  requireSymbols: true,
  temporaryPasswordValidityDays: 3,
};

interface Mail {
  readonly fromEmailAddress: string;
  readonly sourceArn: string;
}

/** The product's users: who they are, with what they prove it, and what makes a sign-in suspicious. */
export class UserPool extends Construct {
  readonly pool: CognitoUserPool;

  constructor(
    stack: Stack,
    id: string,
    { place, identity }: { readonly place: Place; readonly identity: CognitoIdentity },
  ) {
    super(stack, id);
    const { features = "essentials", mfa = "optional", factors = ["totp"], passkeys } = identity;
    const name = nameOf(place, "aws_cognito_user_pool");
    const mail = this.mail(stack, identity);
    const sms = factors.includes("sms") ? this.textMessages(stack, place, name) : undefined;
    this.pool = new CognitoUserPool(this, "Resource", {
      name,
      userPoolTier: features.toUpperCase(),
      deletionProtection: "ACTIVE",
      usernameAttributes: ["email"],
      usernameConfiguration: { caseSensitive: false },
      autoVerifiedAttributes: ["email"],
      userAttributeUpdateSettings: { attributesRequireVerificationBeforeUpdate: ["email"] },
      accountRecoverySetting: { recoveryMechanism: [{ name: "verified_email", priority: 1 }] },
      ...(mail === undefined ? {} : { emailConfiguration: { emailSendingAccount: "DEVELOPER", ...mail } }),
      passwordPolicy: PASSWORDS,
      mfaConfiguration: mfa === "required" ? "ON" : "OPTIONAL",
      softwareTokenMfaConfiguration: { enabled: factors.includes("totp") },
      ...(sms === undefined
        ? {}
        : { smsConfiguration: { externalId: name, snsCallerArn: sms.arn, snsRegion: place.region.code } }),
      signInPolicy: { allowedFirstAuthFactors: passkeys === undefined ? ["PASSWORD"] : ["PASSWORD", "WEB_AUTHN"] },
      ...(passkeys === undefined
        ? {}
        : {
            webAuthnConfiguration: {
              relyingPartyId: passkeys.relyingParty ?? domainOf(place) ?? "",
              userVerification: "required",
            },
          }),
      userPoolAddOns: { advancedSecurityMode: features === "plus" ? "ENFORCED" : "OFF" },
      lifecycle: { preventDestroy: place.deployment.tier === "prod" },
    });
    const domain = new CognitoUserPoolDomain(this, "domain", {
      domain: signInDomain(place),
      userPoolId: this.pool.id,
      managedLoginVersion: 2,
    });
    encodes("ingress.auth.provider", this.pool, domain);
    encodes("client.auth.mfa", this.pool);
    if (passkeys !== undefined) {
      encodes("client.auth.passkeys", this.pool);
      encodes("ingress.auth.passkeys", this.pool);
    }
    if (features === "plus") encodes("ingress.auth.mfa", this.pool, this.risk(mail));
  }

  /** As whom Cognito writes mail, and with which identity of SES. */
  private mail(stack: Stack, { mailFrom }: CognitoIdentity): Mail | undefined {
    if (mailFrom === undefined) return undefined;
    const domain = mailFrom.slice(mailFrom.indexOf("@") + 1);
    return { fromEmailAddress: mailFrom, sourceArn: stack.arnOf("ses", `identity/${domain}`) };
  }

  /** What is done about a sign-in that looks like somebody else's, and about passwords that were stolen elsewhere. */
  private risk(mail: Mail | undefined): CognitoRiskConfiguration {
    return new CognitoRiskConfiguration(this, "risk", {
      userPoolId: this.pool.id,
      ...(mail === undefined
        ? {}
        : {
            accountTakeoverRiskConfiguration: {
              notifyConfiguration: { from: mail.fromEmailAddress, sourceArn: mail.sourceArn },
              actions: {
                lowAction: { eventAction: "NO_ACTION", notify: false },
                mediumAction: { eventAction: "MFA_IF_CONFIGURED", notify: false },
                highAction: { eventAction: "MFA_REQUIRED", notify: true },
              },
            },
          }),
      compromisedCredentialsRiskConfiguration: {
        eventFilter: ["SIGN_IN", "SIGN_UP", "PASSWORD_CHANGE"],
        actions: { eventAction: "BLOCK" },
      },
    });
  }

  /** As whom Cognito sends codes to phones. */
  private textMessages(stack: Stack, place: Place, externalId: string): IamRole {
    const role = new IamRole(this, "text-messages", {
      name: nameOf(place, "aws_iam_role", "sign-in-codes"),
      description: "Cognito sends codes to phones",
      assumeRolePolicy: trusts("cognito-idp.amazonaws.com", {
        StringEquals: { "sts:ExternalId": externalId, "aws:SourceAccount": stack.account.id },
      }),
    });
    const send = new IamRolePolicy(this, "text-messages-policy", {
      name: "send",
      role: role.name,
      // A phone has no ARN: topics are denied, so that numbers are all that is left.
      policy: policy([
        { sid: "Phones", actions: ["sns:Publish"], resources: ["*"] },
        {
          sid: "NoTopics",
          effect: "Deny",
          actions: ["sns:Publish"],
          resources: [`${stack.arn}:sns:*:*:*`],
        },
      ]),
    });
    waives(send, { check: "CKV_AWS_290", reason: "a phone number has no ARN; everything that has one is denied" });
    return role;
  }
}
