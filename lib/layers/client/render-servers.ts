import { KubeStatefulSet, Quantity } from "cdk8s-plus-34/lib/imports/k8s.js";
import { Construct } from "constructs";
import { namespaceOf, type Place } from "../../model/place.ts";
import type { Rendering } from "../../model/settings/client/media.ts";
import { encodes } from "../common/encodes.ts";
import { containerWaivers, waived } from "../common/waivers.ts";
import { imageOf } from "../delivery/contract.ts";
import { MediaPods, mediaContainer, mediaLabels, mediaTemplate } from "./media-pods.ts";
import { RENDER_PORT } from "./media-ports.ts";

export interface RenderServersProps {
  readonly place: Place;
  readonly rendering: Rendering;
  /** Name of the pool of machines with GPUs. */
  readonly pool: string;
}

/** Servers that render what a headset cannot, each with a name by which a session finds its own again. */
export class RenderServers extends Construct {
  constructor(scope: Construct, id: string, { place, rendering, pool }: RenderServersProps) {
    super(scope, id);
    const image = imageOf(place, rendering.image);
    const pods = new MediaPods(this, "pods", { place, server: "render", port: RENDER_PORT });
    const gpus = { "nvidia.com/gpu": Quantity.fromNumber(rendering.gpus ?? 1) };
    const memory = Quantity.fromString("8Gi");
    const servers = new KubeStatefulSet(this, "Resource", {
      metadata: {
        name: "render",
        namespace: namespaceOf(place),
        labels: { ...mediaLabels("render") },
        annotations: waived(containerWaivers(image)),
      },
      spec: {
        serviceName: "render",
        replicas: rendering.replicas ?? 1,
        podManagementPolicy: "Parallel",
        revisionHistoryLimit: 3,
        selector: { matchLabels: { ...mediaLabels("render") } },
        template: mediaTemplate(
          place,
          "render",
          { name: pool, gpu: true },
          {
            name: "render",
            image,
            env: [{ name: "PORT", value: String(RENDER_PORT) }],
            ...mediaContainer(RENDER_PORT),
            resources: {
              requests: { cpu: Quantity.fromString("2"), memory, ...gpus },
              limits: { memory, ...gpus },
            },
            volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
          },
          [{ name: "tmp", emptyDir: { sizeLimit: Quantity.fromString("4Gi") } }],
        ),
      },
    });
    encodes("client.xr.render-offload", servers, pods.service);
  }
}
