import { z } from "zod";
import { hostLabel } from "../../host-label.ts";

/** An expression of JavaScript's, as text. */
const expression = z.string().refine(
  (text) => {
    try {
      new RegExp(`^(?:${text})$`);
      return true;
    } catch {
      return false;
    }
  },
  { error: "a regular expression of JavaScript, without slashes around it" },
);

/** How devices become things. Catalogue: client.iot.fleet. */
const fleet = z.strictObject({
  /** What a serial number looks like, as a regular expression for the whole of it: a device with another gets no name. */
  serials: expression,
});
export type Fleet = z.infer<typeof fleet>;

/** Firmware over the air. Catalogue: client.iot.ota. */
const updates = z.strictObject({
  /** Id of the certificate for signing code that people imported into ACM in the primary region. */
  certificate: z.uuid(),
});
export type DeviceUpdates = z.infer<typeof updates>;

/** Where what devices measure goes. Catalogue: client.iot.ingest. */
const ingest = z.strictObject({
  /**
   * An event stream of the blueprint. Topics are not offered: a rule of AWS IoT logs in to brokers with a password or a
   * certificate, and the brokers of the platform take neither.
   */
  stream: z.string(),
});
export type DeviceIngest = z.infer<typeof ingest>;

/** A host of the product's own for devices. Catalogue: client.iot.mqtt. */
const endpoint = z.strictObject({
  /** Label before the product's domain. @default "devices" */
  host: hostLabel.optional(),
});
export type DeviceEndpoint = z.infer<typeof endpoint>;

/** What devices connect to (AWS IoT Core): $1 for a million messages. */
export const devicesSettings = z.strictObject({
  /** Software at the edge (Greengrass) may take credentials of AWS for an hour, to fetch its components and write its logs. @default false */
  greengrass: z.boolean().optional(),
  /**
   * Finds devices by what they last reported and by whether they are connected. There is one index for an account and region:
   * one product in it sets this. $2.25 for a million updates. @default false
   */
  index: z.boolean().optional(),
  /** Devices become things by themselves, with a certificate that a batch shares. @default people make things */
  fleet: fleet.optional(),
  /** Signs firmware and sends it over the air: $0.25 for a hundred devices. @default none */
  updates: updates.optional(),
  /** What devices publish under `telemetry` goes to a stream: $0.15 for a million messages. @default nowhere */
  ingest: ingest.optional(),
  /** Devices connect to a host below the product's domain, with TLS 1.3. @default the account's own host */
  endpoint: endpoint.optional(),
});
export type Devices = z.infer<typeof devicesSettings>;
