import type { IHTTPRoute } from "@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1";
import { Construct } from "constructs";
import { domainOf, namespaceOf, type Place } from "../../model/place.ts";
import { CustomObject } from "../common/application.ts";
import { encodes } from "../common/encodes.ts";
import { listenersOf } from "./contract.ts";

/**
 * Whoever asks `www.<domain>` is told to ask the domain: one address for search engines, and one host for cookies and origins. The
 * gateway does it for nothing; where a function of the edge runs anyway, that one does, which is nearer.
 */
export class WwwRedirect extends Construct {
  constructor(scope: Construct, id: string, place: Place) {
    super(scope, id);
    const domain = domainOf(place);
    if (domain === undefined) return;
    const route = new CustomObject<IHTTPRoute>(this, "Resource", {
      apiVersion: "gateway.networking.k8s.io/v1",
      kind: "HTTPRoute",
      metadata: { name: "www-redirect", namespace: namespaceOf(place) },
      spec: {
        parentRefs: listenersOf(place),
        hostnames: [`www.${domain}`],
        rules: [
          {
            filters: [
              { type: "RequestRedirect", requestRedirect: { scheme: "https", hostname: domain, statusCode: 301 } },
            ],
          },
        ],
      },
    });
    encodes("ingress.gateway.matching", route);
  }
}
