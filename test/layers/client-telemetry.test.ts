import { client } from "../../lib/layers/client/index.ts";
import { type Document, place, resource, resources, stackOf } from "../support.ts";

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
});
