import { readFileSync } from "node:fs";
import { Agent, type AgentOptions, request as send } from "node:https";
import { dirname, resolve } from "node:path";
import { load } from "js-yaml";
import { z } from "zod";
import type { KubernetesObject } from "../estate/objects.ts";

/** What the server said to a request. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

const GATEWAY_TIMEOUT = 504;
const APPLY_TRIES = 5;

const configSchema = z.looseObject({
  clusters: z
    .array(
      z.looseObject({
        name: z.string(),
        cluster: z.looseObject({
          server: z.url(),
          "certificate-authority": z.string().optional(),
          "certificate-authority-data": z.string().optional(),
          "insecure-skip-tls-verify": z.boolean().optional(),
        }),
      }),
    )
    .min(1),
  users: z.array(
    z.looseObject({
      name: z.string(),
      user: z.looseObject({
        token: z.string().optional(),
        "client-certificate": z.string().optional(),
        "client-certificate-data": z.string().optional(),
        "client-key": z.string().optional(),
        "client-key-data": z.string().optional(),
      }),
    }),
  ),
  contexts: z.array(
    z.looseObject({ name: z.string(), context: z.looseObject({ cluster: z.string(), user: z.string() }) }),
  ),
  "current-context": z.string().optional(),
});

/** A client of one API server, over connections that are kept. */
export class Kubernetes {
  readonly server: string;
  private readonly agent: Agent;
  private readonly headers: Readonly<Record<string, string>>;
  private readonly groups = new Map<string, Promise<readonly ResourceType[]>>();

  /** Reads a kubeconfig: its current context, with a token or a client certificate. @throws Error when it has neither */
  constructor(kubeconfig: string) {
    const config = configSchema.parse(load(readFileSync(kubeconfig, "utf8")));
    const { context } = config.contexts.find(({ name }) => name === config["current-context"]) ??
      config.contexts[0] ?? { context: { cluster: "", user: "" } };
    const cluster = config.clusters.find(({ name }) => name === context.cluster)?.cluster;
    const user = config.users.find(({ name }) => name === context.user)?.user;
    if (cluster === undefined || user === undefined)
      throw new Error(`${kubeconfig}: its current context names no cluster or user`);
    const pem = (data: string | undefined, file: string | undefined): Buffer | undefined => {
      if (data !== undefined) return Buffer.from(data, "base64");
      return file === undefined ? undefined : readFileSync(resolve(dirname(kubeconfig), file));
    };
    const ca = pem(cluster["certificate-authority-data"], cluster["certificate-authority"]);
    const cert = pem(user["client-certificate-data"], user["client-certificate"]);
    const key = pem(user["client-key-data"], user["client-key"]);
    if (user.token === undefined && cert === undefined)
      throw new Error(
        `${kubeconfig}: its user has neither a token nor a client certificate; login commands are not run`,
      );
    const options: AgentOptions = {
      keepAlive: true,
      maxSockets: 16,
      rejectUnauthorized: cluster["insecure-skip-tls-verify"] !== true,
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
    };
    this.server = cluster.server.replace(/\/$/, "");
    this.agent = new Agent(options);
    this.headers = {
      accept: "application/json",
      ...(user.token === undefined ? {} : { authorization: `Bearer ${user.token}` }),
    };
  }

  close(): void {
    this.agent.destroy();
  }

  /** Asks the server. @param type content type of the body */
  ask(method: string, path: string, body?: unknown, type = "application/json"): Promise<Answer> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const headers = {
      ...this.headers,
      ...(text === undefined ? {} : { "content-type": type, "content-length": Buffer.byteLength(text) }),
    };
    return new Promise((accept, reject) => {
      const sent = send(this.server + path, { method, agent: this.agent, headers, timeout: 180_000 }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.once("end", () => {
          const said = Buffer.concat(chunks).toString();
          accept({ status: answer.statusCode ?? 0, body: parsed(said) });
        });
        answer.once("error", reject);
      });
      sent.once("timeout", () =>
        sent.destroy(new Error(`the API server did not answer ${method} ${path} in three minutes`)),
      );
      sent.once("error", (cause) =>
        reject(new Error(`the API server does not answer ${method} ${path}: ${cause.message}`, { cause })),
      );
      sent.end(text);
    });
  }

  /**
   * Applies an object on the server's side, with strict fields.
   * @param dry whether the server only judges it and keeps nothing
   * @returns why it was refused; nothing when it was accepted
   */
  async apply(object: KubernetesObject, dry = false): Promise<string | undefined> {
    const path = await this.pathOf(object);
    if (path === undefined) return `the server has no ${object.apiVersion} ${object.kind}`;
    for (let tries = 1; ; tries += 1) {
      const { status, body } = await this.ask(
        "PATCH",
        `${path}?fieldManager=dodeca&force=true&fieldValidation=Strict${dry ? "&dryRun=All" : ""}`,
        object,
        "application/apply-patch+yaml",
      );
      if (status < 300) return undefined;
      // A loaded server gives up on itself; an apply can be said again.
      if (status !== GATEWAY_TIMEOUT || tries === APPLY_TRIES) return `${status}: ${messageOf(body)}`;
    }
  }

  /** Objects of a kind in all namespaces. @param path such as `/apis/apps/v1/deployments` */
  async list(path: string): Promise<readonly unknown[]> {
    const { status, body } = await this.ask("GET", path);
    if (status !== 200) throw new Error(`${path}: ${status}: ${messageOf(body)}`);
    const items = typeof body === "object" && body !== null ? Reflect.get(body, "items") : undefined;
    return Array.isArray(items) ? items : [];
  }

  /** Waits until a definition's kind is served: it answers only some time after it was accepted. */
  async served(definition: KubernetesObject): Promise<void> {
    const { spec } = definitionSchema.parse(definition);
    const version = spec.versions.find((one) => one.served)?.name ?? "";
    for (let tries = 0; tries < 3000; tries += 1) {
      const types = await this.typesOf(`${spec.group}/${version}`);
      if (types.some((type) => type.kind === spec.names.kind)) return;
      await new Promise((wake) => setTimeout(wake, 100));
    }
    throw new Error(`the server does not serve ${spec.group}/${version} ${spec.names.kind} after five minutes`);
  }

  /** Forgets which kinds the server has, after definitions were added. */
  forgetKinds(): void {
    this.groups.clear();
  }

  private async pathOf({ apiVersion, kind, metadata }: KubernetesObject): Promise<string | undefined> {
    let types = this.groups.get(apiVersion);
    if (types === undefined) {
      types = this.typesOf(apiVersion);
      this.groups.set(apiVersion, types);
    }
    const type = (await types).find((one) => one.kind === kind);
    if (type === undefined) return undefined;
    const namespace = type.namespaced ? `/namespaces/${metadata.namespace ?? "default"}` : "";
    return `${rootOf(apiVersion)}${namespace}/${type.name}/${metadata.name}`;
  }

  private async typesOf(apiVersion: string): Promise<readonly ResourceType[]> {
    const { status, body } = await this.ask("GET", rootOf(apiVersion));
    if (status !== 200) return [];
    return typesSchema.parse(body).resources.filter(({ name }) => !name.includes("/"));
  }
}

const typesSchema = z.looseObject({
  resources: z.array(z.looseObject({ name: z.string(), kind: z.string(), namespaced: z.boolean() })),
});
type ResourceType = z.infer<typeof typesSchema>["resources"][number];

const definitionSchema = z.looseObject({
  spec: z.looseObject({
    group: z.string(),
    names: z.looseObject({ kind: z.string() }),
    versions: z.array(z.looseObject({ name: z.string(), served: z.boolean() })),
  }),
});

const rootOf = (apiVersion: string): string =>
  apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function messageOf(body: unknown): string {
  const message = typeof body === "object" && body !== null ? Reflect.get(body, "message") : undefined;
  return typeof message === "string" ? message : JSON.stringify(body);
}
