import { delivery } from "../../lib/layers/delivery/index.ts";
import {
  accountStackOf,
  type Document,
  objectNamed,
  objectsOf,
  ofKind,
  place,
  resource,
  resources,
  stackOf,
} from "../support.ts";

const addons = async (): Promise<Document[]> =>
  objectsOf(delivery, await place("reference", "prod", "us-east-1"), "add-ons");

describe("state", () => {
  test("the bucket is versioned, encrypted, closed, and refuses to be destroyed", async () => {
    const stack = await accountStackOf(delivery, "reference-prod", "us-east-1", "bootstrap");
    expect(resource(stack, "aws_s3_bucket")).toMatchObject({
      bucket: "dodeca-state-210000000004-us-east-1",
      lifecycle: { prevent_destroy: true },
    });
    expect(resource(stack, "aws_s3_bucket_versioning").versioning_configuration.status).toBe("Enabled");
    expect(resource(stack, "aws_s3_bucket_public_access_block").restrict_public_buckets).toBe(true);
    expect(stack.terraform.backend.s3).toMatchObject({
      bucket: "dodeca-state-210000000004-us-east-1",
      use_lockfile: true,
    });
  });

  test("every region of an account keeps its own", async () => {
    const stack = await accountStackOf(delivery, "reference-prod", "eu-west-1", "bootstrap");
    expect(stack.terraform.backend.s3).toMatchObject({
      bucket: "dodeca-state-210000000004-eu-west-1",
      region: "eu-west-1",
    });
  });
});

describe("pipeline", () => {
  test("logs in over OIDC from our repositories only, without keys (delivery.ci.actions)", async () => {
    const stack = await accountStackOf(delivery, "reference-prod", "global");
    expect(resource(stack, "aws_iam_openid_connect_provider").url).toBe("https://token.actions.githubusercontent.com");
    const roles = new Map(resources(stack, "aws_iam_role").map((role) => [role.name, role]));
    const subjects = (name: string): string[] =>
      JSON.parse(roles.get(name).assume_role_policy).Statement[0].Condition.StringLike[
        "token.actions.githubusercontent.com:sub"
      ];
    expect(subjects("dodeca-plan")).toEqual(["repo:example/links:pull_request", "repo:example/reference:pull_request"]);
    for (const subject of subjects("dodeca-apply")) expect(subject).toMatch(/:environment:reference-prod$/);
    expect(resources(stack, "aws_iam_access_key")).toEqual([]);
  });
});

describe("images", () => {
  test("every service has a repository whose tags cannot be moved and whose pushes are scanned", async () => {
    const here = await place("reference", "prod", "us-east-1");
    const repositories = resources(await stackOf(delivery, here, "images"), "aws_ecr_repository");
    for (const repository of repositories)
      expect(repository).toMatchObject({
        image_tag_mutability: "IMMUTABLE",
        image_scanning_configuration: { scan_on_push: true },
      });
    expect(repositories.map(({ name }) => name)).toContain("reference/prod/reference/user");
  });

  test("what is pushed to the primary region is copied to every other (delivery.registry.ecr)", async () => {
    const here = await place("reference", "prod", "us-east-1");
    const stack = await accountStackOf(delivery, "reference-prod", "us-east-1", "registry");
    const rules: Document[] = resource(stack, "aws_ecr_replication_configuration").replication_configuration.rule;
    const own = rules.find((rule) => rule.repository_filter[0].filter === "reference/prod/");
    expect(own.destination.map(({ region }: Document) => region).sort()).toEqual(
      here.deployment.regions
        .map(({ region }) => region.code)
        .filter((code) => code !== "us-east-1")
        .sort(),
    );
  });
});

describe("cluster bootstrap", () => {
  test("runs inside the network, with the role that the cluster lets in", async () => {
    const stack = await stackOf(delivery, await place("reference", "prod", "us-east-1"), "cluster");
    const build = resource(stack, "aws_codebuild_project");
    expect(build.vpc_config.subnets).toContain("privateSubnetIds");
    expect(resource(stack, "aws_eks_access_entry").principal_arn).toContain("aws_iam_role.bootstrap-role");
    const spec = JSON.parse(build.source.buildspec);
    expect(spec.phases.build.commands.join("\n")).toContain("dist/delivery/argocd/reference/prod/us-east-1");
  });

  test("Argo CD judges the health of its own applications, so that waves wait", async () => {
    const stack = await stackOf(delivery, await place("reference", "prod", "us-east-1"), "cluster");
    expect(resource(stack, "aws_codebuild_project").source.buildspec).toContain("health.argoproj.io_Application");
  });
});

describe("deployment", () => {
  test("GitHub's own identities build, and one Argo CD a cluster deploys (foundation.devops.cicd)", async () => {
    const stack = await stackOf(delivery, await place("reference", "prod", "us-east-1"), "cluster");
    const { buildspec } = resource(stack, "aws_codebuild_project").source;
    expect(buildspec.match(/helm upgrade --install argo-cd /g)).toHaveLength(1);
    expect(ofKind(await addons(), "Application").map(({ spec }) => spec.source.chart)).not.toContain("argo-cd");
    const account = await accountStackOf(delivery, "reference-prod", "global");
    for (const role of resources(account, "aws_iam_role")) {
      const [trust] = JSON.parse(role.assume_role_policy).Statement;
      expect(trust.Principal.Federated).toContain("aws_iam_openid_connect_provider.");
      expect(trust.Condition.StringLike["token.actions.githubusercontent.com:sub"]).not.toHaveLength(0);
    }
  });
});

describe("add-ons", () => {
  test("are pinned to the version matrix", async () => {
    const { versions } = await place("reference", "prod", "us-east-1");
    for (const { metadata, spec } of ofKind(await addons(), "Application")) {
      if (spec.source.chart === undefined) continue;
      const found = Object.values(versions.charts).find(
        ({ chart, repository }) => chart === spec.source.chart && repository.endsWith(spec.source.repoURL),
      );
      expect([metadata.name, spec.source.targetRevision]).toEqual([metadata.name, found?.version]);
    }
  });

  test("divergence is corrected by itself (delivery.gitops.drift)", async () => {
    // Definitions are never pruned: with them would go every object of their kind.
    for (const { metadata, spec } of ofKind(await addons(), "Application"))
      expect(spec.syncPolicy.automated).toEqual({ prune: metadata.name !== "gateway-api", selfHeal: true });
  });

  test("nulls reach Helm as text, since Argo CD drops them from an object", async () => {
    const { helm } = objectNamed(await addons(), "Application", "opentelemetry-collector").spec.source;
    const { pipelines } = JSON.parse(helm.values).config.service;
    expect(pipelines).toMatchObject({ metrics: null, logs: { receivers: ["otlp", "filelog"] } });
    expect(helm.valuesObject).toBeUndefined();
  });

  test("definitions come before what uses them", async () => {
    const wave = async (name: string): Promise<number> =>
      Number(objectNamed(await addons(), "Application", name).metadata.annotations["argocd.argoproj.io/sync-wave"]);
    expect(await wave("gateway-api")).toBeLessThan(await wave("istiod"));
    expect(await wave("istio-base")).toBeLessThan(await wave("istiod"));
  });
});
