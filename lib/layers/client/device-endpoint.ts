import { DataAwsIotEndpoint } from "@cdktn/provider-aws/lib/data-aws-iot-endpoint/index.js";
import { DataAwsRoute53Zone } from "@cdktn/provider-aws/lib/data-aws-route53-zone/index.js";
import { IotDomainConfiguration } from "@cdktn/provider-aws/lib/iot-domain-configuration/index.js";
import { Route53Record } from "@cdktn/provider-aws/lib/route53-record/index.js";
import { Construct } from "constructs";
import { nameOf, type Place } from "../../model/place.ts";
import type { DeviceEndpoint as EndpointSettings } from "../../model/settings/client/devices.ts";
import { encodes } from "../common/encodes.ts";
import { ServerCertificate } from "./server-certificate.ts";

export interface DeviceEndpointProps {
  readonly place: Place;
  readonly endpoint: EndpointSettings;
  readonly domain: string;
}

/**
 * The host that devices connect to: a name of the product's own, which firmware can keep when what is behind it changes.
 * MQTT over TLS 1.3 with the device's certificate, QoS 0 and 1; what the broker of AWS does not speak is not offered.
 */
export class DeviceEndpoint extends Construct {
  constructor(scope: Construct, id: string, { place, endpoint, domain }: DeviceEndpointProps) {
    super(scope, id);
    const host = `${endpoint.host ?? "devices"}.${domain}`;
    const zone = new DataAwsRoute53Zone(this, "zone", { name: domain, privateZone: false });
    const certificate = new ServerCertificate(this, "certificate", { host, zone });
    const configuration = new IotDomainConfiguration(this, "Resource", {
      name: nameOf(place, "aws_iot_domain_configuration", "devices"),
      domainName: host,
      serviceType: "DATA",
      serverCertificateArns: [certificate.arn],
      applicationProtocol: "SECURE_MQTT",
      authenticationType: "AWS_X509",
      tlsConfig: { securityPolicy: "IotSecurityPolicy_TLS13_1_3_2022_10" },
    });
    const answers = new DataAwsIotEndpoint(this, "answers", { endpointType: "iot:Data-ATS" });
    new Route53Record(this, "record", {
      zoneId: zone.zoneId,
      name: host,
      type: "CNAME",
      ttl: 300,
      records: [answers.endpointAddress],
    });
    encodes("client.iot.mqtt", configuration);
  }
}
