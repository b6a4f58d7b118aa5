import { DataAwsSecretsmanagerRandomPassword } from "@cdktn/provider-aws/lib/data-aws-secretsmanager-random-password/index.js";
import { MqBroker } from "@cdktn/provider-aws/lib/mq-broker/index.js";
import { SecretsmanagerSecret } from "@cdktn/provider-aws/lib/secretsmanager-secret/index.js";
import { SecretsmanagerSecretVersion } from "@cdktn/provider-aws/lib/secretsmanager-secret-version/index.js";
import { SecurityGroup } from "@cdktn/provider-aws/lib/security-group/index.js";
import { VpcSecurityGroupIngressRule } from "@cdktn/provider-aws/lib/vpc-security-group-ingress-rule/index.js";
import { Fn } from "cdktn";
import { Construct } from "constructs";
import { nameOf, type Place } from "../../model/place.ts";
import { publish, read } from "../common/contract.ts";
import { encodes } from "../common/encodes.ts";
import type { Stack } from "../common/stack.ts";
import { waives } from "../common/waivers.ts";
import { clusterOf, networkOf } from "../foundation/contract.ts";
import { keysOf } from "../security/contract.ts";
import { rabbitmqName, rabbitmqOf, rabbitmqSecret } from "./contract.ts";

/**
 * The broker of a product's AMQP queues: RabbitMQ on Amazon MQ, private, over TLS, a cluster over three zones outside dev.
 * Services share its one user: what each may do with a queue is theirs to keep to.
 */
export class RabbitmqBroker extends Construct {
  constructor(stack: Stack, id: string, place: Place) {
    super(stack, id);
    const { tier } = place.deployment;
    const { dataSubnetIds } = read(stack, networkOf(place));
    const clustered = tier !== "dev";
    // The service takes the first password from its caller. It is drawn at apply and kept in a secret; Terraform knows no
    // way to send it that leaves it out of the state, which is encrypted and read by the delivery roles alone.
    const password = new DataAwsSecretsmanagerRandomPassword(this, "first-password", {
      passwordLength: 32,
      excludePunctuation: true,
    });
    const user = { username: "dodeca", password: password.randomPassword };
    const secret = new SecretsmanagerSecret(this, "secret", {
      name: rabbitmqSecret(place),
      description: "User of the RabbitMQ broker",
      kmsKeyId: read(stack, keysOf(place)).secrets,
      recoveryWindowInDays: tier === "dev" ? 7 : 30,
    });
    waives(secret, {
      check: "CKV2_AWS_57",
      reason: "Amazon MQ has no function that changes the password of a RabbitMQ user",
    });
    new SecretsmanagerSecretVersion(this, "user", {
      secretId: secret.id,
      secretString: `{"username":"${user.username}","password":"${user.password}"}`,
      lifecycle: { ignoreChanges: ["secret_string"] },
    });
    const broker = new MqBroker(this, "Resource", {
      brokerName: rabbitmqName(place),
      engineType: "RabbitMQ",
      engineVersion: "3.13",
      hostInstanceType: place.blueprint.layers.streaming.rabbitmq.instanceType,
      deploymentMode: clustered ? "CLUSTER_MULTI_AZ" : "SINGLE_INSTANCE",
      subnetIds: clustered ? dataSubnetIds : [Fn.element(dataSubnetIds, 0)],
      securityGroups: [this.network(stack, place).id],
      publiclyAccessible: false,
      autoMinorVersionUpgrade: true,
      encryptionOptions: { useAwsOwnedKey: false, kmsKeyId: read(stack, keysOf(place)).data },
      logs: { general: true },
      maintenanceWindowStartTime: { dayOfWeek: "SUNDAY", timeOfDay: "04:30", timeZone: "UTC" },
      user: [user],
      lifecycle: { preventDestroy: tier === "prod", ignoreChanges: ["user"] },
    });
    const [first] = [broker.instances.get(0)];
    publish(stack, rabbitmqOf(place), {
      endpoint: Fn.element(first.endpoints, 0),
      management: first.consoleUrl,
    });
    if (clustered) encodes("foundation.async.rabbitmq", broker);
  }

  private network(stack: Stack, place: Place): SecurityGroup {
    const name = nameOf(place, "aws_security_group", "rabbitmq");
    const group = new SecurityGroup(this, "security-group", {
      name,
      description: `RabbitMQ of ${place.deployment.name}`,
      vpcId: read(stack, networkOf(place)).vpcId,
      tags: { Name: name },
    });
    for (const [purpose, port] of [
      ["amqps", 5671],
      ["management", 443],
    ] as const) {
      new VpcSecurityGroupIngressRule(this, purpose, {
        securityGroupId: group.id,
        description: `Pods of the cluster: ${purpose}`,
        referencedSecurityGroupId: read(stack, clusterOf(place)).securityGroupId,
        fromPort: port,
        toPort: port,
        ipProtocol: "tcp",
      });
    }
    return group;
  }
}
