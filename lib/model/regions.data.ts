/** Services of AWS that the layers need and that not every region has. */
export type RegionalService =
  | "eks"
  | "msk"
  | "kinesis"
  | "elasticache"
  | "opensearch"
  | "docdb"
  | "neptune"
  | "keyspaces"
  | "timestream-influxdb"
  | "aurora-global"
  | "dynamodb-global-tables"
  | "codebuild"
  | "customer-profiles"
  | "prometheus";

export type Partition = "aws" | "aws-cn" | "aws-us-gov";
export type Continent = "North America" | "South America" | "Europe" | "Africa" | "Middle East" | "Asia" | "Oceania";

/** A row of the catalogue. */
export interface RegionRow {
  /** Unique in names of resources; at most five characters. */
  readonly short: string;
  readonly name: string;
  readonly continent: Continent;
  /** ISO 3166 country whose law holds. */
  readonly country: string;
  /** Letters of the zones that a new account gets. */
  readonly zones: string;
  /** Must be enabled in the account before use. */
  readonly optIn: boolean;
  readonly partition: Partition;
  readonly at: readonly [latitude: number, longitude: number];
  readonly lacks: readonly RegionalService[];
}

/** Short codes of the few regions that have Amazon Connect, and with it Customer Profiles. */
const PROFILES: ReadonlySet<string> = new Set([
  "use1",
  "usw2",
  "cac1",
  "euc1",
  "euw2",
  "afs1",
  "apne1",
  "apne2",
  "apse1",
  "apse2",
]);

const row = (
  short: string,
  name: string,
  continent: Continent,
  country: string,
  zones: string,
  at: readonly [number, number],
  options: {
    readonly optIn?: boolean;
    readonly partition?: Partition;
    readonly lacks?: readonly RegionalService[];
  } = {},
): RegionRow => ({
  short,
  name,
  continent,
  country,
  zones,
  at,
  optIn: options.optIn ?? false,
  partition: options.partition ?? "aws",
  lacks: [...(options.lacks ?? []), ...(PROFILES.has(short) ? [] : (["customer-profiles"] as const))],
});

const optIn = (...lacks: RegionalService[]) => ({ optIn: true, lacks });

/**
 * Every region of the commercial, China and GovCloud partitions. What is missing follows the endpoint tables of the
 * AWS General Reference and the services' own lists, and is cautious: a service counts as missing where it was not listed.
 */
export const ROWS = {
  "us-east-1": row("use1", "N. Virginia", "North America", "US", "abcdf", [38.9, -77.4]),
  "us-east-2": row("use2", "Ohio", "North America", "US", "abc", [40, -83]),
  "us-west-1": row("usw1", "N. California", "North America", "US", "ac", [37.4, -122], {
    lacks: ["keyspaces", "timestream-influxdb"],
  }),
  "us-west-2": row("usw2", "Oregon", "North America", "US", "abcd", [45.8, -119.7]),
  "ca-central-1": row("cac1", "Montreal", "North America", "CA", "abd", [45.5, -73.6]),
  "ca-west-1": row(
    "caw1",
    "Calgary",
    "North America",
    "CA",
    "abc",
    [51, -114],
    optIn("docdb", "keyspaces", "timestream-influxdb", "prometheus"),
  ),
  "mx-central-1": row(
    "mxc1",
    "Queretaro",
    "North America",
    "MX",
    "abc",
    [20.6, -100.4],
    optIn("neptune", "docdb", "keyspaces", "timestream-influxdb", "prometheus"),
  ),
  "sa-east-1": row("sae1", "Sao Paulo", "South America", "BR", "abc", [-23.5, -46.6]),
  "eu-west-1": row("euw1", "Ireland", "Europe", "IE", "abc", [53.3, -6.3]),
  "eu-west-2": row("euw2", "London", "Europe", "GB", "abc", [51.5, -0.1]),
  "eu-west-3": row("euw3", "Paris", "Europe", "FR", "abc", [48.9, 2.4]),
  "eu-central-1": row("euc1", "Frankfurt", "Europe", "DE", "abc", [50.1, 8.7]),
  "eu-central-2": row(
    "euc2",
    "Zurich",
    "Europe",
    "CH",
    "abc",
    [47.4, 8.5],
    optIn("docdb", "keyspaces", "timestream-influxdb"),
  ),
  "eu-north-1": row("eun1", "Stockholm", "Europe", "SE", "abc", [59.3, 18.1]),
  "eu-south-1": row("eus1", "Milan", "Europe", "IT", "abc", [45.5, 9.2], optIn("neptune", "keyspaces")),
  "eu-south-2": row("eus2", "Spain", "Europe", "ES", "abc", [41.6, -0.9], optIn("keyspaces")),
  "af-south-1": row("afs1", "Cape Town", "Africa", "ZA", "abc", [-33.9, 18.4], optIn("timestream-influxdb")),
  "il-central-1": row(
    "ilc1",
    "Tel Aviv",
    "Middle East",
    "IL",
    "abc",
    [32.1, 34.8],
    optIn("docdb", "keyspaces", "timestream-influxdb", "prometheus"),
  ),
  "me-south-1": row(
    "mes1",
    "Bahrain",
    "Middle East",
    "BH",
    "abc",
    [26.2, 50.6],
    optIn("timestream-influxdb", "prometheus"),
  ),
  "me-central-1": row(
    "mec1",
    "UAE",
    "Middle East",
    "AE",
    "abc",
    [24.5, 54.4],
    optIn("keyspaces", "timestream-influxdb"),
  ),
  "ap-south-1": row("aps1", "Mumbai", "Asia", "IN", "abc", [19.1, 72.9]),
  "ap-south-2": row("aps2", "Hyderabad", "Asia", "IN", "abc", [17.4, 78.5], optIn("keyspaces", "timestream-influxdb")),
  "ap-southeast-1": row("apse1", "Singapore", "Asia", "SG", "abc", [1.4, 103.8]),
  "ap-southeast-2": row("apse2", "Sydney", "Oceania", "AU", "abc", [-33.9, 151.2]),
  "ap-southeast-3": row("apse3", "Jakarta", "Asia", "ID", "abc", [-6.2, 106.8], optIn("keyspaces")),
  "ap-southeast-4": row(
    "apse4",
    "Melbourne",
    "Oceania",
    "AU",
    "abc",
    [-37.8, 145],
    optIn("docdb", "keyspaces", "timestream-influxdb"),
  ),
  "ap-southeast-5": row(
    "apse5",
    "Malaysia",
    "Asia",
    "MY",
    "abc",
    [3.1, 101.7],
    optIn("docdb", "keyspaces", "timestream-influxdb", "prometheus"),
  ),
  "ap-southeast-6": row(
    "apse6",
    "New Zealand",
    "Oceania",
    "NZ",
    "abc",
    [-36.8, 174.8],
    optIn("neptune", "docdb", "keyspaces", "timestream-influxdb", "prometheus"),
  ),
  "ap-southeast-7": row(
    "apse7",
    "Thailand",
    "Asia",
    "TH",
    "abc",
    [13.8, 100.5],
    optIn("neptune", "docdb", "keyspaces", "timestream-influxdb", "prometheus"),
  ),
  "ap-northeast-1": row("apne1", "Tokyo", "Asia", "JP", "acd", [35.7, 139.7]),
  "ap-northeast-2": row("apne2", "Seoul", "Asia", "KR", "abcd", [37.6, 127]),
  "ap-northeast-3": row("apne3", "Osaka", "Asia", "JP", "abc", [34.7, 135.5], {
    lacks: ["docdb", "keyspaces", "timestream-influxdb"],
  }),
  "ap-east-1": row("ape1", "Hong Kong", "Asia", "HK", "abc", [22.3, 114.2], optIn("timestream-influxdb")),
  "ap-east-2": row(
    "ape2",
    "Taipei",
    "Asia",
    "TW",
    "abc",
    [25, 121.5],
    optIn("neptune", "docdb", "keyspaces", "timestream-influxdb", "prometheus"),
  ),
  "cn-north-1": row("cnn1", "Beijing", "Asia", "CN", "abd", [39.9, 116.4], {
    partition: "aws-cn",
    lacks: ["timestream-influxdb", "prometheus"],
  }),
  "cn-northwest-1": row("cnnw1", "Ningxia", "Asia", "CN", "abc", [38.5, 106.2], {
    partition: "aws-cn",
    lacks: ["timestream-influxdb", "prometheus"],
  }),
  "us-gov-west-1": row("usgw1", "GovCloud West", "North America", "US", "abc", [45.8, -119.7], {
    partition: "aws-us-gov",
    lacks: ["timestream-influxdb", "prometheus"],
  }),
  "us-gov-east-1": row("usge1", "GovCloud East", "North America", "US", "abc", [40, -83], {
    partition: "aws-us-gov",
    lacks: ["timestream-influxdb", "prometheus"],
  }),
} as const satisfies Readonly<Record<string, RegionRow>>;
