import { z } from "zod";
import { type Acknowledgement, acknowledgement } from "./acknowledgement.ts";
import { environment, type RegionRole, type Tier } from "./environment.ts";
import { type LayerSettings, layerSettings } from "./layers.ts";
import { type Objectives, type Owner, objectives, owner, type Workload, workload } from "./objectives.ts";
import type { RegionCode } from "./regions.ts";
import { type Authentication, type Route, type Service, service } from "./service.ts";
import { type Store, store, type VerbOf } from "./stores.ts";
import { type Stream, type StreamVerb, stream } from "./streams.ts";

const NAME = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
const MEMBER = /^[a-zA-Z][a-zA-Z0-9]*(?:-[a-zA-Z0-9]+)*$/;

/** Name of a blueprint: lower case, digits and single hyphens, at most 24 characters, since resource names carry it. */
export const blueprintName = z
  .string()
  .regex(NAME, { error: "lower-case letters, digits and single hyphens, starting with a letter" })
  .max(24, { error: "at most 24 characters, since every resource name carries it" })
  .refine((name) => name !== "account", { error: '"account" is the scope of what accounts own' });
const serviceName = z
  .string()
  .regex(NAME, { error: "lower-case letters, digits and single hyphens, starting with a letter" })
  .max(30, { error: "at most 30 characters" });
const memberName = z
  .string()
  .regex(MEMBER, { error: "letters, digits and single hyphens, starting with a letter" })
  .max(24, { error: "at most 24 characters" });
const environmentName = z
  .string()
  .regex(/^[a-z][a-z0-9]*$/, { error: "lower-case letters and digits" })
  .max(10, { error: "at most 10 characters" });

/** A route in the routing table: which service answers it. */
const tableRoute = z.looseObject({ to: z.string() });

/** Everything that a blueprint says, before defaults. */
export const blueprintSchema = z.strictObject({
  name: blueprintName,
  description: z.string().optional(),
  owner,
  workload: workload.optional(),
  objectives: objectives.optional(),
  data: z.record(memberName, store).optional(),
  streams: z.record(memberName, stream).optional(),
  services: z.record(serviceName, service).optional(),
  routes: z.array(tableRoute).optional(),
  layers: layerSettings.optional(),
  acknowledgements: z.array(acknowledgement).optional(),
  environments: z.record(environmentName, environment),
});

/** Stores by name. */
export interface Stores {
  readonly [name: string]: Store;
}

/** Streams by name. */
export interface Streams {
  readonly [name: string]: Stream;
}

/** What a service may do with each store, stream and service of its blueprint. */
export type Uses<D extends Stores, T extends Streams, S extends string> = {
  readonly [K in (keyof D & string) | (keyof T & string) | S]?: K extends keyof D
    ? VerbOf<D[K]>
    : K extends keyof T
      ? StreamVerb
      : "call";
};

/** What makes a service scale; `lag` names a stream of the blueprint. */
export interface ScalingOn<T extends Streams> {
  readonly cpu?: number;
  readonly requestsPerSecond?: number;
  readonly lag?: { readonly stream: keyof T & string; readonly threshold: number };
  readonly latency?: `${number}${"ms" | "s"}`;
  readonly connections?: number;
  readonly gpu?: number;
}

export interface Scaling<T extends Streams> {
  readonly min?: number;
  readonly max?: number;
  readonly on?: ScalingOn<T>;
}

/** A service as a user writes it. */
export interface ServiceInput<D extends Stores, T extends Streams, S extends string>
  extends Omit<Service, "uses" | "scaling" | "routes" | "egress" | "secrets"> {
  readonly uses?: Uses<D, T, S>;
  readonly scaling?: Scaling<T>;
  readonly routes?: readonly Route[];
  readonly egress?: readonly string[];
  readonly secrets?: readonly string[];
}

/** A row of the routing table. */
export interface TableRoute<S extends string> extends Route {
  /** Service that answers. */
  readonly to: S;
  readonly auth: Authentication;
}

/** A region with its role, or with overrides too. */
export type RegionInput = RegionRole | { readonly role: RegionRole; readonly overrides?: Overrides };

export interface EnvironmentInput {
  readonly tier: Tier;
  /** Account of the workspace. @default the platform's account */
  readonly account?: string;
  /** Blueprint whose platform it lives on. @default its own */
  readonly platform?: string;
  readonly regions: { readonly [R in RegionCode]?: RegionInput };
  readonly overrides?: Overrides;
}

type Patch<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { readonly [K in keyof T]?: Patch<T[K]> | null }
    : T;

/** What an environment, a region or a fork's `change` says differently: objects merge, the rest is replaced, null removes. */
export interface Overrides {
  readonly objectives?: Patch<Objectives> | null;
  readonly workload?: Patch<Workload> | null;
  readonly data?: { readonly [name: string]: StorePatch | null };
  readonly streams?: { readonly [name: string]: StreamPatch | null };
  readonly services?: { readonly [name: string]: Patch<Service> | null };
  readonly layers?: Patch<LayerSettings>;
  readonly acknowledgements?: readonly Acknowledgement[] | null;
}
type Union<T> = T extends unknown ? Patch<Omit<T, "kind">> : never;
export type StorePatch = Union<Store>;
export type StreamPatch = Union<Stream>;

type SinksOf<T, D> = { readonly [K in keyof T]: { readonly sink?: keyof D & string } };

/** A blueprint as a user writes it. */
export interface BlueprintInput<D extends Stores, T extends Streams, S extends string> {
  readonly name: string;
  readonly description?: string;
  readonly owner: Owner;
  readonly workload?: Workload;
  readonly objectives?: Objectives;
  readonly data?: D;
  readonly streams?: T & SinksOf<NoInfer<T>, NoInfer<D>>;
  readonly services?: { readonly [K in S]: ServiceInput<NoInfer<D>, NoInfer<T>, NoInfer<S>> };
  readonly routes?: readonly TableRoute<NoInfer<S>>[];
  readonly layers?: LayerSettings;
  /** Risks of a review that are accepted, each with a reason. @default none */
  readonly acknowledgements?: readonly Acknowledgement[];
  readonly environments: { readonly [name: string]: EnvironmentInput };
}

/** A blueprint with its forks not yet merged: data, checked by the loader. */
export interface Blueprint<D extends Stores = Stores, T extends Streams = Streams, S extends string = string> {
  readonly name: string;
  /** The blueprint's own text. */
  readonly base: unknown;
  /** Forks in the order in which they apply. */
  readonly forks: readonly ForkStep[];
  /** Carries the names for the compiler; never set. */
  readonly names?: { readonly data: D; readonly streams: T; readonly services: S };
}

/** One fork: what it adds and what it changes. */
export interface ForkStep {
  readonly name: string;
  readonly add: unknown;
  readonly change: unknown;
}

/**
 * Declares a product. Types and returns data; the loader validates, so that all errors of a run are reported together.
 */
export function blueprint<
  const D extends Stores = Record<never, never>,
  const T extends Streams = Record<never, never>,
  S extends string = never,
>(input: BlueprintInput<D, T, S>): Blueprint<D, T, S> {
  return { name: input.name, base: input, forks: [] };
}

/** What a fork adds: names that the base does not have. */
export interface Additions<
  D extends Stores,
  T extends Streams,
  S extends string,
  D0 extends Stores,
  T0 extends Streams,
  S0 extends string,
> {
  readonly data?: D;
  readonly streams?: T & SinksOf<NoInfer<T>, NoInfer<D> & D0>;
  readonly services?: { readonly [K in S]: ServiceInput<NoInfer<D> & D0, NoInfer<T> & T0, NoInfer<S> | S0> };
  readonly environments?: { readonly [name: string]: EnvironmentInput };
}

/** What a fork changes: names that the base has. */
export interface Changes<D extends Stores, T extends Streams, S extends string> {
  readonly description?: string;
  readonly owner?: Patch<Owner>;
  readonly objectives?: Patch<Objectives> | null;
  readonly workload?: Patch<Workload> | null;
  readonly data?: { readonly [K in keyof D]?: Patch<Omit<D[K], "kind">> | null };
  readonly streams?: { readonly [K in keyof T]?: Patch<Omit<T[K], "kind">> | null };
  readonly services?: {
    readonly [K in S]?:
      | (Patch<Omit<ServiceInput<D, T, S>, "uses">> & {
          readonly uses?: { readonly [U in keyof Uses<D, T, S>]?: Uses<D, T, S>[U] | null };
        })
      | null;
  };
  readonly layers?: Patch<LayerSettings>;
  readonly acknowledgements?: readonly Acknowledgement[] | null;
  readonly environments?: {
    readonly [name: string]:
      | (Patch<Omit<EnvironmentInput, "overrides" | "regions">> & {
          readonly overrides?: Overrides | null;
          readonly regions?: { readonly [R in RegionCode]?: RegionInput | null };
        })
      | null;
  };
}

export interface ForkInput<
  D extends Stores,
  T extends Streams,
  S extends string,
  D0 extends Stores,
  T0 extends Streams,
  S0 extends string,
> {
  readonly name: string;
  readonly add?: Additions<D, T, S, D0, T0, S0>;
  readonly change?: Changes<D0, T0, S0>;
}

/**
 * Extends a blueprint under a name of its own and records how it differs. In `change` objects merge, scalars and
 * arrays are replaced and `null` removes (RFC 7396).
 */
export function fork<
  D0 extends Stores,
  T0 extends Streams,
  S0 extends string,
  const D extends Stores = Record<never, never>,
  const T extends Streams = Record<never, never>,
  S extends string = never,
>(base: Blueprint<D0, T0, S0>, input: ForkInput<D, T, S, D0, T0, S0>): Blueprint<D0 & D, T0 & T, S0 | S> {
  return {
    name: input.name,
    base: base.base,
    forks: [...base.forks, { name: input.name, add: input.add ?? {}, change: input.change ?? {} }],
  };
}
