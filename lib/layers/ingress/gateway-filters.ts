import { Construct } from "constructs";
import type { Place } from "../../model/place.ts";
import { perMinute } from "../../model/quantities.ts";
import { CustomObject } from "../common/application.ts";
import { encodes } from "../common/encodes.ts";
import { firstHttpFilter, httpListener, type IEnvoyFilter, typeUrl } from "../common/envoy-filter.ts";
import { BREAKER, HEALTH_PATH, ORIGINAL_PATH_HEADER, servedProducts, TENANT_HEADER, USER_HEADER } from "./contract.ts";
import { exceptEntries, exceptHosts, partnersHosts } from "./exempt-hosts.ts";
import { gatewayFilter } from "./gateway-filter.ts";
import { localRateLimit } from "./rate-limits.ts";

/** Connections that one pod of the gateway holds, sockets among them. */
const CONNECTIONS_PER_POD = 100_000;

/** Conditions under which no service can have seen a request. */
const UNSEEN = "connect-failure,refused-stream,reset-before-request";

/**
 * What the gateway does before any route is looked at. It answers checks from outside itself, under every host; it holds no
 * more connections than a pod can bear and waits for no slow header; it limits every client over all routes; it trusts no
 * header that says who a caller is or what it asked for; a service's pod that fails half of its calls gets none for a while; and
 * it asks again only what nobody has seen.
 */
export class GatewayFilters extends Construct {
  constructor(scope: Construct, id: string, place: Place) {
    super(scope, id);
    this.add("health", [
      firstHttpFilter("GATEWAY", "envoy.filters.http.health_check", "http.health_check.v3.HealthCheck", {
        pass_through_mode: false,
        headers: [{ name: ":path", string_match: { exact: HEALTH_PATH } }],
      }),
    ]);
    this.add("identity", [
      firstHttpFilter("GATEWAY", "envoy.filters.http.header_mutation", "http.header_mutation.v3.HeaderMutation", {
        mutations: {
          request_mutations: [USER_HEADER, TENANT_HEADER, ORIGINAL_PATH_HEADER].map((remove) => ({ remove })),
        },
      }),
    ]);
    encodes("edge.ddos-matrix.l4", this.connections());
    const exempt = partnersHosts(servedProducts(place));
    const limit = perMinute(place.blueprint.layers.ingress.clientRateLimit);
    const limits = this.add("client-limit", [
      localRateLimit("GATEWAY", "client_limit", [
        {
          actions: [...exceptHosts(exempt), { remote_address: {} }],
          entries: [...exceptEntries(exempt), { key: "remote_address" }],
          bucket: { max_tokens: limit, tokens_per_fill: limit, fill_interval: "60s" },
        },
      ]),
    ]);
    encodes("ingress.rate-limiter.breach", limits);
    encodes("ingress.circuit-breaker.trip", this.breaker());
    this.retries();
    if (place.blueprint.layers.ingress.grpcWeb)
      encodes(
        "ingress.grpc.grpc-web",
        this.add("grpc-web", [
          firstHttpFilter("GATEWAY", "envoy.filters.http.grpc_web", "http.grpc_web.v3.GrpcWeb", {}),
        ]),
      );
  }

  private add(name: string, patches: IEnvoyFilter["spec"]["configPatches"]): CustomObject<IEnvoyFilter> {
    return new CustomObject<IEnvoyFilter>(this, name, gatewayFilter(name, patches));
  }

  private connections(): CustomObject<IEnvoyFilter> {
    return this.add("connections", [
      {
        applyTo: "NETWORK_FILTER",
        match: httpListener("GATEWAY"),
        patch: {
          operation: "INSERT_FIRST",
          value: {
            name: "envoy.filters.network.connection_limit",
            typed_config: {
              "@type": typeUrl("network.connection_limit.v3.ConnectionLimit"),
              stat_prefix: "gateway_connections",
              max_connections: CONNECTIONS_PER_POD,
            },
          },
        },
      },
      {
        applyTo: "NETWORK_FILTER",
        match: httpListener("GATEWAY"),
        patch: {
          operation: "MERGE",
          value: {
            name: "envoy.filters.network.http_connection_manager",
            typed_config: {
              "@type": typeUrl("network.http_connection_manager.v3.HttpConnectionManager"),
              request_headers_timeout: "10s",
              // Envoy's advice for proxies at the edge.
              common_http_protocol_options: { headers_with_underscores_action: "REJECT_REQUEST" },
              http2_protocol_options: {
                max_concurrent_streams: 100,
                initial_stream_window_size: 65_536,
                initial_connection_window_size: 1_048_576,
              },
            },
          },
        },
      },
    ]);
  }

  /** Percentages are the gateway's; errors in a row, by service, are the mesh's. Catalogue conflict: breaker-definition. */
  private breaker(): CustomObject<IEnvoyFilter> {
    return this.add("breaker", [
      {
        applyTo: "CLUSTER",
        match: { context: "GATEWAY" },
        patch: {
          operation: "MERGE",
          value: {
            outlier_detection: {
              failure_percentage_threshold: BREAKER.errorPercent,
              failure_percentage_request_volume: BREAKER.calls,
              failure_percentage_minimum_hosts: 2,
              enforcing_failure_percentage: 100,
              interval: BREAKER.interval,
              base_ejection_time: BREAKER.open,
            },
          },
        },
      },
    ]);
  }

  /**
   * What the gateway asks again: only what no service can have seen. Retries of the mesh are the sidecars', and hold inside; without
   * this, Istio asks twice more whatever was answered with 503 or, by gRPC, `unavailable`, even where a service wants no retry.
   */
  private retries(): void {
    this.add("retries", [
      {
        applyTo: "HTTP_ROUTE",
        // Redirects have nobody to ask.
        match: { context: "GATEWAY", routeConfiguration: { vhost: { route: { action: "ROUTE" } } } },
        patch: {
          operation: "MERGE",
          value: { route: { retry_policy: { retry_on: UNSEEN, num_retries: 2 } } },
        },
      },
    ]);
  }
}
