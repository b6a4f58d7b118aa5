import { perMinute, type Rate } from "../../model/quantities.ts";
import { limitOf, pathExpression, routesOf, type ServiceRoute } from "../../model/routes.ts";
import {
  API_KEYS,
  canVerifyTokens,
  type ServedProduct,
  type SharedLimits,
  TENANT_HEADER,
  USER_HEADER,
} from "./contract.ts";
import { exceptEntries, exceptHosts, partnersHosts } from "./exempt-hosts.ts";

/** What the gateway's limits are filed under in the limiter. */
export const LIMITER_DOMAIN = "gateway";

/** A limit as the limiter knows it: requests in a window that begins with the clock's. */
interface WindowLimit {
  readonly unit: "second" | "minute" | "hour";
  readonly requests_per_unit: number;
}

/** A descriptor of the limiter: without a value it stands for each value there is, and counts each by itself. */
interface Descriptor {
  readonly key: string;
  readonly value?: string;
  readonly rate_limit?: WindowLimit;
  readonly descriptors?: readonly Descriptor[];
}

/** By what callers of a route are told apart. Catalogue: ingress.rate-limiter.dimensions. */
type Caller = { readonly key: "user" | "api_key" | "remote_address"; readonly action: object };

const UNITS = { s: "second", min: "minute", h: "hour" } as const;

/** A rate as the limiter writes it. */
export function windowOf(rate: Rate): WindowLimit {
  const [, requests, unit] = /^(\d+)\/(s|min|h)$/.exec(rate) ?? [];
  if (unit !== "s" && unit !== "min" && unit !== "h") throw new Error(`"${rate}" is no rate`);
  return { unit: UNITS[unit], requests_per_unit: Number(requests) };
}

/** What the gateway knows of callers: their names by their keys, and whom their tokens speak for. */
interface Known {
  readonly keys: boolean;
  readonly tokens: boolean;
}

/** Who a verified token speaks for, the holder of a key, or the address that the gateway saw. */
function callerOf({ auth }: ServiceRoute, { keys, tokens }: Known): Caller {
  // A token that nobody has verified says nothing, and each new one would begin to count again.
  if (auth === "none" || (auth !== "api-key" && !tokens))
    return { key: "remote_address", action: { remote_address: {} } };
  // By name where the gateway knows one, so that no key is ever written down as a counter's.
  const [key, header] =
    auth === "api-key"
      ? (["api_key", keys ? API_KEYS.clientHeader : API_KEYS.header] as const)
      : (["user", USER_HEADER] as const);
  return { key, action: { request_headers: { header_name: header, descriptor_key: key } } };
}

const nameOf = (product: string, { host, method, path }: ServiceRoute): string =>
  `${product} ${method} ${host === undefined ? "" : `//${host}`}${path}`;

/** Routes of a product that are counted in windows: buckets fill and drip in each pod. */
const windowed = ({ blueprint }: ServedProduct): readonly { readonly route: ServiceRoute; readonly rate: Rate }[] =>
  routesOf(blueprint).flatMap((route) => {
    const limit = limitOf(route);
    return limit?.strategy === "fixed-window" ? [{ route, rate: limit.rate }] : [];
  });

/** What the limiter is told: one limit for each kind of caller, and one for everybody. */
export function limiterRules(products: readonly ServedProduct[], { total, tenants }: SharedLimits) {
  const known: Known = { keys: false, tokens: canVerifyTokens(products) };
  const routes = products.flatMap((product) =>
    windowed(product).map(
      ({ route, rate }): Descriptor => ({
        key: "route",
        value: nameOf(product.name, route),
        descriptors: [{ key: callerOf(route, known).key, rate_limit: windowOf(rate) }],
      }),
    ),
  );
  const clients = Math.max(...products.map(({ blueprint }) => perMinute(blueprint.layers.ingress.clientRateLimit)), 1);
  const client: Descriptor = {
    key: "masked_remote_address",
    rate_limit: { unit: "minute", requests_per_unit: clients },
  };
  const [others] = exceptEntries(partnersHosts(products));
  const descriptors: Descriptor[] = [
    ...routes,
    others === undefined ? client : { ...others, descriptors: [client] },
    ...(tenants === undefined ? [] : [{ key: "tenant", rate_limit: windowOf(tenants.rate) }]),
    ...(total === undefined ? [] : [{ key: "everybody", value: "all", rate_limit: windowOf(total) }]),
  ];
  return { domain: LIMITER_DOMAIN, descriptors };
}

/** How the gateway describes a request to the limiter: each entry is counted by itself. @param named whether it knows clients by their keys */
export function limiterActions(
  products: readonly ServedProduct[],
  { total, tenants }: SharedLimits,
  named: boolean,
): readonly object[] {
  const known: Known = { keys: named, tokens: canVerifyTokens(products) };
  const routes = products.flatMap((product) =>
    windowed(product).map(({ route }) => ({
      actions: [
        {
          header_value_match: {
            descriptor_key: "route",
            descriptor_value: nameOf(product.name, route),
            headers: [
              { name: ":authority", string_match: { safe_regex: { regex: hostExpression(product.domain, route) } } },
              { name: ":method", string_match: { exact: route.method } },
              { name: ":path", string_match: { safe_regex: { regex: `${pathExpression(route.path)}(\\?.*)?` } } },
            ],
          },
        },
        callerOf(route, known).action,
      ],
    })),
  );
  return [
    ...routes,
    {
      actions: [
        ...exceptHosts(partnersHosts(products)),
        { masked_remote_address: { v4_prefix_mask_len: 32, v6_prefix_mask_len: 64 } },
      ],
    },
    ...(tenants === undefined
      ? []
      : [{ actions: [{ request_headers: { header_name: TENANT_HEADER, descriptor_key: "tenant" } }] }]),
    ...(total === undefined
      ? []
      : [{ actions: [{ generic_key: { descriptor_key: "everybody", descriptor_value: "all" } }] }]),
  ];
}

/** The domain and every host below it, or a route's own host, whatever the port. */
const hostExpression = (domain: string, { host }: ServiceRoute): string =>
  `${host === undefined ? "(.*\\.)?" : `${host}\\.`}${domain.replaceAll(".", "\\.")}(:\\d+)?`;
