import { RootConstruct } from "constructs";
import { graphOf } from "../../lib/estate/graph.ts";
import { stackOf as readBack } from "../../lib/estate/stacks.ts";
import { Stack } from "../../lib/layers/common/stack.ts";
import { AcceleratedRegion } from "../../lib/layers/ingress/accelerator.ts";
import { ingress } from "../../lib/layers/ingress/index.ts";
import type { Place } from "../../lib/model/place.ts";
import { renderStack } from "../../lib/synth/terraform.ts";
import { type Document, objectsOf, ofKind, place, resource, stackOf } from "../support.ts";

const regional = () => place("reference", "staging", "us-east-1");

/** The reference's prod, accelerated, outside of its home region. */
const abroad = async (): Promise<Place> => {
  const here = await place("reference", "prod", "eu-west-1");
  const layers = { ...here.hostBlueprint.layers };
  layers.ingress = { ...layers.ingress, globalLoadBalancer: "global-accelerator" };
  return { ...here, hostBlueprint: { ...here.hostBlueprint, layers } };
};

describe("accelerator", () => {
  test("every region has a load balancer and all of its own traffic behind two addresses (ingress.glb.provider)", async () => {
    const global = await stackOf(ingress, await place("reference", "staging", "global"), "accelerator");
    expect(resource(global, "aws_globalaccelerator_listener")).toMatchObject({
      protocol: "TCP",
      port_range: [{ from_port: 443, to_port: 443 }],
    });
    const { deployment } = await regional();
    for (const { region } of deployment.regions) {
      const here = await place("reference", "staging", region.code);
      const group = resource(await stackOf(ingress, here, "accelerator"), "aws_globalaccelerator_endpoint_group");
      expect(group).toMatchObject({ endpoint_group_region: region.code, traffic_dial_percentage: 100 });
      expect(group.endpoint_configuration[0].endpoint_id).toContain("load-balancer-arn");
      expect(resource(await stackOf(ingress, here), "aws_lb").load_balancer_type).toBe("network");
    }
  });

  test("the domain has a name that leads there, which the gateway serves", async () => {
    const global = await stackOf(ingress, await place("reference", "staging", "global"), "accelerator");
    const { name } = resource(global, "aws_route53_record");
    expect(name).toBe("direct.staging.reference.example");
    for (const { spec } of ofKind(await objectsOf(ingress, await regional(), "routes"), "HTTPRoute") as Document[])
      if (spec.hostnames.length > 1) expect(spec.hostnames).toContain(name);
  });

  test("is for who asks for it", async () => {
    const stack = await stackOf(ingress, await place("reference", "prod", "us-east-1"));
    expect(stack.resource.aws_globalaccelerator_endpoint_group).toBeUndefined();
    for (const { spec } of ofKind(
      await objectsOf(ingress, await place("reference", "prod", "us-east-1"), "routes"),
      "HTTPRoute",
    ))
      expect(spec.hostnames).not.toContain("direct.reference.example");
  });

  test("a region that is not its home learns of it there", async () => {
    const here = await abroad();
    const stack = new Stack(new RootConstruct(), "abroad", {
      account: here.deployment.account,
      region: "eu-west-1",
      tags: {},
    });
    new AcceleratedRegion(stack, "accelerated", here);
    const { document } = renderStack(stack);
    const node = graphOf({ stacks: [readBack("abroad", document)], applications: [], blueprints: [] });
    const scopes = node
      .ofType("data", "aws_ssm_parameter")
      .map(({ body, scope }) => [String(body["name"]).split("/").at(-1), scope.split("/")[1]]);
    expect(scopes).toEqual([
      ["listenerArn", "us-east-1"],
      ["arn", "eu-west-1"],
    ]);
  });
});
