import type { Deployments } from "../model/deployment.ts";
import { keyOf } from "../model/keys.ts";
import type { AccountPlace, Place } from "../model/place.ts";
import { rootNameOf } from "../model/reads.ts";
import type { Places } from "../topology/places.ts";

/** A root of what builds read, with its key: nothing below it can have changed while that is the same. */
export interface KeyedRoot {
  readonly key: string;
  /** The root itself; a blueprint is resolved for it. */
  readonly object: () => object;
}

/**
 * Every root by its name. Keys are coarse: a place's is that of all deployments which it shows. Where one differs, what was
 * read there is looked up again, leaf by leaf.
 */
export function keyedRoots(deployments: Deployments, places: Places): ReadonlyMap<string, KeyedRoot> {
  const roots = new Map<string, KeyedRoot>();
  const add = (object: object, key: string): void => {
    roots.set(rootNameOf(object), { key, object: () => object });
  };
  const keyIn: KeyIn = ({ name, environment }) => deployments.keys.get(`${name}/${environment}`) ?? "";
  for (const deployment of deployments.all) {
    const { name, environment, account, regions } = deployment;
    const key = keyIn(deployment);
    add(deployment, key);
    add(account, keyOf(account));
    roots.set(`blueprint/${name}/${environment}`, { key, object: () => deployment.blueprint });
    for (const placement of regions) {
      add(placement, key);
      const { code } = placement.region;
      roots.set(`blueprint/${name}/${environment}/${code}`, { key, object: () => placement.blueprint });
    }
  }
  for (const place of places.accounts) add(place, accountKey(place, keyIn));
  for (const place of places.deployments) add(place, placeKey(place, keyIn));
  return roots;
}

type KeyIn = (deployment: { readonly name: string; readonly environment: string }) => string;

const accountKey = ({ account, deployments }: AccountPlace, keyIn: KeyIn): string =>
  keyOf(account, deployments.map(keyIn));

const placeKey = ({ deployment, host, network, tenants, neighbours }: Place, keyIn: KeyIn): string =>
  keyOf(keyIn(deployment), keyIn(host), network, tenants.map(keyIn), neighbours.map(keyIn));
