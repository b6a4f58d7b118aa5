import type { IExternalSecret } from "@kubernetes-models/external-secrets/external-secrets.io/v1";
import { KubeConfigMap, KubeServiceAccount } from "cdk8s-plus-34/lib/imports/k8s.js";
import { Construct } from "constructs";
import { namespaceOf, type Place } from "../../model/place.ts";
import { CustomObject } from "../common/application.ts";
import { parameterName } from "../common/contract.ts";
import { encodes } from "../common/encodes.ts";
import { imageOf, RABBITMQ_TOOLS } from "../delivery/contract.ts";
import { ApplyJob } from "./apply-job.ts";
import { amqpQueue, amqpQueuesOf, deadAmqpQueue, rabbitmqOf, rabbitmqSecret } from "./contract.ts";

const ACCOUNT = "rabbitmq-queues";
const DEAD_LETTERS = "dead-letters";
const FORTNIGHT = 14 * 86_400_000;

/**
 * The queues of a product in RabbitMQ's own format of definitions: each kept by a quorum, and what could not be handled in
 * a queue beside it for fourteen days. What may change later is in policies, since arguments of a queue are for ever.
 */
export function definitionsOf(place: Place) {
  const queues = amqpQueuesOf(place);
  const queue = (name: string, more: Readonly<Record<string, number>> = {}) => ({
    name,
    durable: true,
    auto_delete: false,
    arguments: { "x-queue-type": "quorum", ...more },
  });
  return {
    exchanges: [
      { name: DEAD_LETTERS, type: "direct", durable: true, auto_delete: false, internal: false, arguments: {} },
    ],
    queues: queues.flatMap(({ name }) => [
      queue(amqpQueue(name)),
      queue(deadAmqpQueue(name), { "x-message-ttl": FORTNIGHT }),
    ]),
    bindings: queues.map(({ name }) => ({
      source: DEAD_LETTERS,
      destination: deadAmqpQueue(name),
      destination_type: "queue",
      routing_key: amqpQueue(name),
      arguments: {},
    })),
    policies: queues.map(({ name, stream }) => ({
      name: amqpQueue(name),
      pattern: `^${amqpQueue(name)}$`,
      "apply-to": "queues",
      priority: 10,
      definition: {
        "dead-letter-exchange": DEAD_LETTERS,
        "dead-letter-routing-key": amqpQueue(name),
        // A message leaves its queue only once it is in the other; that needs a queue that refuses instead of dropping.
        "dead-letter-strategy": "at-least-once",
        overflow: "reject-publish",
        "delivery-limit": stream.attempts,
      },
    })),
  };
}

/** Adds what is missing and sets policies; never deletes a queue. Credentials go in by standard input, where nobody lists them. */
const SCRIPT = `set -eu
printf 'user = "%s:%s"\\n' "$username" "$password" | curl --config - --fail --silent --show-error --retry 5 \\
  --header 'content-type: application/json' --data-binary @/etc/rabbitmq-queues/definitions.json \\
  "$MANAGEMENT/api/definitions/%2F"
`;

/** The job that brings a broker's queues to what the blueprint says, before any service starts. */
export class AmqpQueues extends Construct {
  constructor(scope: Construct, id: string, place: Place) {
    super(scope, id);
    const namespace = namespaceOf(place);
    new KubeServiceAccount(this, "account", {
      metadata: { name: ACCOUNT, namespace },
      automountServiceAccountToken: false,
    });
    const wanted = new KubeConfigMap(this, "definitions", {
      metadata: { name: ACCOUNT, namespace },
      data: { "definitions.json": `${JSON.stringify(definitionsOf(place), undefined, 2)}\n`, "apply.sh": SCRIPT },
    });
    const { contract: of, owner } = rabbitmqOf(place);
    const secret = (name: string, store: string, spec: Partial<NonNullable<IExternalSecret["spec"]>>): void => {
      new CustomObject<IExternalSecret>(this, name, {
        apiVersion: "external-secrets.io/v1",
        kind: "ExternalSecret",
        metadata: { name: `${ACCOUNT}-${name}`, namespace },
        spec: {
          refreshInterval: "1h",
          secretStoreRef: { kind: "ClusterSecretStore", name: store },
          target: { name: `${ACCOUNT}-${name}`, creationPolicy: "Owner" },
          ...spec,
        },
      });
    };
    secret("connection", "parameters", {
      data: [{ secretKey: "MANAGEMENT", remoteRef: { key: parameterName(of, owner, "management") } }],
    });
    secret("user", "secrets", { dataFrom: [{ extract: { key: rabbitmqSecret(place) } }] });
    new ApplyJob(this, "job", {
      name: ACCOUNT,
      namespace,
      image: imageOf(place, RABBITMQ_TOOLS),
      broker: { network: place.network, port: 443 },
      container: "queues",
      volume: "definitions",
      secrets: ["connection", "user"].map((name) => `${ACCOUNT}-${name}`),
      cpu: "50m",
      memory: "64Mi",
    });
    encodes("foundation.async.rabbitmq", wanted);
  }
}
