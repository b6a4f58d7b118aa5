import type { IRequestAuthentication } from "@kubernetes-models/istio/security.istio.io/v1";
import { Construct } from "constructs";
import type { Place } from "../../model/place.ts";
import { CustomObject } from "../common/application.ts";
import { encodes } from "../common/encodes.ts";
import { GATEWAY, servedProducts, sharedLimits, TENANT_HEADER, tokenRule, USER_HEADER } from "./contract.ts";

/**
 * Tokens are checked where they arrive: a request whose token has a wrong signature, audience or time never leaves the gateway.
 * Only where every product behind it names its issuer, since a gateway that checks any token refuses those of issuers that it
 * does not know.
 */
export class GatewayTokens extends Construct {
  constructor(scope: Construct, id: string, place: Place) {
    super(scope, id);
    const issuers = new Map<string, Parameters<typeof tokenRule>[0]>();
    for (const { blueprint } of servedProducts(place)) {
      const { jwt } = blueprint.layers.ingress;
      if (jwt === undefined) return;
      const known = issuers.get(jwt.issuer);
      // Who takes any token of an issuer needs the gateway to let any of them through; the mesh still looks for the others.
      const any = jwt.audiences === undefined || (known !== undefined && known.audiences === undefined);
      const { audiences = [], ...rest } = jwt;
      issuers.set(
        jwt.issuer,
        any ? rest : { ...rest, audiences: [...new Set([...(known?.audiences ?? []), ...audiences])] },
      );
    }
    if (issuers.size === 0) return;
    const claim = sharedLimits(place)?.tenants?.claim;
    const tokens = new CustomObject<IRequestAuthentication>(this, "Resource", {
      apiVersion: "security.istio.io/v1",
      kind: "RequestAuthentication",
      metadata: { name: `${GATEWAY.name}-tokens`, namespace: GATEWAY.namespace },
      spec: {
        selector: { matchLabels: { "gateway.networking.k8s.io/gateway-name": GATEWAY.name } },
        jwtRules: [...issuers.values()].map((jwt) => ({
          ...tokenRule(jwt),
          outputClaimToHeaders: [
            { header: USER_HEADER, claim: "sub" },
            ...(claim === undefined ? [] : [{ header: TENANT_HEADER, claim }]),
          ],
        })),
      },
    });
    encodes("ingress.pkce-flow.jwks", tokens);
    encodes("ingress.websocket.sticky", tokens);
  }
}
