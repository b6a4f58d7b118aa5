import type { IRequestAuthentication } from "@kubernetes-models/istio/security.istio.io/v1";
import { Construct } from "constructs";
import type { Place } from "../../model/place.ts";
import { CustomObject } from "../common/application.ts";
import { encodes } from "../common/encodes.ts";
import { GATEWAY, servedProducts, tokenRule, USER_HEADER } from "./contract.ts";

/**
 * Tokens are verified where they come in, before anything is counted or balanced: one that is forged or stale goes no
 * further. Who the caller is then stands in a header, by which sockets of one user stay on one pod.
 */
export class GatewayTokens extends Construct {
  constructor(scope: Construct, id: string, place: Place) {
    super(scope, id);
    const issuers = new Map(
      servedProducts(place).flatMap(({ blueprint }) => {
        const { jwt } = blueprint.layers.ingress;
        return jwt === undefined ? [] : [[jwt.issuer, jwt] as const];
      }),
    );
    if (issuers.size === 0) return;
    const tokens = new CustomObject<IRequestAuthentication>(this, "Resource", {
      apiVersion: "security.istio.io/v1",
      kind: "RequestAuthentication",
      metadata: { name: `${GATEWAY.name}-tokens`, namespace: GATEWAY.namespace },
      spec: {
        selector: { matchLabels: { "gateway.networking.k8s.io/gateway-name": GATEWAY.name } },
        jwtRules: [...issuers.values()].map((jwt) => ({
          ...tokenRule(jwt),
          outputClaimToHeaders: [{ header: USER_HEADER, claim: "sub" }],
        })),
      },
    });
    encodes("ingress.pkce-flow.jwks", tokens);
    encodes("ingress.websocket.sticky", tokens);
  }
}
