import type { Finding } from "../../lib/checks/finding.ts";
import { check } from "../../lib/checks/index.ts";
import { graphOf } from "../../lib/estate/graph.ts";
import type { Estate } from "../../lib/estate/index.ts";
import { type Document, repository } from "../support.ts";
import { Broken, synthesized } from "../synthesized.ts";

let whole: Estate;
beforeAll(async () => {
  whole = await synthesized();
});

/** What the checks say of an estate. */
async function findingsOf(estate: Estate): Promise<Finding[]> {
  const { deployments } = await repository();
  return check(graphOf(estate), estate, deployments);
}

/** What the checks say after a change, as `code: address: summary`. */
async function saidOf(
  change: (broken: Broken) => void,
  blueprint = "url-shortener",
  environment = "dev",
): Promise<string[]> {
  const broken = new Broken(whole, blueprint, environment);
  change(broken);
  return (await findingsOf(broken.estate)).map(
    ({ code, place, address, summary }) => `${code}: ${place}: ${address ?? ""}: ${summary}`,
  );
}

const PLACE = "url-shortener-dev-us-east-1";

/** What a file of Terraform's JSON may have at its top. */
const TERRAFORM = ["//", "terraform", "provider", "resource", "data", "variable", "output", "locals", "module"];

/** Changes a statement list of a service's policy. */
function statements(broken: Broken, service: string, change: (all: { Action: string | string[] }[]) => unknown): void {
  const policy = broken.resource("-mesh", "aws_iam_role_policy", new RegExp(`services-${service}-`));
  const document = JSON.parse(policy.policy);
  document.Statement = change(document.Statement);
  policy.policy = JSON.stringify(document);
}

test("the whole workspace has no findings but what the reference's firewall costs, what staging opens and how many regions are promised", async () => {
  expect(whole.stacks.length).toBeGreaterThan(400);
  const found = await findingsOf(whole);
  expect(found.map(({ severity, code, place }) => `${severity} ${code} ${place}`)).toEqual([
    "warning firewall-capacity reference-staging-global-edge",
    "warning origin-around-the-edge reference-staging-us-east-1-ingress",
    "warning fewer-regions reference-prod",
  ]);
});

describe("permissions of services", () => {
  test("a missing statement is named with the service, what it uses and what it may not do", async () => {
    const said = await saidOf((broken) =>
      statements(broken, "redirect", (all) => all.filter(({ Action }) => !String(Action).includes("dynamodb"))),
    );
    expect(said).toEqual([
      `permission-missing: ${PLACE}-mesh: aws_iam_role.services-redirect-Resource: redirect uses links (read) but may not dynamodb:GetItem on arn:aws:dynamodb:us-east-1:210000000001:table/url-shortener-dev-links`,
    ]);
  });

  test("a permission that no use asks for is named, also when a wildcard gives it", async () => {
    const said = await saidOf((broken) =>
      statements(broken, "redirect", (all) =>
        all.map((one) => (String(one.Action).includes("dynamodb") ? { ...one, Action: "dynamodb:*" } : one)),
      ),
    );
    expect(said).toEqual([expect.stringContaining("permission-excess")]);
    expect(said[0]).toContain("redirect may dynamodb:PutItem on");
  });

  test("a service without a role is named", async () => {
    const said = await saidOf((broken) =>
      broken.remove("-mesh", "aws_eks_pod_identity_association", /services-counter/),
    );
    expect(said).toContainEqual(
      expect.stringContaining("counter uses clicks (consume) but may not kinesis:GetRecords"),
    );
    expect(said[0]).toContain("it has no role");
  });

  test("a store that no stack creates is named", async () => {
    const said = await saidOf((broken) => broken.remove("-data-links", "aws_dynamodb_table"));
    expect(said).toContainEqual(expect.stringMatching(/^store-uncreated: .*url-shortener-dev-links of links$/));
  });
});

describe("pod identities", () => {
  test.each([
    [
      "pod-identity-untrusted",
      (broken: Broken) => {
        broken.resource("-mesh", "aws_iam_role", /services-redirect/).assume_role_policy = "{}";
      },
    ],
    ["pod-identity-powerless", (broken: Broken) => broken.remove("-mesh", "aws_iam_role_policy", /services-redirect/)],
    [
      "pod-identity-unused",
      (broken: Broken) => {
        broken.object("ServiceAccount", "redirect").metadata.name = "other";
      },
    ],
    [
      "pod-identity-twice",
      (broken: Broken) => {
        broken.resource("-mesh", "aws_eks_pod_identity_association", /services-counter/).service_account = "redirect";
      },
    ],
    [
      "pod-identity-unused",
      (broken: Broken) => {
        broken.resource("-mesh", "aws_eks_pod_identity_association", /services-redirect/).cluster_name = "elsewhere";
      },
    ],
  ])("%s names the service account", async (code, change) => {
    const said = await saidOf(change);
    expect(said).toContainEqual(expect.stringMatching(new RegExp(`^${code}: .*url-shortener/redirect`)));
  });
});

describe("external secrets", () => {
  test("a parameter that no stack creates is named with who reads it", async () => {
    const said = await saidOf((broken) => broken.remove("-data-hot", "aws_ssm_parameter"));
    expect(said).toContainEqual(
      "secret-uncreated: url-shortener/dev/us-east-1/redirect: ExternalSecret url-shortener/redirect-connections: no stack creates aws_ssm_parameter /dodeca/url-shortener/dev/data/hot/endpoint in 210000000001/us-east-1",
    );
  });

  test("a generator of passwords that is not there is named", async () => {
    const said = await saidOf(
      (broken) => {
        broken.object("Password", "apollo-gateway-cache").metadata.name = "elsewhere";
      },
      "reference",
      "dev",
    );
    expect(said).toContainEqual(
      expect.stringMatching(/^secret-generator-missing: .*there is no Password apollo-gateway-cache beside it$/),
    );
  });

  test("a secret that no stack creates, and a store that is not there, are named", async () => {
    const said = await saidOf((broken) => {
      broken.object("ExternalSecret", "pager").spec.data[0].remoteRef.key = "nobody/knows";
      broken.object("ExternalSecret", "redirect-connections").spec.secretStoreRef.name = "paramters";
    });
    expect(said).toEqual([
      expect.stringContaining("no stack creates aws_secretsmanager_secret nobody/knows"),
      expect.stringContaining("there is no secret store paramters"),
    ]);
  });
});

describe("kinds of what is published", () => {
  test("a secret is no parameter: neither a stack nor a pod that asks for one is served by the other", async () => {
    const said = await saidOf((broken) => {
      const key = "/dodeca/url-shortener/dev/data/hot/endpoint";
      const { resource } = broken.stack("-data-hot");
      resource.aws_secretsmanager_secret = { twin: { name: key, kms_key_id: "key" } };
      broken.remove("-data-hot", "aws_ssm_parameter", /hot-endpoint/);
      broken.stack("-mesh").data.aws_ssm_parameter.reader = { name: key };
    });
    expect(said).toEqual([
      `contract-unpublished: ${PLACE}-mesh: data.aws_ssm_parameter.reader: no stack publishes /dodeca/url-shortener/dev/data/hot/endpoint in 210000000001/us-east-1`,
      expect.stringMatching(
        /^secret-uncreated: .*redirect-connections: no stack creates aws_ssm_parameter .*hot\/endpoint/,
      ),
      expect.stringMatching(
        /^secret-uncreated: .*shortener-connections: no stack creates aws_ssm_parameter .*hot\/endpoint/,
      ),
    ]);
  });
});

describe("hosts of routes", () => {
  test("one that no listener takes is named", async () => {
    const said = await saidOf((broken) => broken.object("HTTPRoute", "redirect").spec.hostnames.push("sho.rtt"));
    expect(said).toEqual([expect.stringMatching(/^host-without-listener: .*takes sho.rtt$/)]);
  });

  test("one that only a listener of another section takes is named", async () => {
    const said = await saidOf((broken) => {
      for (const parent of broken.object("HTTPRoute", "redirect").spec.parentRefs) parent.sectionName = "nowhere";
    });
    expect(said).toContainEqual(expect.stringMatching(/^host-without-listener: .*takes dev.sho.rt$/));
  });

  test("one that its certificate does not cover is named; a wildcard stands for one label only", async () => {
    const said = await saidOf((broken) => {
      const { spec } = broken.object("Certificate", "url-shortener-tls");
      spec.dnsNames = ["dev.sho.rt", "*.dev.sho.rt"];
    });
    expect(said.length).toBe(2);
    expect(said[0]).toMatch(/^host-without-certificate: .*covers origin.use1.dev.sho.rt$/);
  });

  test("one without a zone, and one without a record, are named", async () => {
    const said = await saidOf((broken) => broken.remove("-global-edge", "aws_route53_zone"));
    expect(said).toContainEqual(expect.stringMatching(/^host-without-zone: .* dev.sho.rt$/));
    const without = await saidOf((broken) => broken.remove("-global-edge", "aws_route53_record", /cdn-domain/));
    expect(without).toContainEqual(expect.stringMatching(/^host-without-record: .* dev.sho.rt$/));
  });
});

describe("network policies", () => {
  const cutOff = async (change: (broken: Broken) => void, blueprint?: string): Promise<string[]> =>
    (await saidOf(change, blueprint)).filter((one) => one.startsWith("pod-cut-off"));

  test("one that cuts pods from DNS, the mesh and their identity is named with each", async () => {
    const said = await cutOff((broken) => {
      broken.object("NetworkPolicy", "lifelines").spec.egress = [];
    });
    const redirect = said.filter((one) => one.includes("Deployment url-shortener/redirect"));
    expect(redirect.map((one) => one.slice(one.indexOf("pods from")))).toEqual([
      "pods from DNS, UDP port 53",
      "pods from DNS, TCP port 53",
      "pods from the mesh's control plane, TCP port 15012",
      "pods from its AWS identity, TCP port 80",
    ]);
  });

  test("one that cuts a pod from the APIs of AWS that its role may call is named", async () => {
    const said = await cutOff((broken) => {
      const { spec } = broken.object("NetworkPolicy", "order");
      spec.egress = spec.egress.filter(({ to }: Document) => to[0].ipBlock?.cidr !== "0.0.0.0/0");
    }, "reference");
    expect(
      said.some((one) =>
        /Deployment reference\/order: .*the APIs of AWS that its role may call, TCP port 443/.test(one),
      ),
    ).toBe(true);
  });

  test("a mesh whose sidecars refuse the agent of credentials is named at every pod that needs it", async () => {
    const said = await saidOf((broken) => {
      delete broken.object("Application", "istiod").spec.source.helm.valuesObject.global.proxy.excludeIPRanges;
    });
    const found = said.filter((one) => one.startsWith("identity-behind-sidecar"));
    expect(found).toContainEqual(expect.stringContaining("Deployment url-shortener/redirect"));
  });

  test("one that cuts a pod from its store is named with the store", async () => {
    const said = await cutOff((broken) => {
      const { spec } = broken.object("NetworkPolicy", "redirect");
      spec.egress = spec.egress.filter((rule: { ports: { port: number }[] }) => rule.ports[0]?.port !== 6379);
    });
    expect(said.length).toBe(3);
    expect(said[0]).toContain(
      "Deployment url-shortener/redirect: a network policy cuts its pods from the store of HOT_PORT",
    );
  });

  test("one that keeps callers out of a service is named with both", async () => {
    const said = await cutOff((broken) => {
      broken.object("NetworkPolicy", "user").spec.ingress = [];
    }, "reference");
    expect(said.join("\n")).toMatch(/Deployment reference\/apollo-gateway: .*user\.reference.*does not let them in/);
  });
});

describe("addresses", () => {
  test("subnets that overlap, and one outside its network, are named", async () => {
    const said = await saidOf((broken) => {
      const subnet = (id: RegExp) => broken.resource("-foundation-network", "aws_subnet", id);
      subnet(/data-us-east-1b/).cidr_block = subnet(/data-us-east-1a/).cidr_block;
      subnet(/data-us-east-1c/).cidr_block = "192.168.0.0/24";
    });
    expect(said).toContainEqual(
      `subnet-overlap: ${PLACE}-foundation-network: aws_subnet.network-data-us-east-1b: 10.10.232.0/23 overlaps 10.10.232.0/23 of aws_subnet.network-data-us-east-1a`,
    );
    expect(said).toContainEqual(expect.stringMatching(/^subnet-outside: .*192\.168\.0\.0\/24/));
  });

  test("networks that overlap are named, whoever owns them", async () => {
    const broken = new Broken(whole, "url-shortener", "dev");
    const other = new Broken(whole, "promo-links", "dev");
    other.resource("-foundation-network", "aws_vpc").cidr_block = "10.10.0.0/16";
    const findings = await findingsOf({
      stacks: [...broken.estate.stacks, ...other.estate.stacks],
      applications: [...broken.estate.applications, ...other.estate.applications],
      blueprints: whole.blueprints,
    });
    expect(findings).toContainEqual(
      expect.objectContaining({ code: "network-overlap", place: expect.stringContaining("foundation-network") }),
    );
  });
});

test.each([
  ["an ARN", "arn:aws:iam::210000000001:role/x"],
  ["an account", "x-210000000001-y"],
  ["a subnet", "subnet-0123456789abcdef0"],
  ["a security group", "sg-0123456789abcdef0"],
])("%s in an object is named", async (what, value) => {
  const said = await saidOf((broken) => {
    broken.object("ConfigMap", "redirect-settings").data.LEAK = value;
  });
  expect(said.some((one) => one.startsWith("account-in-yaml") && one.includes(`names ${what}`))).toBe(true);
});

describe("contracts", () => {
  test("a value that nobody publishes, one that is published twice, and one that may be empty are named", async () => {
    const unpublished = await saidOf((broken) => broken.remove("-security", "aws_ssm_parameter", /keys-data/));
    expect(unpublished).toContainEqual(
      expect.stringMatching(/^contract-unpublished: .*-mesh: data\.aws_ssm_parameter\..*keys\/data in 210000000001/),
    );
    const other = await saidOf((broken) => {
      const [one, two] = Object.values<{ name: string; lifecycle?: object }>(
        broken.stack("-security").resource.aws_ssm_parameter,
      );
      if (one === undefined || two === undefined) throw new Error("fewer than two parameters");
      two.name = one.name;
      delete one.lifecycle;
    });
    expect(other).toContainEqual(expect.stringContaining("contract-published-twice"));
    expect(other).toContainEqual(expect.stringContaining("contract-unguarded"));
  });
});

test("every stack is Terraform's JSON and keeps a state; one without is named (foundation.devops.iac)", async () => {
  for (const { document } of whole.stacks) {
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
    expect(Object.keys(document).filter((key) => !TERRAFORM.includes(key))).toEqual([]);
  }
  const said = await saidOf((broken) => Reflect.deleteProperty(broken.stack("-mesh").terraform, "backend"));
  expect(said).toContainEqual(expect.stringContaining(`backend-incomplete: ${PLACE}-mesh`));
});

test.each([
  ["backend-unlocked", { use_lockfile: false }],
  ["backend-unencrypted", { encrypt: false }],
  ["backend-incomplete", { bucket: "" }],
  ["backend-key", { key: "elsewhere" }],
  ["backend-shared", { key: `${PLACE}-data-hot/terraform.tfstate` }],
])("%s is found", async (code, change) => {
  const said = await saidOf((broken) => Object.assign(broken.stack("-mesh").terraform.backend.s3, change));
  expect(said.filter((one) => one.startsWith(`${code}: ${PLACE}-mesh`)).length).toBe(1);
});
