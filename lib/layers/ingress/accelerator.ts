import { GlobalacceleratorAccelerator } from "@cdktn/provider-aws/lib/globalaccelerator-accelerator/index.js";
import { GlobalacceleratorEndpointGroup } from "@cdktn/provider-aws/lib/globalaccelerator-endpoint-group/index.js";
import { GlobalacceleratorListener } from "@cdktn/provider-aws/lib/globalaccelerator-listener/index.js";
import { Route53Record } from "@cdktn/provider-aws/lib/route53-record/index.js";
import { Construct } from "constructs";
import { nameOf, type Place } from "../../model/place.ts";
import { publish, read } from "../common/contract.ts";
import { encodes } from "../common/encodes.ts";
import type { Stack } from "../common/stack.ts";
import { waives } from "../common/waivers.ts";
import { zoneOf } from "../edge/contract.ts";
import { acceleratorOf, directHost, GATEWAY_PORTS, loadBalancerOf } from "./contract.ts";

/** Seconds between two looks at a region's load balancer, and how many must fail: Global Accelerator knows 10 or 30. */
const HEALTH = { interval: 10, threshold: 2 } as const;

/**
 * Two addresses for all regions, announced from everywhere: a client enters the provider's network where it is, and is led to
 * the nearest region that is healthy. It carries TCP, and the gateway ends TLS: protocols that no CDN carries come this way.
 */
export class Accelerator extends Construct {
  constructor(stack: Stack, id: string, { place, domain }: { readonly place: Place; readonly domain: string }) {
    super(stack, id);
    const accelerator = new GlobalacceleratorAccelerator(this, "Resource", {
      name: nameOf(place, "aws_globalaccelerator_accelerator"),
      ipAddressType: "IPV4",
      enabled: true,
    });
    waives(accelerator, {
      check: "CKV_AWS_75",
      reason: "clients keep their addresses: the networks' own flow logs have every connection that comes through it",
    });
    const listener = new GlobalacceleratorListener(this, "listener", {
      acceleratorArn: accelerator.arn,
      protocol: "TCP",
      clientAffinity: "NONE",
      portRange: [{ fromPort: GATEWAY_PORTS.https, toPort: GATEWAY_PORTS.https }],
    });
    new Route53Record(this, "record", {
      zoneId: read(stack, zoneOf(place)).zoneId,
      name: directHost(domain),
      type: "A",
      alias: { name: accelerator.dnsName, zoneId: accelerator.hostedZoneId, evaluateTargetHealth: true },
    });
    publish(stack, acceleratorOf(place), { listenerArn: listener.arn });
    encodes("ingress.glb.provider", accelerator, listener);
    encodes("ingress.glb.features", accelerator);
  }
}

/** A region behind the accelerator: all of its traffic that is nearest here, as long as the load balancer is well. */
export class AcceleratedRegion extends Construct {
  constructor(stack: Stack, id: string, place: Place) {
    super(stack, id);
    const published = acceleratorOf(place);
    const group = new GlobalacceleratorEndpointGroup(this, "Resource", {
      listenerArn: read(stack, published, stack.providerIn(published.region)).listenerArn,
      endpointGroupRegion: place.region.code,
      trafficDialPercentage: 100,
      healthCheckProtocol: "TCP",
      healthCheckPort: GATEWAY_PORTS.https,
      healthCheckIntervalSeconds: HEALTH.interval,
      thresholdCount: HEALTH.threshold,
      endpointConfiguration: [
        { endpointId: read(stack, loadBalancerOf(place)).arn, weight: 128, clientIpPreservationEnabled: true },
      ],
    });
    encodes("ingress.glb.provider", group);
  }
}
