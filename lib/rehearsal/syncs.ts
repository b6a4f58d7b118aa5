import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { type KubernetesObject, objectsBelow } from "../estate/objects.ts";

/** The objects of an application of a place, in the order in which Argo CD syncs applications. */
export interface Sync {
  readonly application: string;
  readonly wave: number;
  readonly objects: readonly KubernetesObject[];
}

const pointerSchema = z.looseObject({
  kind: z.literal("Application"),
  metadata: z.looseObject({ annotations: z.looseObject({ "argocd.argoproj.io/sync-wave": z.string() }) }),
  spec: z.looseObject({ source: z.looseObject({ path: z.string() }) }),
});

/** What Argo CD would sync in a place, in waves, read from its root; the root's own objects last. @param root folder that holds `dist` */
export function syncsOf(root: string, place: string): Sync[] {
  const folder = join(root, "dist", "delivery", "argocd", place);
  if (!existsSync(folder)) return [];
  const pointers = objectsBelow(folder);
  return pointers
    .flatMap((object): Sync[] => {
      const pointer = pointerSchema.safeParse(object);
      if (!pointer.success || !pointer.data.spec.source.path.startsWith("dist/kubernetes/")) return [];
      const { path } = pointer.data.spec.source;
      return [
        {
          application: path.slice("dist/kubernetes/".length),
          wave: Number(pointer.data.metadata.annotations["argocd.argoproj.io/sync-wave"]),
          objects: objectsBelow(join(root, path)),
        },
      ];
    })
    .sort((a, b) => a.wave - b.wave || (a.application < b.application ? -1 : 1))
    .concat([{ application: `${place}/root`, wave: Number.POSITIVE_INFINITY, objects: pointers }]);
}
