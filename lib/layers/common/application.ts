import { ApiObject, Chart } from "cdk8s";
import type { Construct } from "constructs";

/** Labels that every object carries. */
export interface ApplicationProps {
  readonly namespace?: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** The unit of Argo CD sync: a chart whose objects name themselves. */
export class Application extends Chart {
  constructor(scope: Construct, id: string, props: ApplicationProps) {
    super(scope, id, {
      ...(props.namespace === undefined ? {} : { namespace: props.namespace }),
      labels: { ...props.labels },
      disableResourceNameHashes: true,
    });
  }
}

/** Any Kubernetes object with a type of its own: the shape comes from the models of its authors. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata?: {
    readonly name?: string;
    readonly namespace?: string;
    readonly labels?: object;
    readonly annotations?: object;
  };
}

/** A custom resource, typed by the published model of its kind: `new CustomObject<IVirtualService>(...)`. */
export class CustomObject<M extends Manifest> extends ApiObject {
  constructor(scope: Construct, id: string, manifest: M & { readonly metadata: { readonly name: string } }) {
    const { metadata, ...body } = manifest;
    super(scope, id, {
      ...body,
      metadata: {
        name: metadata.name,
        ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
        ...(metadata.labels === undefined ? {} : { labels: { ...metadata.labels } }),
        ...(metadata.annotations === undefined ? {} : { annotations: { ...metadata.annotations } }),
      },
    });
  }
}
