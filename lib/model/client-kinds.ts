/** How a kind of client proves who it is: people sign in, devices have certificates, partners have keys. */
export type ClientAccess = "sign-in" | "certificate" | "key";

interface ClientKind {
  /** What it speaks. Catalogue: client.<kind>.protocols. */
  readonly protocols: readonly string[];
  readonly access: ClientAccess;
}

/** The kinds of clients that a product can have. Catalogue: client.kpis.types. */
export const CLIENT_KINDS = {
  web: { protocols: ["HTTPS", "WebSocket", "GraphQL", "HTTP/3"], access: "sign-in" },
  ios: { protocols: ["HTTPS", "gRPC", "WebSocket", "APNs"], access: "sign-in" },
  android: { protocols: ["HTTPS", "gRPC", "FCM", "WebSocket"], access: "sign-in" },
  desktop: { protocols: ["HTTPS", "WebSocket", "gRPC", "GraphQL"], access: "sign-in" },
  iot: { protocols: ["MQTT", "CoAP", "AMQP", "HTTPS"], access: "certificate" },
  partner: { protocols: ["REST", "GraphQL", "gRPC", "Webhooks"], access: "key" },
  xr: { protocols: ["WebRTC", "WebSocket", "HTTPS"], access: "sign-in" },
  wearable: { protocols: ["BLE GATT", "HTTPS", "MQTT"], access: "sign-in" },
} as const satisfies Readonly<Record<string, ClientKind>>;

/** A kind of client. */
export type ClientKindName = keyof typeof CLIENT_KINDS;
