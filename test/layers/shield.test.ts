import { edge } from "../../lib/layers/edge/index.ts";
import { accountStackOf, type Document, place, resource, resources, stackOf } from "../support.ts";

const prod = async (): Promise<Document> => stackOf(edge, await place("reference", "prod", "global"));
const account = async (): Promise<Document> => accountStackOf(edge, "reference-prod", "global", "shield");

test("an account subscribes once, and what a product shows to the internet is protected (edge.ddos.provider)", async () => {
  expect(resource(await account(), "aws_shield_subscription").auto_renew).toBe("ENABLED");
  const stack = await prod();
  const protections = resources(stack, "aws_shield_protection");
  const facing = ["aws_cloudfront_distribution", "aws_route53_zone"].flatMap((type) =>
    Object.keys(stack.resource[type]).map((id) => `\${${type}.${id}.arn}`),
  );
  expect(protections.map(({ resource_arn }) => resource_arn)).toEqual(facing);
});

test("nobody pays who has not asked", async () => {
  const stack = await stackOf(edge, await place("reference", "dev", "global"));
  expect(Object.keys(stack.resource).filter((type) => type.startsWith("aws_shield"))).toEqual([]);
  await expect(accountStackOf(edge, "reference-dev", "global", "shield")).rejects.toThrow("0 stacks");
});

test("attacks are seen across all that is of one type (edge.ddos.grouping)", async () => {
  const groups = resources(await account(), "aws_shield_protection_group");
  expect(groups.map(({ pattern, resource_type }) => `${pattern} ${resource_type}`)).toEqual([
    "BY_RESOURCE_TYPE CLOUDFRONT_DISTRIBUTION",
    "BY_RESOURCE_TYPE ROUTE_53_HOSTED_ZONE",
  ]);
});

test("floods of requests are blocked by themselves on each distribution (edge.ddos.l7-auto)", async () => {
  const stack = await prod();
  const responses = resources(stack, "aws_shield_application_layer_automatic_response");
  expect(responses.map(({ action, resource_arn }) => `${action} ${resource_arn}`)).toEqual(
    Object.keys(stack.resource.aws_cloudfront_distribution).map(
      (id) => `BLOCK \${aws_cloudfront_distribution.${id}.arn}`,
    ),
  );
  expect(responses[0].depends_on).toEqual(["aws_shield_protection.shield-distribution"]);
});

test("what is judged follows from health, wherever Shield takes a check, and somebody is called (edge.ddos.health-based)", async () => {
  const stack = await prod();
  const checked = resources(stack, "aws_shield_protection_health_check_association");
  // Shield takes none for zones.
  expect(checked.map(({ shield_protection_id }) => shield_protection_id)).toEqual([
    "${aws_shield_protection.shield-distribution.id}",
  ]);
  expect(checked[0].health_check_arn).toBe("${aws_route53_health_check.shield-health.arn}");
  const { deployment } = await place("reference", "prod", "global");
  const health = stack.resource.aws_route53_health_check["shield-health"];
  expect(health).toMatchObject({ type: "CALCULATED", child_health_threshold: 1 });
  expect(health.child_healthchecks).toHaveLength(deployment.regions.length);
  const engagement = resource(await account(), "aws_shield_proactive_engagement");
  expect(engagement.enabled).toBe(true);
  expect(engagement.emergency_contact).toEqual([
    {
      email_address: "platform@reference.example",
      phone_number: "+15555550100",
      contact_notes: "on call, day and night",
    },
  ]);
});

test("an attack on anything protected is told within a minute (edge.ddos.speed)", async () => {
  const stack = await prod();
  const alarms = resources(stack, "aws_cloudwatch_metric_alarm").filter(
    ({ namespace }) => namespace === "AWS/DDoSProtection",
  );
  expect(alarms.map(({ dimensions }) => dimensions.ResourceArn)).toEqual(
    resources(stack, "aws_shield_protection").map(({ resource_arn }) => resource_arn),
  );
  for (const alarm of alarms)
    expect(alarm).toMatchObject({
      namespace: "AWS/DDoSProtection",
      metric_name: "DDoSDetected",
      period: 60,
      evaluation_periods: 1,
      alarm_actions: ["arn:aws:sns:us-east-1:210000000004:reference-prod-use1-alerts"],
    });
});
