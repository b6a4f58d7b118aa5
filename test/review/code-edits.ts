import type { Selection } from "../../lib/topology/plan.ts";
import type { CodeEdit } from "./edited.ts";

const SHORTENER: Selection = { blueprints: ["url-shortener"] };
const STORES: Selection = {
  blueprints: ["reference"],
  environments: ["prod"],
  regions: ["us-east-1"],
  layers: ["data"],
};

/** Changes of the code of layers, by what they do to the bytes of the output. */
export const CODE_EDITS: Readonly<Record<string, { readonly only: Selection; readonly edit: CodeEdit }>> = {
  "the CDN takes older versions of TLS": {
    only: SHORTENER,
    edit: (_, text) => text.replaceAll("TLSv1.2_2021", "TLSv1_2016"),
  },
  "clusters lose their deletion protection": {
    only: STORES,
    edit: (_, text) => text.replaceAll('"deletion_protection": true', '"deletion_protection": false'),
  },
  "buckets may be made public": {
    only: SHORTENER,
    edit: (path, text) =>
      path.includes("data-archive")
        ? text.replace('"block_public_policy": true', '"block_public_policy": false')
        : text,
  },
  "caches are no longer encrypted": {
    only: SHORTENER,
    edit: (_, text) => text.replaceAll('"at_rest_encryption_enabled": "true"', '"at_rest_encryption_enabled": "false"'),
  },
  "stores are open to every address": {
    only: SHORTENER,
    edit: (path, text) =>
      path.includes("data-hot")
        ? text.replace(/"referenced_security_group_id": "[^"]+"/, '"cidr_ipv4": "0.0.0.0/0"')
        : text,
  },
  "deployments select pods by another label": {
    only: SHORTENER,
    edit: (path, text) =>
      /\/redirect\/deployment-/.test(path)
        ? text.replace(/(selector:\n {4}matchLabels:\n) {6}\S+: redirect/, "$1      app: redirect")
        : text,
  },
  "disruption budgets ask for an older version of the API": {
    only: SHORTENER,
    edit: (path, text) => (/poddisruptionbudget-/.test(path) ? text.replace("policy/v1", "policy/v1beta1") : text),
  },
  "disruption budgets are gone": {
    only: SHORTENER,
    edit: (path, text) => (/poddisruptionbudget-/.test(path) ? undefined : text),
  },
  "a table has another address": {
    only: SHORTENER,
    edit: (path, text) => (path.includes("data-links") ? text.replaceAll("store-Resource", "table-Resource") : text),
  },
  "a table has another address, and Terraform is told": {
    only: SHORTENER,
    edit: (path, text) =>
      path.includes("data-links")
        ? text
            .replaceAll("store-Resource", "table-Resource")
            .replace(
              /^\{/,
              '{"moved": [{"from": "aws_dynamodb_table.store-Resource", "to": "aws_dynamodb_table.table-Resource"}],',
            )
        : text,
  },
  "keys are in another order and policies are formatted": {
    only: SHORTENER,
    edit: (path, text) => (path.endsWith("cdk.tf.json") ? JSON.stringify(reversed(JSON.parse(text))) : text),
  },
  "the mesh takes plain text": {
    only: { blueprints: ["url-shortener"], environments: ["dev"] },
    edit: (path, text) => (/peerauthentication/.test(path) ? text.replace("STRICT", "PERMISSIVE") : text),
  },
  "a network policy lets everybody in": {
    only: SHORTENER,
    edit: (path, text) =>
      /\/redirect\/networkpolicy-/.test(path) ? text.replace(/ingress:\n/, "ingress:\n    - {}\n") : text,
  },
  "a checksum is in every pod": {
    only: SHORTENER,
    edit: (path, text) =>
      /\/deployment-/.test(path)
        ? text.replace("proxy.istio.io/config:", "checksum/config: abc\n        proxy.istio.io/config:")
        : text,
  },
  "a password is written in a variable": {
    only: SHORTENER,
    edit: (path, text) =>
      /\/redirect\/deployment-/.test(path)
        ? text.replace("- name: PORT", "- name: DB_PASSWORD\n              value: hunter2\n            - name: PORT")
        : text,
  },
};

/** The same document, keys in reverse and documents inside texts with white space. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value === "string" && value.startsWith('{"')) return JSON.stringify(JSON.parse(value), null, 2);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inside]) => [key, reversed(inside)]),
  );
}
