import type { Json, JsonObject } from "../../../lib/model/merge.ts";
import { iamWidened } from "../../../lib/review/risks/iam-widened.ts";
import { ACCOUNT, type Given, type Resources, said, stack } from "../support.ts";

type Statement = JsonObject;
const document = (...statements: Statement[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });
const allow = (actions: Json, resources: Json = "arn:aws:s3:::cart/*", more: Statement = {}): Statement => ({
  Effect: "Allow",
  Action: actions,
  Resource: resources,
  ...more,
});
const deny = (actions: Json, resources: Json = "*", more: Statement = {}): Statement => ({
  ...allow(actions, resources, more),
  Effect: "Deny",
});

const ROLE = {
  name: "cart-role",
  assume_role_policy: document({
    Effect: "Allow",
    Principal: { Service: "pods.eks.amazonaws.com" },
    Action: ["sts:AssumeRole", "sts:TagSession"],
  }),
};
const role = { cart: ROLE };
/** The role of a service with policies of its own, each of some statements. */
const withPolicies = (...policies: Statement[][]): Given =>
  stack({
    aws_iam_role: role,
    aws_iam_role_policy: Object.fromEntries(
      policies.map((statements, index) => [
        `policy-${index}`,
        { name: `policy-${index}`, role: "${aws_iam_role.cart.name}", policy: document(...statements) },
      ]),
    ),
  });
const withStatements = (...statements: Statement[]): Given => withPolicies(statements);

describe("the permissions of a role", () => {
  const CONDITION = { Condition: { StringEquals: { "aws:SourceAccount": ACCOUNT } } };
  const same: [string, Given, Given][] = [
    [
      "statements in another order",
      withStatements(allow("s3:GetObject"), allow("s3:PutObject")),
      withStatements(allow("s3:PutObject"), allow("s3:GetObject")),
    ],
    [
      "a statement that is split",
      withStatements(allow(["s3:GetObject", "s3:PutObject"], ["arn:aws:s3:::a/*", "arn:aws:s3:::b/*"])),
      withStatements(
        allow("s3:GetObject", ["arn:aws:s3:::a/*", "arn:aws:s3:::b/*"]),
        allow(["s3:PutObject"], "arn:aws:s3:::a/*"),
        allow(["s3:PutObject"], "arn:aws:s3:::b/*"),
      ),
    ],
    [
      "statements that are merged into a product that was allowed",
      withStatements(allow("s3:GetObject"), allow("s3:PutObject")),
      withStatements(allow(["s3:PutObject", "s3:GetObject"])),
    ],
    [
      "statements that go from one policy to another of the same role",
      withPolicies([allow("s3:GetObject"), allow("s3:PutObject")], [allow("s3:ListBucket")]),
      withPolicies([allow("s3:GetObject")], [allow("s3:ListBucket"), allow("s3:PutObject")]),
    ],
    ["an action of a pattern", withStatements(allow("s3:Get*")), withStatements(allow("s3:GetObject"))],
    ["a pattern within a pattern", withStatements(allow("s3:*")), withStatements(allow("s3:Get*"))],
    ["an action in other letters", withStatements(allow("s3:GetObject")), withStatements(allow("S3:getobject"))],
    [
      "a resource of a pattern",
      withStatements(allow("s3:GetObject", "arn:aws:s3:::*/*")),
      withStatements(allow("s3:GetObject", "arn:aws:s3:::cart/*")),
    ],
    ["fewer actions", withStatements(allow(["s3:GetObject", "s3:PutObject"])), withStatements(allow("s3:GetObject"))],
    [
      "a condition that is added",
      withStatements(allow("s3:GetObject")),
      withStatements(allow("s3:GetObject", "arn:aws:s3:::cart/*", CONDITION)),
    ],
    [
      "a condition on fewer values",
      withStatements(
        allow("s3:GetObject", "*", {
          Condition: { StringEquals: { "aws:RequestedRegion": ["eu-west-1", "us-east-1"] } },
        }),
      ),
      withStatements(
        allow("s3:GetObject", "*", { Condition: { StringEquals: { "aws:RequestedRegion": "us-east-1" } } }),
      ),
    ],
    [
      "an exact value where a pattern was",
      withStatements(
        allow("s3:GetObject", "*", { Condition: { StringLike: { "kms:ViaService": "s3.*.amazonaws.com" } } }),
      ),
      withStatements(
        allow("s3:GetObject", "*", { Condition: { StringEquals: { "kms:ViaService": "s3.us-east-1.amazonaws.com" } } }),
      ),
    ],
    [
      "a narrower address range",
      withStatements(allow("s3:GetObject", "*", { Condition: { IpAddress: { "aws:SourceIp": "10.0.0.0/8" } } })),
      withStatements(allow("s3:GetObject", "*", { Condition: { IpAddress: { "aws:SourceIp": "10.1.0.0/16" } } })),
    ],
    [
      "a negated condition on more values",
      withStatements(
        allow("s3:GetObject", "*", { Condition: { StringNotEquals: { "aws:PrincipalTag/team": ["a"] } } }),
      ),
      withStatements(
        allow("s3:GetObject", "*", { Condition: { StringNotEquals: { "aws:PrincipalTag/team": ["a", "b"] } } }),
      ),
    ],
    ["a denial that is added", withStatements(allow("s3:*")), withStatements(allow("s3:*"), deny("s3:Delete*"))],
    [
      "a permission that is denied anyway",
      withStatements(allow("s3:GetObject"), deny("iam:*")),
      withStatements(allow(["s3:GetObject", "iam:CreateUser"], "*"), deny(["iam:*", "s3:*"])),
    ],
    [
      "a denial that is wider",
      withStatements(allow("*", "*"), deny(["iam:Create*", "iam:Put*"])),
      withStatements(allow("*", "*"), deny("iam:*")),
    ],
    [
      "a denial that goes where nothing is allowed that it denied",
      withStatements(allow("s3:GetObject"), deny("dynamodb:*")),
      withStatements(allow("s3:GetObject")),
    ],
    [
      "everything but more",
      withStatements({ Effect: "Allow", NotAction: ["iam:*"], Resource: "*" }),
      withStatements({ Effect: "Allow", NotAction: ["iam:*", "organizations:*"], Resource: "*" }),
    ],
    [
      "an action that is not of what everything was but",
      withStatements({ Effect: "Allow", NotAction: ["iam:*"], Resource: "*" }),
      withStatements(allow("s3:GetObject")),
    ],
    [
      "a role that is new with what a service needs",
      stack({ aws_iam_role: {} }),
      withStatements(allow(["s3:GetObject", "s3:PutObject"]), allow("ec2:DescribeInstances", "*")),
    ],
    ["a role that is gone", withStatements(allow("s3:*"), deny("iam:*")), stack({ aws_iam_role: {} })],
  ];
  test.each(same)("are no wider by %s", (_, before, after) => {
    expect(said(iamWidened, before, after)).toEqual([]);
  });

  const wider: [string, Given, Given, string[]][] = [
    [
      "an action",
      withStatements(allow("s3:GetObject")),
      withStatements(allow(["s3:GetObject", "s3:PutObject"])),
      [
        "medium: aws_iam_role cart-role may now s3:PutObject on arn:aws:s3:::cart/*; before: s3:GetObject on arn:aws:s3:::cart/*",
      ],
    ],
    [
      "a pattern of actions",
      withStatements(allow("s3:GetObject")),
      withStatements(allow("s3:Get*")),
      [
        "medium: aws_iam_role cart-role may now s3:Get* on arn:aws:s3:::cart/*; before: s3:GetObject on arn:aws:s3:::cart/*",
      ],
    ],
    [
      "a whole service",
      withStatements(allow("sqs:SendMessage", "arn:aws:sqs:::q")),
      withStatements(allow("sqs:*", "arn:aws:sqs:::q")),
      ["high: aws_iam_role cart-role may now sqs:* on arn:aws:sqs:::q; before: sqs:SendMessage on arn:aws:sqs:::q"],
    ],
    [
      "a resource",
      withStatements(allow("s3:GetObject", "arn:aws:s3:::a/*")),
      withStatements(allow("s3:GetObject", ["arn:aws:s3:::a/*", "arn:aws:s3:::b/*"])),
      [
        "medium: aws_iam_role cart-role may now s3:GetObject on arn:aws:s3:::b/*; before: s3:GetObject on arn:aws:s3:::a/*",
      ],
    ],
    [
      "all resources of a service with data",
      withStatements(allow("s3:GetObject", "arn:aws:s3:::a/*")),
      withStatements(allow("s3:GetObject", "*")),
      ["high: aws_iam_role cart-role may now s3:GetObject on *; before: s3:GetObject on arn:aws:s3:::a/*"],
    ],
    [
      "the product of merged statements, and no more than that",
      withStatements(allow("s3:GetObject", "arn:aws:s3:::a/*"), allow("s3:PutObject", "arn:aws:s3:::b/*")),
      withStatements(allow(["s3:GetObject", "s3:PutObject"], ["arn:aws:s3:::a/*", "arn:aws:s3:::b/*"])),
      [
        expect.stringContaining("may now s3:GetObject on arn:aws:s3:::b/*;"),
        expect.stringContaining("may now s3:PutObject on arn:aws:s3:::a/*;"),
      ],
    ],
    [
      "passing roles",
      withStatements(allow("s3:GetObject")),
      withStatements(allow("s3:GetObject"), allow("iam:PassRole", "arn:aws:iam::111111111111:role/other")),
      [
        "high: aws_iam_role cart-role may now iam:PassRole on arn:aws:iam::111111111111:role/other; before: nothing of the kind",
      ],
    ],
    [
      "a condition that is gone",
      withStatements(allow("s3:GetObject", "arn:aws:s3:::cart/*", CONDITION)),
      withStatements(allow("s3:GetObject")),
      [
        "medium: aws_iam_role cart-role may now s3:GetObject on arn:aws:s3:::cart/*; before only if StringEquals aws:sourceaccount 111111111111",
      ],
    ],
    [
      "another value of a condition",
      withStatements(allow("s3:GetObject", "arn:aws:s3:::cart/*", CONDITION)),
      withStatements(
        allow("s3:GetObject", "arn:aws:s3:::cart/*", {
          Condition: { StringEquals: { "aws:SourceAccount": [ACCOUNT, "2"] } },
        }),
      ),
      [
        "medium: aws_iam_role cart-role may now s3:GetObject on arn:aws:s3:::cart/* if StringEquals aws:sourceaccount 111111111111 or 2; before only if StringEquals aws:sourceaccount 111111111111",
      ],
    ],
    [
      "a condition that need hold only if there is such a key",
      withStatements(allow("s3:GetObject", "arn:aws:s3:::cart/*", CONDITION)),
      withStatements(
        allow("s3:GetObject", "arn:aws:s3:::cart/*", {
          Condition: { StringEqualsIfExists: { "aws:SourceAccount": ACCOUNT } },
        }),
      ),
      [expect.stringContaining("before only if StringEquals aws:sourceaccount")],
    ],
    [
      "a denial that is gone",
      withStatements(allow("s3:*"), deny("s3:Delete*")),
      withStatements(allow("s3:*")),
      ["high: aws_iam_role cart-role no longer denies s3:Delete* on *"],
    ],
    [
      "a denial that needs a condition now",
      withStatements(allow("s3:*"), deny("s3:Delete*")),
      withStatements(allow("s3:*"), deny("s3:Delete*", "*", CONDITION)),
      ["high: aws_iam_role cart-role no longer denies s3:Delete* on *"],
    ],
    [
      "fewer of what is denied",
      withStatements(allow("*", "*"), deny(["iam:*", "organizations:*"])),
      withStatements(allow("*", "*"), deny(["iam:*"])),
      ["high: aws_iam_role cart-role no longer denies iam:*, organizations:* on *"],
    ],
    [
      "everything but less",
      withStatements({ Effect: "Allow", NotAction: ["iam:*", "kms:*"], Resource: "*" }),
      withStatements({ Effect: "Allow", NotAction: ["iam:*"], Resource: "*" }),
      [expect.stringMatching(/^high: aws_iam_role cart-role may now everything but iam:\* on \*; before: /)],
    ],
    [
      "a list of actions that becomes everything but",
      withStatements(allow("s3:*", "*")),
      withStatements({ Effect: "Allow", NotAction: ["iam:*"], Resource: "*" }),
      [expect.stringContaining("may now everything but iam:* on *")],
    ],
    [
      "another policy",
      withPolicies([allow("s3:GetObject")]),
      withPolicies([allow("s3:GetObject")], [allow("dynamodb:PutItem", "arn:aws:dynamodb:::table/carts")]),
      [
        "medium: aws_iam_role cart-role may now dynamodb:PutItem on arn:aws:dynamodb:::table/carts; before: nothing of the kind",
      ],
    ],
    [
      "a role that is new and may do anything",
      stack({ aws_iam_role: {} }),
      withStatements(allow("*", "*")),
      ["high: aws_iam_role cart-role, which is new, may now * on *"],
    ],
    [
      "a role that is new and reads every secret",
      stack({ aws_iam_role: {} }),
      withStatements(allow("secretsmanager:GetSecretValue", "*")),
      ["high: aws_iam_role cart-role, which is new, may now secretsmanager:GetSecretValue on *"],
    ],
    [
      "an expression that nobody can read yet",
      withStatements(allow("s3:GetObject")),
      stack({
        aws_iam_role: role,
        aws_iam_role_policy: {
          "policy-0": { name: "policy-0", role: "${aws_iam_role.cart.name}", policy: "${jsonencode(local.policy)}" },
        },
      }),
      [expect.stringMatching(/^medium: .* cannot be told before it is applied$/)],
    ],
  ];
  test.each(wider)("are wider by %s", (_, before, after, expected) => {
    expect(said(iamWidened, before, after)).toEqual(expected);
  });

  test("are told at the policy that gives them", () => {
    const before = withPolicies([allow("s3:GetObject")], [allow("s3:ListBucket")]);
    const after = withPolicies([allow("s3:GetObject")], [allow(["s3:ListBucket", "s3:PutObject"])]);
    expect(said(iamWidened, before, after)).toHaveLength(1);
  });

  test("are no news where the same new role is elsewhere already", () => {
    const everything = withStatements(allow("*", "*")).stacks?.["shop-prod-us-east-1-data"] ?? {};
    const here: Given = { stacks: { "shop-prod-us-east-1-data": everything } };
    const both: Given = { stacks: { ...here.stacks, "shop-prod-eu-west-1-data": everything } };
    expect(said(iamWidened, here, both)).toEqual([]);
  });

  test("are no wider where a role is renamed with all it has", () => {
    const policy = (id: string) => ({
      aws_iam_role: { [id]: ROLE },
      aws_iam_role_policy: {
        [id]: { name: "own", role: `\${aws_iam_role.${id}.name}`, policy: document(allow("s3:GetObject")) },
      },
    });
    expect(said(iamWidened, stack(policy("old")), stack(policy("new")))).toEqual([]);
  });
});

describe("managed policies", () => {
  const attached = (...arns: string[]): Given =>
    stack({
      aws_iam_role: role,
      aws_iam_role_policy_attachment: Object.fromEntries(
        arns.map((arn, index) => [`attachment-${index}`, { role: "${aws_iam_role.cart.name}", policy_arn: arn }]),
      ),
    });
  const READ = "arn:aws:iam::aws:policy/ReadOnlyAccess";
  const ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess";
  const own = (...statements: Statement[]): Given =>
    stack({ aws_iam_policy: { own: { name: "own-policy", policy: document(...statements) } } });

  const cases: [string, Given, Given, string[]][] = [
    ["an attachment under another id is none", attached(READ, ADMIN), attached(ADMIN, READ), []],
    ["one that is gone is none", attached(READ, ADMIN), attached(READ), []],
    [
      "a new one is told with what there was",
      attached(READ),
      attached(READ, "arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy"),
      [
        `medium: aws_iam_role cart-role now has arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy; before it had ${READ}`,
      ],
    ],
    ["an administrator is high", attached(READ), attached(ADMIN), [expect.stringMatching(/^high: .* now has .*Admin/)]],
    [
      "a new role that is administrator is high",
      stack({ aws_iam_role: {} }),
      attached(ADMIN),
      [`high: aws_iam_role cart-role, which is new, has ${ADMIN}`],
    ],
    ["a new role that reads is none", stack({ aws_iam_role: {} }), attached(READ), []],
    [
      "one of our own is compared with itself",
      own(allow("s3:GetObject")),
      own(allow(["s3:GetObject", "s3:DeleteObject"])),
      [expect.stringContaining("Whoever has aws_iam_policy own-policy may now s3:DeleteObject")],
    ],
    [
      "a boundary that denies less is wider whatever it allows",
      own(allow("s3:GetObject"), deny("iam:*")),
      own(allow("s3:GetObject")),
      ["high: Whoever has aws_iam_policy own-policy no longer denies iam:* on *"],
    ],
  ];
  test.each(cases)("%s", (_, before, after, expected) => {
    expect(said(iamWidened, before, after)).toEqual(expected);
  });

  test("a boundary that is gone or another", () => {
    const bounded = (...boundary: string[]): Given =>
      stack({
        aws_iam_role: {
          cart: { ...ROLE, ...Object.fromEntries(boundary.map((one) => ["permissions_boundary", one])) },
        },
      });
    expect(said(iamWidened, bounded("arn:a"), bounded())).toEqual([
      "high: aws_iam_role cart-role is no longer bounded: before it was by arn:a",
    ]);
    expect(said(iamWidened, bounded("arn:a"), bounded("arn:b"))).toEqual([
      "medium: aws_iam_role cart-role is bounded by arn:b and no longer by arn:a",
    ]);
    expect(said(iamWidened, bounded(), bounded("arn:b"))).toEqual([]);
  });
});

describe("what others may do with something", () => {
  const bucket = { cart: { bucket: "cart" } };
  const bucketPolicy = (...statements: Statement[]): Resources => ({
    aws_s3_bucket: bucket,
    aws_s3_bucket_policy: { cart: { bucket: "${aws_s3_bucket.cart.id}", policy: document(...statements) } },
  });
  const to = (principal: Json, more: Statement = {}): Statement =>
    allow("s3:GetObject", "arn:aws:s3:::cart/*", { Principal: principal, ...more });
  const tls = deny("s3:*", "arn:aws:s3:::cart/*", {
    Principal: "*",
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  });
  const trusting = (...statements: Statement[]): Resources => ({
    aws_iam_role: { cart: { name: "cart-role", assume_role_policy: document(...statements) } },
  });
  const github = (sub: string): Statement => ({
    Effect: "Allow",
    Action: "sts:AssumeRoleWithWebIdentity",
    Principal: { Federated: "${aws_iam_openid_connect_provider.github.arn}" },
    Condition: { StringLike: { "token.actions.githubusercontent.com:sub": sub } },
  });
  const own = { AWS: `arn:aws:iam::${ACCOUNT}:role/a` };

  const cases: [string, Resources, Resources, string[]][] = [
    [
      "a principal is added",
      bucketPolicy(to(own)),
      bucketPolicy(to({ AWS: [own.AWS, `arn:aws:iam::${ACCOUNT}:role/b`] })),
      [
        `medium: aws_s3_bucket_policy.cart now allows arn:aws:iam::${ACCOUNT}:role/b to s3:GetObject on arn:aws:s3:::cart/*; before: s3:GetObject on arn:aws:s3:::cart/*, to arn:aws:iam::${ACCOUNT}:role/a`,
      ],
    ],
    [
      "another account is high",
      bucketPolicy(to(own)),
      bucketPolicy(to(own), to({ AWS: "222222222222" })),
      [expect.stringMatching(/^high: .* now allows arn:aws:iam::222222222222:root to s3:GetObject/)],
    ],
    [
      "anybody is high",
      bucketPolicy(to(own)),
      bucketPolicy(to("*")),
      [expect.stringMatching(/^high: .* now allows anybody to s3:GetObject/)],
    ],
    [
      "anybody of an organization is not",
      bucketPolicy(to(own)),
      bucketPolicy(to(own), to("*", { Condition: { StringEquals: { "aws:PrincipalOrgID": "o-1" } } })),
      [expect.stringMatching(/^medium: .* now allows \* to s3:GetObject/)],
    ],
    ["fewer principals are none", bucketPolicy(to({ AWS: [own.AWS, "2"] })), bucketPolicy(to(own)), []],
    [
      "an account by number is its root",
      bucketPolicy(to({ AWS: ACCOUNT })),
      bucketPolicy(to({ AWS: `arn:aws:iam::${ACCOUNT}:root` })),
      [],
    ],
    [
      "a denial that is gone",
      bucketPolicy(to(own), tls),
      bucketPolicy(to(own)),
      [
        "high: aws_s3_bucket_policy.cart no longer denies s3:* on arn:aws:s3:::cart/* if Bool aws:securetransport false",
      ],
    ],
    [
      "a policy that is gone from a bucket that stays",
      bucketPolicy(tls),
      { aws_s3_bucket: bucket },
      [expect.stringContaining("no longer denies s3:*")],
    ],
    [
      "a policy that is gone with its bucket is none",
      { ...bucketPolicy(tls), aws_kms_key: {} },
      { aws_kms_key: {} },
      [],
    ],
    ["a new policy for the own account is none", { aws_s3_bucket: bucket }, bucketPolicy(to(own), tls), []],
    [
      "a new policy for anybody is high",
      { aws_s3_bucket: bucket },
      bucketPolicy(to("*")),
      ["high: aws_s3_bucket_policy.cart, which is new, now allows anybody to s3:GetObject on arn:aws:s3:::cart/*"],
    ],
    [
      "a role that more workflows may take is high",
      trusting(github("repo:shop/cart:environment:prod")),
      trusting(github("repo:shop/*")),
      [
        "high: aws_iam_role cart-role now allows ${aws_iam_openid_connect_provider.github.arn} to sts:AssumeRoleWithWebIdentity if StringLike token.actions.githubusercontent.com:sub repo:shop/*; before only if StringLike token.actions.githubusercontent.com:sub repo:shop/cart:environment:prod",
      ],
    ],
    [
      "a role that one workflow fewer may take is none",
      trusting(github("repo:shop/*")),
      trusting(github("repo:shop/cart:environment:prod")),
      [],
    ],
    [
      "an endpoint without its policy lets everything through",
      { aws_vpc_endpoint: { s3: { service_name: "s3", policy: document(to(own)) } } },
      { aws_vpc_endpoint: { s3: { service_name: "s3" } } },
      [expect.stringMatching(/^high: aws_vpc_endpoint.s3 now allows anybody to \*/)],
    ],
    [
      "an administrator of a cluster",
      { aws_eks_cluster: { cluster: { name: "shop" } } },
      {
        aws_eks_cluster: { cluster: { name: "shop" } },
        aws_eks_access_policy_association: {
          people: {
            cluster_name: "shop",
            principal_arn: "arn:people",
            policy_arn: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
          },
        },
      },
      [
        "high: arn:people now has arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy in the cluster; before it had nothing",
      ],
    ],
  ];
  test.each(cases)("%s", (_, before, after, expected) => {
    expect(said(iamWidened, stack(before), stack(after))).toEqual(expected);
  });

  test("is read from a data source in blocks too", () => {
    const blocks = (...actions: string[]): Given => ({
      ...stack({ aws_sqs_queue_policy: { q: { queue_url: "q", policy: "${data.aws_iam_policy_document.q.json}" } } }),
      data: {
        "shop-prod-us-east-1-data": {
          aws_iam_policy_document: {
            q: { statement: [{ actions, resources: ["*"], principals: [{ type: "Service", identifiers: ["s3"] }] }] },
          },
        },
      },
    });
    expect(said(iamWidened, blocks("sqs:SendMessage"), blocks("sqs:SendMessage", "sqs:ReceiveMessage"))).toEqual([
      expect.stringContaining("now allows s3 to sqs:ReceiveMessage"),
    ]);
  });
});
