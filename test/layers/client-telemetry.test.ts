import { client } from "../../lib/layers/client/index.ts";
import { ingress } from "../../lib/layers/ingress/index.ts";
import { mesh } from "../../lib/layers/mesh/index.ts";
import { type Document, objectNamed, objectsOf, place, resource, resources, stackOf } from "../support.ts";

const pages = async (): Promise<Document> =>
  stackOf(client, await place("reference", "prod", "us-east-1"), "telemetry");
const alarm = async (end: string): Promise<Document> =>
  resources(await pages(), "aws_cloudwatch_metric_alarm").find(({ alarm_name }) => alarm_name.endsWith(end));

describe("what browsers tell", () => {
  test("how pages perform and what they ask for, without cookies (client.telemetry.rum)", async () => {
    const monitor = resource(await pages(), "aws_rum_app_monitor");
    expect(monitor).toMatchObject({ domain: "reference.example", cw_log_enabled: true });
    expect(monitor.app_monitor_configuration).toMatchObject({
      telemetries: ["errors", "performance", "http"],
      allow_cookies: false,
      session_sample_rate: 0.01,
    });
  });

  test("somebody is told of pages slower than three seconds (client.kpis.tti)", async () => {
    const slow = await alarm("slow");
    expect(slow).toMatchObject({
      namespace: "AWS/RUM",
      metric_name: "WebVitalsLargestContentfulPaint",
      threshold: 3000,
      comparison_operator: "GreaterThanThreshold",
    });
    expect(slow.dimensions.application_name).toBe(resource(await pages(), "aws_rum_app_monitor").name);
  });

  test("somebody is told of more errors than usual (client.telemetry.error-alert)", async () => {
    const errors = await alarm("errors");
    const band = errors.metric_query.find(({ id }: Document) => id === errors.threshold_metric_id);
    expect(band.expression).toMatch(/^ANOMALY_DETECTION_BAND\(errors/);
    expect(errors.metric_query[0].metric.metric_name).toBe("JsErrorCount");
    expect(errors.alarm_actions).toEqual(["arn:aws:sns:us-east-1:210000000004:reference-prod-use1-alerts"]);
  });

  test("guests may tell this monitor and do nothing else", async () => {
    const stack = await pages();
    const { Statement } = JSON.parse(resource(stack, "aws_iam_role_policy").policy);
    expect(Statement).toEqual([
      {
        Effect: "Allow",
        Action: "rum:PutRumEvents",
        Resource: expect.stringMatching(/:appmonitor\/reference-prod-use1$/),
      },
    ]);
  });
});

describe("flags", () => {
  const flags = async (): Promise<Document> => stackOf(client, await place("reference", "prod", "us-east-1"), "flags");

  test("go from one caller in a hundred to all (client.flags.rollout)", async () => {
    const rollout = resource(await flags(), "aws_appconfig_deployment_strategy");
    expect(rollout).toMatchObject({ growth_type: "EXPONENTIAL", growth_factor: 1, replicate_to: "NONE" });
    expect(rollout.final_bake_time_in_minutes).toBeGreaterThan(0);
  });

  test("an alarm takes a change back from all at once (client.flags.kill-switch)", async () => {
    const { monitor } = resource(await flags(), "aws_appconfig_environment");
    expect(monitor).toHaveLength(1);
    expect(monitor[0].alarm_arn).toContain(`:alarm:${(await alarm("errors")).alarm_name}`);
    expect(monitor[0].alarm_role_arn).toContain("aws_iam_role.flags-watcher");
  });

  test("are AWS's own, and clients hear of changes on a route that is not cut off before half a minute (client.flags.provider)", async () => {
    const profile = resource(await flags(), "aws_appconfig_configuration_profile");
    expect(profile.type).toBe("AWS.AppConfig.FeatureFlags");
    const here = await place("reference", "prod", "us-east-1");
    const route = objectNamed(await objectsOf(ingress, here, "routes"), "HTTPRoute", "config-flags");
    for (const { timeouts } of route.spec.rules.filter(({ matches: [one] }: Document) => one.method === "GET"))
      expect(timeouts.request).toMatch(/^(?:[3-9]\ds|[1-9]\d*m)/);
    const { spec } = objectNamed(await objectsOf(mesh, here, "config-flags"), "VirtualService", "config-flags");
    for (const { timeout } of spec.http) expect(timeout).toMatch(/^(?:[3-9]\ds|[1-9]\d*m)/);
  });

  test("are read by who the blueprint names, and no other product's", async () => {
    const { policy } = resource(await flags(), "aws_iam_policy");
    const [{ Resource }] = JSON.parse(policy).Statement;
    expect(Resource).toMatch(/^\$\{aws_appconfig_application\..+\}\/environment\/\$\{.+\}\/configuration\/\$\{.+\}$/);
    const access = await stackOf(mesh, await place("reference", "prod", "eu-west-1"));
    expect(resources(access, "aws_iam_role_policy_attachment")).toEqual([
      expect.objectContaining({
        role: "${aws_iam_role.services-config-flags-Resource.name}",
        policy_arn: "arn:aws:iam::210000000004:policy/reference-prod-flags-reader",
      }),
    ]);
  });
});
