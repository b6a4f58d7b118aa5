import { KubeConfigMap } from "cdk8s-plus-34/lib/imports/k8s.js";
import { Construct } from "constructs";
import { namespaceOf, type Place } from "../../model/place.ts";
import type { ResolvedService } from "../../model/resolved.ts";
import { encodes } from "../common/encodes.ts";
import { BREAKERS_FOLDER, breakersFile } from "./breakers.ts";
import { graphqlFacts, ROUTER_FOLDER, routerFile } from "./graphql-router.ts";

/** A file that the pods of a service find in a folder of its own, and how the software that reads it learns where it is. */
export interface ServiceFile {
  readonly id: string;
  readonly folder: string;
  readonly file: string;
  readonly text: string;
  readonly env: Readonly<Record<string, string>>;
}

/** The files that a service's settings ask for. */
export function filesOf(place: Place, name: string, service: ResolvedService): readonly ServiceFile[] {
  return [
    ...(service.breakers === undefined
      ? []
      : [
          {
            id: "breakers",
            folder: BREAKERS_FOLDER,
            file: "application.yaml",
            text: breakersFile(service),
            env: { SPRING_CONFIG_ADDITIONAL_LOCATION: `file:${BREAKERS_FOLDER}/` },
          },
        ]),
    ...(service.graphql === undefined
      ? []
      : [
          {
            id: "router",
            folder: ROUTER_FOLDER,
            file: "router.yaml",
            text: routerFile(place, name, service.graphql),
            env: {
              APOLLO_ROUTER_CONFIG_PATH: `${ROUTER_FOLDER}/router.yaml`,
              APOLLO_GRAPH_REF: service.graphql.graph,
              APOLLO_KEY_PATH: `/var/run/dodeca/${service.graphql.secret}/key`,
            },
          },
        ]),
  ];
}

/** The files of a service, one ConfigMap each. */
export class ServiceFiles extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { place, name, service }: { readonly place: Place; readonly name: string; readonly service: ResolvedService },
  ) {
    super(scope, id);
    for (const { id: file, file: key, text } of filesOf(place, name, service)) {
      const map = new KubeConfigMap(this, file, {
        metadata: { name: `${name}-${file}`, namespace: namespaceOf(place, name) },
        data: { [key]: text },
      });
      if (file === "breakers") encodes("ingress.circuit-breaker.half-open", map);
      if (service.graphql !== undefined && file === "router")
        for (const fact of graphqlFacts(service.graphql)) encodes(fact, map);
    }
  }
}
