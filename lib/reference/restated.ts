/**
 * Facts that another layer says again in detail: by the components or facts that do. They are as far as those are, and counted
 * there. The overview names a store or a tool once, its layer says what it has to be; what watches the edge is the security
 * layer's, with the same trail and the same playbooks.
 */
export const RESTATED: Readonly<Record<string, readonly string[]>> = {
  "edge.zero-trust.data": ["security.compliance.privacy", "security.rings.egress", "analytics.governance.pii-tagging"],
  "edge.zero-trust.monitoring": ["security.secrets.audit", "security.siem.soar", "security.soc.playbook"],
  "foundation.ai.feature-store": ["ai.features"],
  "foundation.ai.llm": ["ai.llm", "ai.cost.routing"],
  "foundation.ai.pipeline": ["ai.orchestration", "ai.tracking.mlflow"],
  "foundation.async.spark": ["analytics.spark"],
  "foundation.crosscutting.chaos": ["delivery.sre.chaos", "mesh.istio-resilience.faults"],
  "foundation.crosscutting.sre": ["observability.slo", "delivery.sre"],
  "foundation.data.cassandra": ["data.cassandra"],
  "foundation.data.cockroach": ["data.newsql"],
  "foundation.data.lakehouse": ["analytics.medallion", "analytics.spark.delta"],
  "foundation.data.mongodb": ["data.mongodb"],
  "foundation.data.warehouse": ["analytics.warehouse"],
  "foundation.observability.logs": ["observability.logs"],
  "foundation.observability.metrics": ["observability.metrics"],
  "foundation.observability.tracing": ["observability.tracing", "mesh.istio-observability.traces"],
  "foundation.platform.ab-testing": ["delivery.flags.experiments"],
  "foundation.platform.backup-dr": ["data.backup", "data.failover"],
  "foundation.platform.bi": ["analytics.bi"],
  "foundation.platform.catalog": ["analytics.governance.datahub"],
  "foundation.platform.elt": ["analytics.ingestion", "analytics.airflow", "analytics.dbt"],
  "foundation.platform.privacy": ["analytics.governance.pii-tagging", "analytics.governance.gdpr"],
  "foundation.platform.realtime-olap": ["analytics.realtime"],
  "foundation.security.compliance": ["security.compliance"],
  "foundation.security.network": ["security.zerotrust"],
  "foundation.security.siem": ["security.siem"],
};
