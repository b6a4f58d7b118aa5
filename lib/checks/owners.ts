import type { Deployment } from "../model/deployment.ts";
import { error, type Finding } from "./finding.ts";

/**
 * Every topic has one service that answers for its messages, and every store is some service's: what nobody declares is not
 * made. Catalogue: foundation.crosscutting.event-driven, foundation.crosscutting.polyglot.
 */
export const owners = (deployments: readonly Deployment[]): Finding[] =>
  deployments.flatMap((deployment) => [...topicFindings(deployment), ...storeFindings(deployment)]);

function topicFindings(deployment: Deployment): Finding[] {
  const { services, streams } = deployment.blueprint;
  return Object.entries(streams).flatMap(([name, stream]): Finding[] => {
    if (stream.kind !== "topic") return [];
    const producers = usersOf(services, name, (verb) => verb.includes("produce"));
    const owner = stream.owner ?? (producers.length === 1 ? producers[0] : undefined);
    const place = `${deployment.name}-${deployment.environment}`;
    if (owner === undefined)
      return [
        error(
          "topic-without-owner",
          place,
          producers.length === 0
            ? `nobody produces ${name}`
            : `${producers.join(" and ")} produce ${name}, and none of them answers for it`,
          `streams.${name}`,
          `name the service that answers for its messages: streams.${name}.owner`,
        ),
      ];
    if (services[owner] !== undefined) return [];
    return [
      error(
        "topic-without-owner",
        place,
        `${owner} answers for ${name}, and the blueprint has no such service`,
        `streams.${name}.owner`,
        `write one of ${Object.keys(services).join(", ")}`,
      ),
    ];
  });
}

/** Stores and streams that no service uses cost money and hold nothing. */
function storeFindings(deployment: Deployment): Finding[] {
  const { services, data, streams } = deployment.blueprint;
  const sinks = new Set(
    Object.values(streams).flatMap((stream) => (stream.kind === "eventStream" ? (stream.sink ?? []) : [])),
  );
  return ["data", "streams"].flatMap((group) =>
    Object.keys(group === "data" ? data : streams)
      .filter((name) => usersOf(services, name, () => true).length === 0 && !sinks.has(name))
      .map((name) =>
        error(
          "used-by-nobody",
          `${deployment.name}-${deployment.environment}`,
          `no service uses ${name}`,
          `${group}.${name}`,
          `let a service use it, or take ${group}.${name} out`,
        ),
      ),
  );
}

const usersOf = (
  services: Deployment["blueprint"]["services"],
  name: string,
  wanted: (verb: string) => boolean,
): string[] =>
  Object.entries(services).flatMap(([service, { uses }]) => {
    const verb = uses[name];
    return verb !== undefined && wanted(verb) ? [service] : [];
  });
