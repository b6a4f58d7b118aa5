import { SYNC_POLICY } from "../layers/delivery/contract.ts";
import { type Plan, type PlannedApplication, pathOf } from "../topology/plan.ts";
import { emitYaml } from "./yaml.ts";

/** A place that has applications: what one Argo CD root covers. */
interface Root {
  readonly blueprint: string;
  readonly environment: string;
  readonly region: string;
  /** Blueprint whose cluster it runs on. */
  readonly platform: string;
  readonly applications: readonly PlannedApplication[];
}

/**
 * Argo CD's own objects, one folder for each cluster and product: a project, an application for each folder of objects in
 * its wave, and for each product that lives on a platform the platform's pointer to that product's folder.
 */
export function argoRoots(plan: Plan, repositories: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  const roots = rootsOf(plan);
  for (const root of roots) {
    const folder = folderOf(root);
    const repository =
      repositories.get(root.blueprint) ?? repositories.get(root.platform) ?? "https://github.com/OWNER/REPOSITORY";
    const owned = root.platform === root.blueprint;
    files.set(
      `${folder}/project-${root.blueprint}.yaml`,
      emitYaml(project(root, repository), { comment: "delivery/project" }),
    );
    if (owned)
      files.set(`${folder}/project-platform.yaml`, emitYaml(platformProject(), { comment: "delivery/project" }));
    for (const application of root.applications) {
      const document = applicationObject(
        `${root.blueprint}-${application.name}`,
        application.plan.wave,
        application.plan.clusterWide ? "platform" : root.blueprint,
        repository,
        `dist/kubernetes/${pathOf(application)}`,
        application.plan.clusterWide ? "argocd" : root.blueprint,
      );
      files.set(`${folder}/${application.name}.yaml`, emitYaml(document, { comment: `delivery/${application.layer}` }));
    }
    const tenants = owned
      ? roots.filter(
          (other) =>
            other.platform === root.blueprint &&
            other !== root &&
            other.environment === root.environment &&
            other.region === root.region,
        )
      : [];
    for (const tenant of tenants) {
      const document = applicationObject(
        `${tenant.blueprint}-root`,
        40,
        "platform",
        repositories.get(tenant.blueprint) ?? repository,
        folderOf(tenant),
        "argocd",
      );
      files.set(`${folder}/tenant-${tenant.blueprint}.yaml`, emitYaml(document, { comment: "delivery/tenant" }));
    }
  }
  return files;
}

const folderOf = (root: Root): string => `dist/delivery/argocd/${root.blueprint}/${root.environment}/${root.region}`;

function rootsOf(plan: Plan): Root[] {
  const roots = new Map<string, PlannedApplication[]>();
  for (const application of plan.applications) {
    const key = [application.blueprint, application.environment, application.region].join("/");
    roots.set(key, [...(roots.get(key) ?? []), application]);
  }
  return [...roots.values()].flatMap((applications) => {
    const [first] = applications;
    return first === undefined
      ? []
      : [
          {
            blueprint: first.blueprint,
            environment: first.environment,
            region: first.region,
            platform: first.platform,
            applications,
          },
        ];
  });
}

/** What a product's applications may touch: its own repository and those of its charts, its own namespaces, and nothing cluster-wide but these. */
function project(root: Root, repository: string): object {
  return {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "AppProject",
    metadata: { name: root.blueprint, namespace: "argocd" },
    spec: {
      description: `Applications of ${root.blueprint}`,
      sourceRepos: [
        ...new Set([repository, ...root.applications.flatMap(({ chartRepositories }) => chartRepositories)]),
      ],
      destinations: [...new Set(root.applications.flatMap(({ namespaces }) => namespaces))].map((namespace) => ({
        server: "https://kubernetes.default.svc",
        namespace,
      })),
      clusterResourceWhitelist: [{ group: "", kind: "Namespace" }],
    },
  };
}

function platformProject(): object {
  return {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "AppProject",
    metadata: { name: "platform", namespace: "argocd" },
    spec: {
      description: "What every product on the cluster shares",
      sourceRepos: ["*"],
      destinations: [{ server: "https://kubernetes.default.svc", namespace: "*" }],
      clusterResourceWhitelist: [{ group: "*", kind: "*" }],
    },
  };
}

function applicationObject(
  name: string,
  wave: number,
  projectName: string,
  repository: string,
  path: string,
  namespace: string,
): object {
  return {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Application",
    metadata: { name, namespace: "argocd", annotations: { "argocd.argoproj.io/sync-wave": String(wave) } },
    spec: {
      project: projectName,
      source: { repoURL: repository, targetRevision: RENDERED_BRANCH, path },
      destination: { server: "https://kubernetes.default.svc", namespace },
      syncPolicy: SYNC_POLICY,
    },
  };
}

/** Branch to which the pipeline writes the output after a merge, and which Argo CD follows. */
export const RENDERED_BRANCH = "rendered";
