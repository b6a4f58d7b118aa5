import type { IRequestAuthentication } from "@kubernetes-models/istio/security.istio.io/v1";
import { Construct } from "constructs";
import { type Issuer, issuersOf } from "../../model/issuers.ts";
import type { Place } from "../../model/place.ts";
import { CustomObject } from "../common/application.ts";
import { encodes } from "../common/encodes.ts";
import {
  GATEWAY,
  servedProducts,
  sharedLimits,
  TENANT_HEADER,
  tokenRule,
  USER_HEADER,
  verifiesTokens,
} from "./contract.ts";

/** Tokens are checked where they arrive: a request whose token has a wrong signature, audience or time never leaves the gateway. */
export class GatewayTokens extends Construct {
  constructor(scope: Construct, id: string, place: Place) {
    super(scope, id);
    if (!verifiesTokens(place)) return;
    const issuers = new Map<string, Issuer>();
    for (const jwt of servedProducts(place).flatMap(({ blueprint }) => issuersOf(blueprint))) {
      const known = issuers.get(jwt.issuer);
      // Who takes any token of an issuer needs the gateway to let any of them through; the mesh still looks for the others.
      const any = jwt.audiences === undefined || (known !== undefined && known.audiences === undefined);
      const { audiences = [], ...rest } = jwt;
      issuers.set(
        jwt.issuer,
        any ? rest : { ...rest, audiences: [...new Set([...(known?.audiences ?? []), ...audiences])] },
      );
    }
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
