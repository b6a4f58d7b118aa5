import type { Report, ReportRow } from "../../lib/review/report.ts";

/** A text that would run if it were taken for anything but text. */
export const HOSTILE = `</script><img src=x onerror="document.title='taken'"><!-- \u2028 & ' "`;

const place = (blueprint: string, environment: string, region: string) => ({
  place: `${blueprint}/${environment}/${region}`,
  blueprint,
  environment,
  region,
});
const thing = (unit: string, kind: ReportRow["thing"]["kind"], type: string, address: string) => ({
  id: address === "" ? unit : `${unit} ${address}`,
  kind,
  type,
  address,
  unit,
});

const plain = {
  blueprint: "shop",
  facts: [],
  attributes: [],
  contents: [],
  outliers: [],
  departs: false,
  causes: [],
  risks: [],
  neighbours: [],
  blastRadius: 0,
};

const REGIONS = ["us-east-1", "eu-west-1"] as const;
const APP = "dist/kubernetes/shop/prod/us-east-1/cart";
const DATA = "shop-prod-us-east-1-data-carts";

const rows: readonly ReportRow[] = [
  {
    ...plain,
    id: "shop region removed",
    kind: "removed",
    layer: "",
    part: "",
    thing: thing("shop/prod/af-south-1", "place", "place", ""),
    places: [{ ...place("shop", "prod", "af-south-1"), id: "shop/prod/af-south-1" }],
    contents: ["aws_vpc.network", "aws_subnet.private"].map((address) => ({
      ...thing("shop-prod-af-south-1-foundation-network", "resource", address.replace(/\..*/, ""), address),
      place: "shop/prod/af-south-1",
    })),
    causes: [{ how: "tried", move: 1 }],
    risks: [0],
  },
  {
    ...plain,
    id: "shop cart scaler",
    kind: "changed",
    layer: "mesh",
    part: "cart",
    thing: thing(APP, "object", "ScaledObject", "ScaledObject shop/cart"),
    component: "mesh/scaler/Resource",
    service: "cart",
    facts: ["mesh.scaling.keda"],
    attributes: [{ path: "spec.maxReplicaCount", before: 50, after: 99 }],
    places: REGIONS.map((region) => ({
      ...place("shop", "prod", region),
      id: `dist/kubernetes/shop/prod/${region}/cart ScaledObject shop/cart`,
      ...(region === "eu-west-1" ? { attributes: [{ path: "spec.maxReplicaCount", before: 50, after: 60 }] } : {}),
    })),
    outliers: [{ place: "shop/prod/ap-south-1", does: "nothing" }],
    causes: [{ how: "tried", move: 0 }],
    risks: [1],
    neighbours: [
      {
        ...thing(APP, "object", "Deployment", "Deployment shop/cart"),
        direction: "dependency",
        edge: "scale",
        distance: 1,
        changed: false,
      },
      {
        ...thing(DATA, "resource", "aws_dynamodb_table", "aws_dynamodb_table.store-Resource"),
        direction: "dependency",
        edge: "access",
        distance: 1,
        changed: true,
      },
      {
        ...thing(APP, "object", "VirtualService", "VirtualService shop/cart"),
        direction: "dependent",
        edge: "route",
        distance: 2,
        changed: false,
      },
    ],
    blastRadius: 7,
  },
  {
    ...plain,
    id: "shop carts table",
    kind: "changed",
    layer: "data",
    part: "data-carts",
    thing: thing(DATA, "resource", "aws_dynamodb_table", "aws_dynamodb_table.store-Resource"),
    component: "data/store/Resource",
    plan: { action: "replace", replacedFor: ["hash_key"], unknown: ["arn"] },
    attributes: [
      { path: "tags.Note", before: "plain", after: HOSTILE },
      {
        path: "policy.Statement[0].Action",
        before: ["dynamodb:GetItem"],
        after: ["dynamodb:GetItem", "dynamodb:PutItem"],
      },
      { path: "replica[region_name=af-south-1]", before: { region_name: "af-south-1", propagate_tags: true } },
    ],
    places: [{ ...place("shop", "prod", "us-east-1"), id: `${DATA} aws_dynamodb_table.store-Resource` }],
    causes: [{ how: "tried" }],
  },
  {
    ...plain,
    id: "shop health check",
    kind: "added",
    layer: "edge",
    part: "edge",
    thing: thing("shop-prod-global-edge", "resource", "aws_route53_health_check", "aws_route53_health_check.origin"),
    body: { port: 443, type: "HTTPS" },
    places: [{ ...place("shop", "prod", "global"), id: "shop-prod-global-edge aws_route53_health_check.origin" }],
    causes: [{ how: "named", move: 1 }],
  },
];

/** A small report that has everything that a report may have. */
export const SAMPLE: Report = {
  version: 1,
  base: { name: "main", digest: "sha256:0123456789abcdef0123456789abcdef" },
  head: { name: "fewer-regions", digest: "sha256:fedcba9876543210fedcba9876543210" },
  verdict: "decide",
  failOn: "medium",
  counts: { added: 1, removed: 2, changed: 3, moved: 0, places: 4 },
  planned: [],
  moves: [
    {
      path: "services.cart.scaling.max",
      before: 50,
      after: 99,
      source: "blueprint shop",
      places: ["shop/prod/us-east-1", "shop/prod/eu-west-1"],
      file: "blueprints/shop/blueprint.ts",
      line: 12,
    },
    {
      path: "environments.prod.regions.af-south-1",
      before: "active",
      source: "blueprint shop",
      places: ["shop/prod/af-south-1"],
    },
  ],
  rows: [...rows],
  risks: [
    {
      rule: "stateful-destroyed",
      severity: "high",
      what: ["aws_vpc.network is destroyed"],
      places: ["shop/prod/af-south-1"],
      consequence: "The data in it is gone when the stack is applied.",
      undo: "Put it back into the blueprint before the apply.",
      owners: ["carts"],
      row: 0,
    },
    {
      rule: "scaling-cut",
      severity: "medium",
      what: ["ScaledObject shop/cart is scaled"],
      places: ["shop/prod/us-east-1"],
      consequence: "Load may not be served.",
      undo: "Put the bound back.",
      owners: ["carts", "platform"],
      row: 1,
      acknowledged: { reason: "The load test says so.", until: "2030-01-01" },
    },
  ],
  folds: [{ path: "tags.Version", before: "1", after: "2", count: 12 }],
  errors: [],
};

/** A report of many rows over many places. */
export function largeReport(count: number): Report {
  const layers = ["foundation", "edge", "mesh", "data", "observability", "security"];
  const kinds = ["added", "removed", "changed"] as const;
  return {
    ...SAMPLE,
    rows: Array.from({ length: count }, (_, index): ReportRow => {
      const layer = layers[index % layers.length] ?? "mesh";
      const unit = `shop-prod-us-east-1-${layer}-${index % 40}`;
      return {
        ...plain,
        id: `row ${index}`,
        kind: kinds[index % kinds.length] ?? "changed",
        blueprint: `shop-${index % 5}`,
        layer,
        part: `${layer}-${index % 40}`,
        thing: thing(unit, "resource", "aws_sqs_queue", `aws_sqs_queue.queue-${index}`),
        attributes: [{ path: "visibility_timeout_seconds", before: index, after: index + 1 }],
        places: REGIONS.map((region) => ({
          ...place(`shop-${index % 5}`, "prod", region),
          id: `${unit}-${region} aws_sqs_queue.queue-${index}`,
        })),
        causes: [{ how: "tried", move: index % 2 }],
      };
    }),
    risks: [],
  };
}
