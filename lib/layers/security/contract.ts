import { nameIn, nameOf, type Owner, ownerOf, type Place, platformOwnerOf } from "../../model/place.ts";
import { type ContractRef, contract } from "../common/contract.ts";
import type { Stack } from "../common/stack.ts";
import type { AddonRequest } from "../delivery/contract.ts";

/** ARNs of the keys of a platform or product in a region, one per purpose, so that the use of each can be watched and cut off alone. */
export const keys = contract(
  "security",
  {
    /** Stores and streams. */
    data: "text",
    /** Log groups, which the logging service itself encrypts. */
    logs: "text",
    /** Secrets, parameters and the cluster's own secrets. */
    secrets: "text",
  },
  "keys",
);

/** The keys of the place's own blueprint. */
export const keysOf = (place: Place): ContractRef<(typeof keys)["declared"]> => ({
  contract: keys,
  owner: ownerOf(place),
  region: place.region.code,
});

/** The keys of the platform that the place uses. */
export const platformKeysOf = (place: Place): ContractRef<(typeof keys)["declared"]> => ({
  contract: keys,
  owner: platformOwnerOf(place),
  region: place.region.code,
});

/** Name of the policy that bounds what any workload's role can ever do: one in each account. */
export const WORKLOAD_BOUNDARY = "dodeca-workload";

export const workloadBoundaryArn = (stack: Stack): string =>
  `${stack.arn}:iam::${stack.account.id}:policy/${WORKLOAD_BOUNDARY}`;

/** Name of a secret that people seed. */
export const secretName = (place: Place, secret: string): string => nameOf(place, "aws_secretsmanager_secret", secret);

/** Name of a secret of another product here. */
export const secretNameOf = (owner: Owner, place: Place, secret: string): string =>
  nameIn(owner, place, "aws_secretsmanager_secret", secret);

/** Secrets of a place that people seed, with what each is: those declared, and the pager's key where alerts page somebody. */
export function secretsOf(place: Place): Readonly<Record<string, string>> {
  const declared = Object.entries(place.blueprint.layers.security.secrets).map(
    ([name, { description }]) => [name, description] as const,
  );
  const { pager } = place.blueprint.owner;
  return Object.fromEntries([
    ...declared,
    ...(pager === undefined ? [] : [[PAGER_SECRET, `Routing key of the pager ${pager}`] as const]),
  ]);
}

/** Name of the secret that holds the pager's routing key. */
export const PAGER_SECRET = "pager";

/** Service account of External Secrets, which reads parameters and secrets for pods. */
export const EXTERNAL_SECRETS = { namespace: "external-secrets", serviceAccount: "external-secrets" } as const;

/** Charts that bring secrets to pods. */
export function addons(place: Place): readonly AddonRequest[] {
  const replicas = place.deployment.tier === "dev" ? 1 : 2;
  return [
    {
      chart: "external-secrets",
      wave: 2,
      values: {
        installCRDs: true,
        replicaCount: replicas,
        leaderElect: true,
        webhook: { replicaCount: replicas },
        certController: { replicaCount: replicas },
        serviceAccount: { name: EXTERNAL_SECRETS.serviceAccount },
      },
    },
  ];
}
