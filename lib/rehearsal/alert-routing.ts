import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { error, type Finding } from "../checks/finding.ts";
import { runTool } from "../engines/tools.ts";
import { at, list, object, text, texts } from "../estate/json.ts";
import { type Application, type KubernetesObject, nameOf } from "../estate/objects.ts";

/** Severities that must reach somebody at once. */
const URGENT = ["p1", "p2"];

/**
 * Sends every alert of a place through Alertmanager's own routing, after the operator's translation of the place's
 * configurations: each has to arrive at a receiver of its product, and an urgent one at a receiver that tells somebody.
 * @param folder where the configuration is written
 */
export async function testAlertRouting(applications: readonly Application[], folder: string): Promise<Finding[]> {
  const objects = applications.flatMap(({ path, objects: all }) => all.map((object) => ({ path, object })));
  const configurations = objects.filter(({ object }) => object.kind === "AlertmanagerConfig");
  const alerts = objects
    .filter(({ object }) => object.kind === "PrometheusRule")
    .flatMap(({ path, object }) =>
      list(at(object, "spec", "groups"))
        .flatMap((group) => list(at(group, "rules")))
        .filter((rule) => at(rule, "alert") !== undefined)
        .map((rule) => ({ path, object, rule })),
    );
  if (configurations.length === 0) return [];
  mkdirSync(folder, { recursive: true });
  const file = "alertmanager.json";
  const { configuration, telling } = configurationOf(configurations.map(({ object }) => object));
  writeFileSync(join(folder, file), JSON.stringify(configuration));
  const check = await runTool("amtool", ["check-config", file], folder);
  if (check.status !== 0)
    return configurations.map(({ path, object }) =>
      error("alert-routing-invalid", path, check.output.trim(), nameOf(object)),
    );
  const found: Finding[] = secretsOf(objects);
  const routes = new Map<string, Promise<string>>();
  for (const { path, object: rule_, rule } of alerts) {
    const labels = { ...object(at(rule, "labels")), alertname: text(at(rule, "alert")) ?? "" };
    // The name and service of an alert are not routed on; asking once for each kind is enough.
    const {
      alertname: _,
      service: __,
      objective: ___,
      ...kind
    } = Object.fromEntries(Object.entries(labels).map(([key, value]) => [key, String(value)]));
    const key = JSON.stringify(kind);
    const args = Object.entries(labels).map(([name, value]) => `${name}=${String(value)}`);
    const asked =
      routes.get(key) ??
      runTool("amtool", ["config", "routes", "test", `--config.file=${file}`, ...args], folder).then(({ output }) =>
        output.trim(),
      );
    routes.set(key, asked);
    const receivers = (await asked).split(",").map((one) => one.trim());
    const report = (summary: string): void => {
      found.push(error("alert-unrouted", path, summary, nameOf(rule_)));
    };
    const name = labels.alertname;
    if (receivers.every((one) => one === NOWHERE)) report(`${name} reaches no receiver`);
    else if (URGENT.includes(String(at(rule, "labels", "severity"))) && !receivers.some((one) => telling.has(one)))
      report(`${name} reaches ${receivers.join(", ")}, which tells nobody`);
  }
  return found;
}

const NOWHERE = "nowhere";

/** Alertmanager's configuration as the operator makes it from objects, with a matcher of their namespace in front. */
function configurationOf(configurations: readonly KubernetesObject[]) {
  const telling = new Set<string>();
  const receivers: unknown[] = [{ name: NOWHERE }];
  const routes = configurations.map(({ metadata, spec }) => {
    const full = (name: unknown): string => `${metadata.namespace}/${metadata.name}/${String(name)}`;
    for (const receiver of list(at(spec, "receivers"))) {
      const { name, ...integrations } = object(receiver);
      if (Object.keys(integrations).length > 0) telling.add(full(name));
      receivers.push({ ...object(translated(integrations)), name: full(name) });
    }
    const route = (of: unknown): object => {
      const { receiver, matchers, routes: inner, ...rest } = object(of);
      return {
        ...object(translated(rest)),
        ...(receiver === undefined ? {} : { receiver: full(receiver) }),
        ...(matchers === undefined ? {} : { matchers: list(matchers).map(matcher) }),
        ...(inner === undefined ? {} : { routes: list(inner).map(route) }),
      };
    };
    const top = object(route(at(spec, "route")));
    return {
      ...top,
      matchers: [`namespace=${JSON.stringify(metadata.namespace ?? "")}`, ...texts(top["matchers"])],
      continue: true,
    };
  });
  const inhibitions = configurations.flatMap(({ metadata, spec }) => {
    const here = `namespace=${JSON.stringify(metadata.namespace ?? "")}`;
    return list(at(spec, "inhibitRules")).map((rule) => ({
      source_matchers: [here, ...list(at(rule, "sourceMatch")).map(matcher)],
      target_matchers: [here, ...list(at(rule, "targetMatch")).map(matcher)],
      equal: texts(at(rule, "equal")),
    }));
  });
  return {
    configuration: { route: { receiver: NOWHERE, routes }, receivers, inhibit_rules: inhibitions },
    telling,
  };
}

const matcher = (of: unknown): string =>
  `${text(at(of, "name"))}${text(at(of, "matchType")) ?? "="}${JSON.stringify(text(at(of, "value")) ?? "")}`;

/** Alertmanager's own names of fields, and a word in place of what is in a secret. */
function translated(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(translated);
  if (typeof value !== "object" || value === null) return value;
  if (secretKey(value) !== undefined) return "from-a-secret";
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      translated(inner),
    ]),
  );
}

/** `name/key` of a reference to a secret, or undefined for anything else. */
function secretKey(value: unknown): string | undefined {
  const { name, key, ...rest } = object(value);
  return text(name) === undefined || text(key) === undefined || Object.keys(rest).length > 0
    ? undefined
    : `${text(name)}/${text(key)}`;
}

/** Every reference to a secret inside a value. */
function secretKeysIn(value: unknown): string[] {
  const own = secretKey(value);
  if (own !== undefined) return [own];
  return (Array.isArray(value) ? value : Object.values(object(value))).flatMap(secretKeysIn);
}

/** Receivers read their keys from secrets in their own namespace, which some external secret has to make. */
function secretsOf(objects: readonly { readonly path: string; readonly object: KubernetesObject }[]): Finding[] {
  const made = new Set(
    objects
      .filter(({ object: { kind } }) => kind === "ExternalSecret")
      .flatMap(({ object: one }) => {
        const target = text(at(one, "spec", "target", "name")) ?? one.metadata.name;
        return list(at(one, "spec", "data")).map(
          (entry) => `${one.metadata.namespace} ${target}/${String(at(entry, "secretKey"))}`,
        );
      }),
  );
  return objects
    .filter(({ object: { kind } }) => kind === "AlertmanagerConfig")
    .flatMap(({ path, object: one }) =>
      secretKeysIn(at(one, "spec", "receivers"))
        .filter((key) => !made.has(`${one.metadata.namespace} ${key}`))
        .map((key) =>
          error("alert-secret-missing", path, `nothing makes the secret ${key} that a receiver reads`, nameOf(one)),
        ),
    );
}
