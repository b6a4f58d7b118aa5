import type { ResolvedService } from "../../model/resolved.ts";

/** What a proxy asks for: thousandths of a core, and MiB, of which it may take some more. */
export interface ProxySize {
  readonly cpu: number;
  readonly memory: number;
  readonly memoryLimit: number;
}

/** A sidecar that passes on requests. */
export const SIDECAR: ProxySize = { cpu: 50, memory: 96, memoryLimit: 256 };

/** KiB that a proxy holds for an open connection, with TLS on one side and HTTP/2 or a socket on the other. */
const CONNECTION = 40;

/** The sidecar of a service: one that keeps connections open needs room for as many as a replica may have. */
export function sidecarOf({ scaling }: Pick<ResolvedService, "scaling">): ProxySize {
  const { connections } = scaling.on;
  if (connections === undefined) return SIDECAR;
  const open = Math.ceil((connections * CONNECTION) / 1024);
  return {
    cpu: Math.max(SIDECAR.cpu, Math.ceil(connections / 200)),
    memory: SIDECAR.memory + Math.ceil(open / 2),
    memoryLimit: SIDECAR.memoryLimit + open,
  };
}

/** Memory and processor as Kubernetes writes them. */
export const asQuantities = ({ cpu, memory, memoryLimit }: ProxySize) => ({
  cpu: `${cpu}m`,
  memory: `${memory}Mi`,
  memoryLimit: `${memoryLimit}Mi`,
});
