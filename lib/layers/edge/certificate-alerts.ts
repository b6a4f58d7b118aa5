import type { IPodMonitor, IPrometheusRule } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1";
import { Construct } from "constructs";
import { namespacesOf, type Place } from "../../model/place.ts";
import { CustomObject } from "../common/application.ts";
import { encodes } from "../common/encodes.ts";
import { CONTROLLERS } from "../ingress/contract.ts";
import { runbooks } from "../observability/contract.ts";

/** Days left when somebody is told: renewal begins with thirty, so that it has failed for two weeks. Catalogue conflict: cert-renewal-alert. */
const EXPIRES_IN_DAYS = 14;

const { namespace } = CONTROLLERS["cert-manager"];

/** Who hears when a gateway's certificate was not renewed: cert-manager says itself until when each is good. */
export class CertificateAlerts extends Construct {
  constructor(scope: Construct, id: string, place: Place) {
    super(scope, id);
    new CustomObject<IPodMonitor>(this, "monitor", {
      apiVersion: "monitoring.coreos.com/v1",
      kind: "PodMonitor",
      metadata: { name: "cert-manager", namespace },
      spec: {
        selector: { matchLabels: { "app.kubernetes.io/name": "cert-manager" } },
        podMetricsEndpoints: [{ port: "http-metrics", interval: "1m" }],
      },
    });
    // The operator routes an alert by its namespace: the platform's own product has somebody who is told.
    const [told = place.deployment.name] = namespacesOf(place);
    const rule = new CustomObject<IPrometheusRule>(this, "rule", {
      apiVersion: "monitoring.coreos.com/v1",
      kind: "PrometheusRule",
      metadata: { name: "certificates", namespace },
      spec: {
        groups: [
          {
            name: "certificates",
            rules: [
              {
                alert: "CertificateExpires",
                expr: `certmanager_certificate_expiration_timestamp_seconds - time() < ${EXPIRES_IN_DAYS} * 86400`,
                for: "1h",
                labels: {
                  product: place.deployment.name,
                  service: "certificates",
                  namespace: told,
                  severity: "p2",
                  team: place.blueprint.owner.team,
                },
                annotations: {
                  summary: `The certificate {{ $labels.name }} has less than ${EXPIRES_IN_DAYS} days left and was not renewed`,
                  runbook_url: `${runbooks(place)}certificates`,
                },
              },
            ],
          },
        ],
      },
    });
    encodes("edge.pki.monitor", rule);
  }
}
