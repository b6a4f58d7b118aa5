import type { IExternalSecret } from "@kubernetes-models/external-secrets/external-secrets.io/v1";
import { KubeConfigMap, KubeServiceAccount } from "cdk8s-plus-34/lib/imports/k8s.js";
import { Construct } from "constructs";
import { namespaceOf, type Place } from "../../model/place.ts";
import { milliseconds } from "../../model/quantities.ts";
import { CustomObject } from "../common/application.ts";
import { parameterName } from "../common/contract.ts";
import { encodes } from "../common/encodes.ts";
import { imageOf, KAFKA_TOOLS } from "../delivery/contract.ts";
import { ApplyJob } from "./apply-job.ts";
import { brokersOf, deadLetterTopic, topicName } from "./contract.ts";

/** A topic as it should be. */
export interface TopicSpec {
  readonly name: string;
  readonly partitions: number;
  readonly config: Readonly<Record<string, string>>;
}

/** Service account of the job that makes topics. */
export const TOPICS_ACCOUNT = "kafka-topics";

/** The topics of a product: its streams, and one for the dead letters of every consumer. Catalogue: streaming.topics. */
export function topicsOf(place: Place): readonly TopicSpec[] {
  const own = Object.entries(place.blueprint.streams).flatMap(([name, stream]): TopicSpec[] =>
    stream.kind === "topic"
      ? [
          {
            name: topicName(place, name),
            partitions: stream.partitions,
            config: stream.compacted
              ? { "cleanup.policy": "compact" }
              : { "cleanup.policy": "delete", "retention.ms": String(milliseconds(stream.retention)) },
          },
        ]
      : [],
  );
  const dead = Object.entries(place.blueprint.services).flatMap(([service, { uses }]): TopicSpec[] => {
    const consumes = Object.entries(uses).some(([target, verb]) => {
      const stream = place.blueprint.streams[target];
      return stream?.kind === "topic" && stream.deadLetters && verb.includes("consume");
    });
    return consumes
      ? [
          {
            name: deadLetterTopic(place, service),
            partitions: 4,
            config: { "cleanup.policy": "delete", "retention.ms": String(14 * 86_400_000) },
          },
        ]
      : [];
  });
  return [...own, ...dead].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Makes and grows topics; never deletes one, and never takes partitions away. Running it again changes nothing. */
const SCRIPT = `set -eu
while IFS='|' read -r name partitions config; do
  [ -n "$name" ] || continue
  kafka-topics.sh --bootstrap-server "$BOOTSTRAP" --command-config /etc/kafka-topics/client.properties \\
    --create --if-not-exists --topic "$name" --partitions "$partitions"
  current=$(kafka-topics.sh --bootstrap-server "$BOOTSTRAP" --command-config /etc/kafka-topics/client.properties \\
    --describe --topic "$name" | sed -n 's/.*PartitionCount: *\\([0-9]*\\).*/\\1/p')
  if [ "$current" -lt "$partitions" ]; then
    kafka-topics.sh --bootstrap-server "$BOOTSTRAP" --command-config /etc/kafka-topics/client.properties \\
      --alter --topic "$name" --partitions "$partitions"
  fi
  kafka-configs.sh --bootstrap-server "$BOOTSTRAP" --command-config /etc/kafka-topics/client.properties \\
    --alter --entity-type topics --entity-name "$name" --add-config "$config"
done < /etc/kafka-topics/topics
`;

const CLIENT = `security.protocol=SASL_SSL
sasl.mechanism=AWS_MSK_IAM
sasl.jaas.config=software.amazon.msk.auth.iam.IAMLoginModule required;
sasl.client.callback.handler.class=software.amazon.msk.auth.iam.IAMClientCallbackHandler
`;

/** The job that brings topics to what the blueprint says, before any service starts. */
export class Topics extends Construct {
  constructor(scope: Construct, id: string, place: Place) {
    super(scope, id);
    const namespace = namespaceOf(place);
    const topics = topicsOf(place);
    const list = topics
      .map(
        ({ name, partitions, config }) =>
          `${name}|${partitions}|${Object.entries(config)
            .map(([key, value]) => `${key}=${value}`)
            .join(",")}\n`,
      )
      .join("");
    new KubeServiceAccount(this, "account", {
      metadata: { name: TOPICS_ACCOUNT, namespace },
      automountServiceAccountToken: false,
    });
    const wanted = new KubeConfigMap(this, "topics", {
      metadata: { name: TOPICS_ACCOUNT, namespace },
      data: { topics: list, "client.properties": CLIENT, "apply.sh": SCRIPT },
    });
    const { contract: of, owner } = brokersOf(place);
    new CustomObject<IExternalSecret>(this, "connection", {
      apiVersion: "external-secrets.io/v1",
      kind: "ExternalSecret",
      metadata: { name: TOPICS_ACCOUNT, namespace },
      spec: {
        refreshInterval: "1h",
        secretStoreRef: { kind: "ClusterSecretStore", name: "parameters" },
        target: { name: TOPICS_ACCOUNT, creationPolicy: "Owner" },
        data: [{ secretKey: "BOOTSTRAP", remoteRef: { key: parameterName(of, owner, "bootstrap") } }],
      },
    });
    new ApplyJob(this, "job", {
      name: TOPICS_ACCOUNT,
      namespace,
      image: imageOf(place, KAFKA_TOOLS),
      broker: { network: place.network, port: 9098 },
      container: "topics",
      volume: "topics",
      secrets: [TOPICS_ACCOUNT],
      cpu: "200m",
      memory: "512Mi",
      scratch: true,
    });
    if (place.deployment.name === "reference") {
      encodes("streaming.topics.named", wanted);
      encodes("streaming.topics.dlq", wanted);
    }
  }
}
