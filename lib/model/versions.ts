import { nearest } from "./problem.ts";

/** A chart that a layer installs, at the version that was tried. */
export interface Chart {
  /** Helm repository or OCI registry of its authors. */
  readonly repository: string;
  readonly chart: string;
  readonly version: string;
}

/** A chart of the platform's own software. */
export interface PlatformChart extends Chart {
  /** Namespace that it runs in. */
  readonly namespace: string;
}

/** A git folder of custom resource definitions. */
export interface CrdSource {
  readonly repository: string;
  readonly revision: string;
  readonly path: string;
}

const CHARTS = {
  "argo-cd": {
    repository: "https://argoproj.github.io/argo-helm",
    chart: "argo-cd",
    version: "8.0.0",
    namespace: "argocd",
  },
  "istio-base": {
    repository: "https://istio-release.storage.googleapis.com/charts",
    chart: "base",
    version: "1.29.2",
    namespace: "istio-system",
  },
  "istio-cni": {
    repository: "https://istio-release.storage.googleapis.com/charts",
    chart: "cni",
    version: "1.29.2",
    namespace: "istio-system",
  },
  istiod: {
    repository: "https://istio-release.storage.googleapis.com/charts",
    chart: "istiod",
    version: "1.29.2",
    namespace: "istio-system",
  },
  karpenter: {
    repository: "public.ecr.aws/karpenter",
    chart: "karpenter",
    version: "1.14.1",
    namespace: "kube-system",
  },
  keda: { repository: "https://kedacore.github.io/charts", chart: "keda", version: "2.21.0", namespace: "keda" },
  "external-secrets": {
    repository: "https://charts.external-secrets.io",
    chart: "external-secrets",
    version: "1.3.2",
    namespace: "external-secrets",
  },
  "aws-load-balancer-controller": {
    repository: "https://aws.github.io/eks-charts",
    chart: "aws-load-balancer-controller",
    version: "3.2.2",
    namespace: "kube-system",
  },
  "cert-manager": {
    repository: "https://charts.jetstack.io",
    chart: "cert-manager",
    version: "v1.21.2",
    namespace: "cert-manager",
  },
  "kube-prometheus-stack": {
    repository: "https://prometheus-community.github.io/helm-charts",
    chart: "kube-prometheus-stack",
    version: "77.0.0",
    namespace: "monitoring",
  },
  "opentelemetry-collector": {
    repository: "https://open-telemetry.github.io/opentelemetry-helm-charts",
    chart: "opentelemetry-collector",
    version: "0.125.0",
    namespace: "monitoring",
  },
} as const satisfies Readonly<Record<string, PlatformChart>>;

/** Names of the charts in the matrix. */
export type ChartName = keyof typeof CHARTS;

/** Charts that a product runs in a namespace of its own. */
const PRODUCT_CHARTS = {
  sentry: { repository: "https://sentry-kubernetes.github.io/charts", chart: "sentry", version: "26.21.0" },
} as const satisfies Readonly<Record<string, Chart>>;

/** Names of the charts that a product may run. */
export type ProductChartName = keyof typeof PRODUCT_CHARTS;

/** A managed add-on of EKS; without a version EKS chooses the default of the cluster's minor version. */
export interface ManagedAddon {
  readonly name: string;
  readonly version?: string;
}

/** One row of the matrix: what runs together. */
export interface Versions {
  /** Kubernetes minor version. */
  readonly kubernetes: string;
  readonly addons: readonly ManagedAddon[];
  readonly charts: Readonly<Record<ChartName, PlatformChart>>;
  readonly productCharts: Readonly<Record<ProductChartName, Chart>>;
  readonly gatewayApi: CrdSource;
}

const ADDONS: readonly ManagedAddon[] = [
  "vpc-cni",
  "kube-proxy",
  "eks-pod-identity-agent",
  "coredns",
  "aws-ebs-csi-driver",
  "metrics-server",
].map((name) => ({ name }));

const GATEWAY_API: CrdSource = {
  repository: "https://github.com/kubernetes-sigs/gateway-api",
  revision: "v1.4.0",
  path: "config/crd",
};

/** Minor versions with the day on which EKS ends standard support. Source: the EKS release calendar. */
export const KUBERNETES_MINORS: Readonly<Record<string, string>> = {
  "1.33": "2026-07-29",
  "1.34": "2026-12-02",
  "1.35": "2027-03-27",
};

/** The minor version that new platforms get. */
export const DEFAULT_KUBERNETES = "1.35";

/** The matrix for a minor version. @throws when the version is not in it, or when the step from a running one is too long */
export function resolveVersions(wanted: { readonly kubernetes?: string; readonly from?: string } = {}): Versions {
  const kubernetes = wanted.kubernetes ?? DEFAULT_KUBERNETES;
  const known = Object.keys(KUBERNETES_MINORS);
  if (!known.includes(kubernetes)) {
    const near = nearest(kubernetes, known);
    throw new Error(
      `Kubernetes ${kubernetes} is not in the version matrix (${known.join(", ")})${near === undefined ? "" : `: did you mean ${near}?`}`,
    );
  }
  if (wanted.from !== undefined) {
    const step = minor(kubernetes) - minor(wanted.from);
    if (step < 0) throw new Error(`a control plane cannot go back from ${wanted.from} to ${kubernetes}`);
    if (step > 1)
      throw new Error(
        `a control plane goes one minor version at a time: from ${wanted.from} to 1.${minor(wanted.from) + 1}, not to ${kubernetes}`,
      );
  }
  return { kubernetes, addons: ADDONS, charts: CHARTS, productCharts: PRODUCT_CHARTS, gatewayApi: GATEWAY_API };
}

const minor = (version: string): number => Number(version.split(".")[1]);
