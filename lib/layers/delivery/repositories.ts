import { EcrLifecyclePolicy } from "@cdktn/provider-aws/lib/ecr-lifecycle-policy/index.js";
import { EcrRepository } from "@cdktn/provider-aws/lib/ecr-repository/index.js";
import { Construct } from "constructs";
import type { Place } from "../../model/place.ts";
import { read } from "../common/contract.ts";
import type { Stack } from "../common/stack.ts";
import { keysOf } from "../security/contract.ts";
import { imagesOf, repositoryName } from "./contract.ts";

/**
 * A repository an image, in every region that runs it: pods of one region never wait for another. Tags cannot be moved,
 * and every push is scanned.
 */
export class Repositories extends Construct {
  constructor(stack: Stack, id: string, place: Place) {
    super(stack, id);
    for (const image of imagesOf(place)) {
      const name = repositoryName(place, image);
      const repository = new EcrRepository(this, image.replaceAll("/", "-"), {
        name,
        imageTagMutability: "IMMUTABLE",
        imageScanningConfiguration: { scanOnPush: true },
        encryptionConfiguration: [{ encryptionType: "KMS", kmsKey: read(stack, keysOf(place)).data }],
        lifecycle: { preventDestroy: place.deployment.tier === "prod" },
      });
      new EcrLifecyclePolicy(this, `${image.replaceAll("/", "-")}-lifecycle`, {
        repository: repository.name,
        policy: JSON.stringify({
          rules: [
            {
              rulePriority: 1,
              description: "Keep the last two hundred images",
              selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 200 },
              action: { type: "expire" },
            },
          ],
        }),
      });
    }
  }
}
