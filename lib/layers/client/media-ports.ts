import { nameOf, type Place } from "../../model/place.ts";

/** What the load balancer of media listens on for a server, and where the server's pods answer. */
export interface MediaPort {
  /** Server and way, such as `turn-udp`. */
  readonly name: string;
  readonly server: "turn" | "render";
  /** Port that clients know. */
  readonly port: number;
  /** `TLS` ends at the load balancer. */
  readonly protocol: "UDP" | "TLS";
  /** Port of the pods. */
  readonly target: number;
}

/** Port of relays, for both ways. */
export const TURN_PORT = 3478;

/** Port of servers that render. */
export const RENDER_PORT = 8443;

const TURN: readonly MediaPort[] = [
  { name: "turn-udp", server: "turn", port: TURN_PORT, protocol: "UDP", target: TURN_PORT },
  // For those whose network lets nothing out but TLS.
  { name: "turn-tls", server: "turn", port: 5349, protocol: "TLS", target: TURN_PORT },
];
const RENDER: readonly MediaPort[] = [
  { name: "render-udp", server: "render", port: RENDER_PORT, protocol: "UDP", target: RENDER_PORT },
];

/** Ports of the media that a product has. */
export function mediaPorts(place: Place): readonly MediaPort[] {
  const { media } = place.blueprint.layers.client;
  return [...(media?.turn === undefined ? [] : TURN), ...(media?.rendering === undefined ? [] : RENDER)];
}

/** Name of the target group of a port: ours to choose, so that YAML can say it. */
export const mediaTargets = (place: Place, { name }: MediaPort): string => nameOf(place, "aws_lb_target_group", name);
