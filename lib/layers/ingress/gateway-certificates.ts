import { Construct } from "constructs";
import type { Place } from "../../model/place.ts";
import { CustomObject, type Manifest } from "../common/application.ts";
import { encodes } from "../common/encodes.ts";
import { GATEWAY, servedProducts } from "./contract.ts";

/** A cert-manager object; its types are written here, since no maintained models of this group are published. */
interface IClusterIssuer extends Manifest {
  readonly spec: {
    readonly acme: {
      readonly server: string;
      readonly email?: string;
      readonly privateKeySecretRef: { readonly name: string };
      readonly solvers: readonly { readonly dns01: { readonly route53: { readonly region: string } } }[];
    };
  };
}

interface ICertificate extends Manifest {
  readonly spec: {
    readonly secretName: string;
    readonly issuerRef: { readonly name: string; readonly kind: "ClusterIssuer" };
    readonly dnsNames: readonly string[];
    readonly duration: string;
    readonly renewBefore: string;
    readonly privateKey: { readonly algorithm: "ECDSA"; readonly size: number; readonly rotationPolicy: "Always" };
  };
}

const ISSUER = "lets-encrypt";

/** Certificates of the gateway: one a product, issued by Let's Encrypt, whose names are proved in DNS. */
export class GatewayCertificates extends Construct {
  constructor(scope: Construct, id: string, place: Place) {
    super(scope, id);
    this.issuer(place);
    for (const { name, domain } of servedProducts(place)) this.certificate(place, name, domain);
  }

  private issuer(place: Place): void {
    const contact = place.deployment.account.securityContact;
    const issuer = new CustomObject<IClusterIssuer>(this, "issuer", {
      apiVersion: "cert-manager.io/v1",
      kind: "ClusterIssuer",
      metadata: { name: ISSUER },
      spec: {
        acme: {
          server: "https://acme-v02.api.letsencrypt.org/directory",
          ...(contact === undefined ? {} : { email: contact }),
          privateKeySecretRef: { name: `${ISSUER}-account` },
          // Names are proved in DNS, with the controller's own pod identity.
          solvers: [{ dns01: { route53: { region: place.region.code } } }],
        },
      },
    });
    encodes("edge.pki.acme", issuer);
  }

  private certificate(place: Place, product: string, domain: string): void {
    const certificate = new CustomObject<ICertificate>(this, `certificate-${product}`, {
      apiVersion: "cert-manager.io/v1",
      kind: "Certificate",
      metadata: { name: `${product}-tls`, namespace: GATEWAY.namespace },
      spec: {
        secretName: `${product}-tls`,
        issuerRef: { name: ISSUER, kind: "ClusterIssuer" },
        dnsNames: [domain, `*.${domain}`, `origin.${place.region.short}.${domain}`],
        // Renewed with thirty days left; the alert waits for fourteen. Catalogue conflict: cert-renewal-alert.
        duration: "2160h",
        renewBefore: "720h",
        privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Always" },
      },
    });
    encodes("security.secrets.tls-certs", certificate);
    encodes("edge.tls.renewal", certificate);
    encodes("edge.pki.issue", certificate);
    encodes("edge.pki.keygen", certificate);
  }
}
