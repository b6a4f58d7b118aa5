import { client } from "../../lib/layers/client/index.ts";
import { delivery } from "../../lib/layers/delivery/index.ts";
import { type Document, objectNamed, objectsOf, ofKind, place, resource, resources, stackOf } from "../support.ts";

const at = async () => place("reference", "prod", "us-east-1");
const balancer = async (): Promise<Document> => stackOf(client, await at(), "media");
const objects = async (application: string): Promise<Document[]> => objectsOf(client, await at(), application);

describe("relays of calls", () => {
  test("answer on UDP 3478 and, for who gets nothing else out, on TLS 5349 (client.protocols.webrtc)", async () => {
    const stack = await balancer();
    expect(resource(stack, "aws_lb").load_balancer_type).toBe("network");
    const listeners = resources(stack, "aws_lb_listener").map(({ protocol, port }) => `${protocol} ${port}`);
    expect(listeners).toEqual(expect.arrayContaining(["UDP 3478", "TLS 5349"]));
    const relays = await objects("turn");
    const { ports } = objectNamed(relays, "Service", "turn").spec;
    expect(ports.map(({ protocol, port }: Document) => `${protocol} ${port}`)).toEqual(["UDP 3478", "TCP 3478"]);
    const bound = ofKind(relays, "TargetGroupBinding").map(({ spec }) => spec.targetGroupName);
    const groups = resources(stack, "aws_lb_target_group").map(({ name }) => name);
    expect(bound).toHaveLength(2);
    for (const name of bound) expect(groups).toContain(name);
  });

  test("relay to each other and to nothing else in the network", async () => {
    const relays = await objects("turn");
    const { egress } = objectNamed(relays, "NetworkPolicy", "turn").spec;
    expect(egress).toEqual([
      {
        to: [{ podSelector: { matchLabels: { "app.kubernetes.io/name": "turn" } } }],
        ports: [{ port: 49_152, endPort: 65_535, protocol: "UDP" }],
      },
    ]);
    const conf = objectNamed(relays, "ExternalSecret", "turn-configuration").spec.target.template.data[
      "turnserver.conf"
    ];
    expect(conf).toContain("denied-peer-ip=0.0.0.0-255.255.255.255\n");
    expect(conf).toMatch(/allowed-peer-ip=10\.\d+\.0\.0-10\.\d+\.\d+\.255\n/);
    expect(conf).toContain("static-auth-secret={{ .shared }}\n");
  });

  test("have an image of the registry", async () => {
    const stack = await stackOf(delivery, await at(), "images").catch(() => undefined);
    const deployment = objectNamed(await objects("turn"), "Deployment", "turn");
    expect(deployment.spec.template.spec.containers[0].image).toContain("/reference/prod/platform/coturn");
    if (stack !== undefined) expect(JSON.stringify(stack)).toContain("platform/coturn");
  });
});

describe("servers that render", () => {
  test("are on machines with GPUs and ask for one (client.xr.render-offload)", async () => {
    const { spec } = objectNamed(await objects("render"), "StatefulSet", "render").spec.template;
    expect(spec.tolerations).toContainEqual({ key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" });
    expect(spec.nodeSelector).toEqual({ "dodeca.dev/pool": "gpu" });
    expect(spec.containers[0].resources.requests["nvidia.com/gpu"]).toBe(1);
    const stack = await balancer();
    expect(resources(stack, "aws_lb_listener")).toContainEqual(
      expect.objectContaining({ protocol: "UDP", port: 8443 }),
    );
  });

  test("are kept in their target group by the platform's controller", async () => {
    const { role, policy } = resource(await balancer(), "aws_iam_role_policy");
    expect(role).toBe("reference-prod-use1-aws-load-balancer-controller");
    for (const arn of JSON.parse(policy).Statement[0].Resource) expect(arn).toMatch(/:targetgroup\/.+\/\*$/);
  });
});
