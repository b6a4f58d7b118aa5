import type { IGRPCRoute } from "@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1";
import { Construct } from "constructs";
import { grpcMethodOf } from "../../model/hosts.ts";
import { namespaceOf } from "../../model/place.ts";
import { weightsOf } from "../../model/routes.ts";
import { partnerScope } from "../client/contract.ts";
import { CustomObject } from "../common/application.ts";
import { encodes } from "../common/encodes.ts";
import { SERVICE_PORT } from "../mesh/contract.ts";
import { listenersOf } from "./contract.ts";
import { headerFiltersOf } from "./route-filters.ts";
import type { HostedRoutes } from "./routes.ts";

/**
 * Methods of gRPC that a host of its own takes. Deadlines are the callers' own (`grpc-timeout`), and streams have none: this
 * kind of route knows no timeouts.
 */
export class GrpcRoutes extends Construct {
  constructor(scope: Construct, id: string, { place, service, routes, name, hostnames }: HostedRoutes) {
    super(scope, id);
    const rules = new CustomObject<IGRPCRoute>(this, "Resource", {
      apiVersion: "gateway.networking.k8s.io/v1",
      kind: "GRPCRoute",
      metadata: { name, namespace: namespaceOf(place, service) },
      spec: {
        parentRefs: listenersOf(place),
        hostnames: [...hostnames],
        rules: routes.map((route) => ({
          matches: [{ method: { type: "Exact" as const, ...grpcMethodOf(route.path) } }],
          filters: headerFiltersOf(route),
          backendRefs: weightsOf(route).map(([backend, weight]) => ({
            name: backend,
            port: SERVICE_PORT,
            ...(route.split === undefined ? {} : { weight }),
          })),
        })),
      },
    });
    encodes("ingress.gateway.matching", rules);
    if (routes.some(({ scopes }) => scopes?.includes(partnerScope(place))))
      encodes("client.partner-api.integration-types", rules);
    if (routes.some(({ streaming }) => streaming === true)) encodes("ingress.grpc.streaming", rules);
  }
}
