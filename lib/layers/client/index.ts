import { domainOf, type Place } from "../../model/place.ts";
import type { Crashes } from "../../model/settings/client/crashes.ts";
import type { Flags as FlagsSettings } from "../../model/settings/client/flags.ts";
import type { Health as HealthSettings } from "../../model/settings/client/health.ts";
import type { CognitoIdentity } from "../../model/settings/client/identity.ts";
import type {
  PartnerApi as ApiSettings,
  Partners,
  PartnerPortal as PortalSettings,
} from "../../model/settings/client/partners.ts";
import type { Push as PushSettings } from "../../model/settings/client/push.ts";
import type { Application } from "../common/application.ts";
import type { ApplicationPlan, Layer, StackPlan } from "../common/layer.ts";
import { WAVES } from "../delivery/contract.ts";
import { zoneOf } from "../edge/contract.ts";
import { clusterOf, networkOf } from "../foundation/contract.ts";
import { loadBalancerOf } from "../ingress/contract.ts";
import { keysOf } from "../security/contract.ts";
import { clientAlarms, crashReports, flagsOf, identityOf, portalHost } from "./contract.ts";
import { CrashChart } from "./crash-chart.ts";
import { CrashHost } from "./crash-host.ts";
import { CrashServer } from "./crash-server.ts";
import { CrashSymbols } from "./crash-symbols.ts";
import { Devices, type DevicesProps, needsBucket } from "./devices.ts";
import { Downloads, type DownloadsProps } from "./downloads.ts";
import { Flags } from "./flags.ts";
import { Health } from "./health.ts";
import { IdentityProvider } from "./identity.ts";
import { MediaBalancer, type MediaBalancerProps } from "./media-balancer.ts";
import { PartnerApi } from "./partner-api.ts";
import { PartnerPortal } from "./partner-portal.ts";
import { PartnerSandbox, type PartnerSandboxProps } from "./partner-sandbox.ts";
import { Push } from "./push.ts";
import { RenderServers } from "./render-servers.ts";
import { Telemetry, type TelemetryProps } from "./telemetry.ts";
import { TurnServers } from "./turn-servers.ts";
import { Webhooks } from "./webhooks.ts";

/** What clients stand on, once a product, in its primary region or for the whole world: each part in a stack of its own. */
export const client: Layer = {
  id: "client",
  stacks: (place) => {
    const { identity, crashes, desktop, devices, health, media, partners, push, telemetry, flags } =
      place.blueprint.layers.client;
    const domain = domainOf(place);
    if (place.global)
      return domain === undefined
        ? []
        : [
            ...(desktop === undefined ? [] : [downloadsStack({ place, desktop, domain })]),
            ...(partners?.portal === undefined ? [] : [portalStack(place, partners.portal, domain)]),
            ...reportsStacks(place, domain),
          ];
    if (place.role !== "primary") return [];
    return [
      ...(identity?.provider === "cognito" ? [identityStack(place, identity)] : []),
      ...(devices === undefined ? [] : [devicesStack({ place, devices, domain })]),
      ...(crashes === undefined ? [] : [symbolsStack(place, crashes)]),
      ...(health === undefined ? [] : [healthStack(place, health)]),
      ...(media === undefined || domain === undefined ? [] : [mediaStack({ place, media, domain })]),
      ...(partners === undefined ? [] : [webhooksStack(place, partners)]),
      ...(partners?.api === undefined || domain === undefined || identity?.provider !== "cognito"
        ? []
        : [
            partnerApiStack(place, partners.api, domain),
            ...(partners.api.sandbox === undefined
              ? []
              : [sandboxStack({ place, api: partners.api, sandbox: partners.api.sandbox, domain })]),
          ]),
      ...(push === undefined ? [] : [pushStack(place, push)]),
      ...(telemetry === undefined || domain === undefined ? [] : [telemetryStack({ place, telemetry, domain })]),
      ...(flags?.provider === "appconfig" ? [flagsStack(place, flags)] : []),
    ];
  },
  applications: (place) => [...mediaApplications(place), ...crashApplications(place)],
};

/** The keys' stack also makes the secrets that people seed. */
const afterSecrets = (place: Place): Pick<StackPlan, "follows"> => ({ follows: [keysOf(place)] });

function identityStack(place: Place, identity: CognitoIdentity): StackPlan {
  return {
    slice: "identity",
    reads: [],
    ...afterSecrets(place),
    publishes: [identityOf(place)],
    build: (stack) => {
      new IdentityProvider(stack, "identity", { place, identity });
    },
  };
}

function devicesStack(props: DevicesProps): StackPlan {
  const { place, devices, domain } = props;
  return {
    slice: "devices",
    reads: needsBucket(devices) ? [keysOf(place)] : [],
    // Its host is proved in the product's zone.
    follows: devices.endpoint === undefined || domain === undefined ? [] : [zoneOf(place)],
    publishes: [],
    build: (stack) => {
      new Devices(stack, "devices", props);
    },
  };
}

function downloadsStack(props: DownloadsProps): StackPlan {
  return {
    slice: "downloads",
    reads: [],
    // Its host is proved in the product's zone.
    follows: [zoneOf(props.place)],
    publishes: [],
    build: (stack) => {
      new Downloads(stack, "downloads", props);
    },
  };
}

function portalStack(place: Place, portal: PortalSettings, domain: string): StackPlan {
  return {
    slice: "portal",
    reads: [],
    // Its host is proved in the product's zone.
    follows: [zoneOf(place)],
    publishes: [],
    build: (stack) => {
      new PartnerPortal(stack, "portal", { place, portal, host: portalHost(place) ?? domain, domain });
    },
  };
}

/** The host to which clients report crashes, where they do in the product's own cluster. */
function reportsStacks(place: Place, domain: string): StackPlan[] {
  const reports = crashReports(place);
  if (reports === undefined) return [];
  return [
    {
      slice: "crashes",
      reads: [],
      // Its host is proved in the product's zone.
      follows: [zoneOf(place)],
      publishes: [],
      build: (stack) => {
        new CrashHost(stack, "reports", { place, host: reports.host, domain });
      },
    },
  ];
}

function symbolsStack(place: Place, crashes: Crashes): StackPlan {
  return {
    slice: "crashes",
    reads: [keysOf(place)],
    // Its pods' roles are associated with the cluster.
    follows: crashes.tool === "sentry" ? [clusterOf(place)] : [],
    publishes: [],
    build: (stack) => {
      new CrashSymbols(stack, "crashes", { place, crashes });
    },
  };
}

/** Sentry, in the primary region: what stands around it, then its chart. */
function crashApplications(place: Place): readonly ApplicationPlan[] {
  const reports = crashReports(place);
  if (reports === undefined || place.global || place.role !== "primary") return [];
  return [
    {
      name: "crashes",
      wave: WAVES.tools,
      build: (application) => {
        new CrashServer(application, "server", { place, ...reports });
      },
    },
    {
      name: "crashes-chart",
      wave: WAVES.toolCharts,
      // It stands in Argo CD's own namespace; what it installs is under the product's project.
      clusterWide: true,
      build: (application) => {
        new CrashChart(application, "chart", { place, ...reports });
      },
    },
  ];
}

function partnerApiStack(place: Place, api: ApiSettings, domain: string): StackPlan {
  return {
    slice: "partner-api",
    reads: [keysOf(place), identityOf(place)],
    // Its host is proved in the product's zone.
    follows: [zoneOf(place)],
    publishes: [],
    build: (stack) => {
      new PartnerApi(stack, "partners", { stack, place, api, domain });
    },
  };
}

function sandboxStack(props: PartnerSandboxProps): StackPlan {
  return {
    slice: "partner-sandbox",
    reads: [],
    // Its host is proved in the product's zone, and API Gateway's key is seeded.
    follows: [zoneOf(props.place), keysOf(props.place)],
    publishes: [],
    build: (stack) => {
      new PartnerSandbox(stack, "sandbox", props);
    },
  };
}

function mediaStack(props: MediaBalancerProps): StackPlan {
  const { place } = props;
  return {
    slice: "media",
    reads: [networkOf(place), clusterOf(place)],
    // Its hosts are in the product's zone, and the platform's controller is told of its targets.
    follows: [zoneOf(place), loadBalancerOf(place)],
    publishes: [],
    build: (stack) => {
      new MediaBalancer(stack, "media", props);
    },
  };
}

/** Relays and servers that render, where the load balancer of media is. */
function mediaApplications(place: Place): readonly ApplicationPlan[] {
  const { media } = place.blueprint.layers.client;
  const domain = domainOf(place);
  if (media === undefined || domain === undefined || place.global || place.role !== "primary") return [];
  const { turn, rendering } = media;
  const [pool] = Object.entries(place.hostBlueprint.layers.foundation.nodePools).find(([, { gpu }]) => gpu) ?? [];
  return [
    ...(turn === undefined
      ? []
      : [
          {
            name: "turn",
            wave: WAVES.services,
            build: (application: Application) => {
              new TurnServers(application, "turn", { place, turn, domain });
            },
          },
        ]),
    ...(rendering === undefined || pool === undefined
      ? []
      : [
          {
            name: "render",
            wave: WAVES.services,
            build: (application: Application) => {
              new RenderServers(application, "render", { place, rendering, pool });
            },
          },
        ]),
  ];
}

function healthStack(place: Place, health: HealthSettings): StackPlan {
  return {
    slice: "health",
    reads: [],
    publishes: [],
    build: (stack) => {
      new Health(stack, "health", { place, health });
    },
  };
}

function webhooksStack(place: Place, partners: Partners): StackPlan {
  return {
    slice: "webhooks",
    reads: [],
    ...afterSecrets(place),
    publishes: [],
    build: (stack) => {
      new Webhooks(stack, "webhooks", { place, partners });
    },
  };
}

function pushStack(place: Place, push: PushSettings): StackPlan {
  return {
    slice: "push",
    reads: [],
    ...afterSecrets(place),
    publishes: [],
    build: (stack) => {
      new Push(stack, "push", { place, push });
    },
  };
}

function telemetryStack(props: TelemetryProps): StackPlan {
  return {
    slice: "telemetry",
    reads: [],
    publishes: [],
    build: (stack) => {
      new Telemetry(stack, "pages", props);
    },
  };
}

function flagsStack(place: Place, flags: FlagsSettings): StackPlan {
  return {
    slice: "flags",
    reads: [],
    publishes: [flagsOf(place)],
    // AppConfig refuses an alarm that does not exist.
    after: clientAlarms(place).length === 0 ? [] : ["telemetry"],
    build: (stack) => {
      new Flags(stack, "flags", { place, flags });
    },
  };
}
