// node apply.mjs KUBECONFIG FOLDER...: server-side apply of every YAML document below the folders, with strict fields, over
// kept connections. CRDs and namespaces go first. Prints refusals and a summary; exit 1 when anything was refused.
import { readdirSync, readFileSync } from "node:fs";
import https from "node:https";
import { join } from "node:path";
import { parse, parseAllDocuments } from "yaml";

const [kubeconfig, ...folders] = process.argv.slice(2);
if (kubeconfig === undefined || folders.length === 0) {
  console.error("usage: node apply.mjs KUBECONFIG FOLDER...");
  process.exit(2);
}
const config = parse(readFileSync(kubeconfig, "utf8"));
const { server, "certificate-authority": authority } = config.clusters[0].cluster;
const { token } = config.users[0].user;
const agent = new https.Agent({ keepAlive: true, maxSockets: 16, ca: readFileSync(authority) });

function request(method, path, body) {
  const headers = { authorization: `Bearer ${token}`, accept: "application/json" };
  if (body !== undefined)
    Object.assign(headers, {
      "content-type": "application/apply-patch+yaml",
      "content-length": Buffer.byteLength(body),
    });
  return new Promise((resolve, reject) => {
    const sent = https.request(server + path, { method, agent, headers }, (answer) => {
      const chunks = [];
      answer.on("data", (chunk) => chunks.push(chunk));
      answer.on("end", () => resolve({ status: answer.statusCode, body: Buffer.concat(chunks).toString() }));
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

const groups = new Map();
async function resourcesOf(apiVersion) {
  const path = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const { status, body } = await request("GET", path);
  return status === 200 ? JSON.parse(body).resources.filter(({ name }) => !name.includes("/")) : [];
}
function resourceOf({ apiVersion, kind }) {
  if (!groups.has(apiVersion)) groups.set(apiVersion, resourcesOf(apiVersion));
  return groups.get(apiVersion).then((resources) => resources.find((one) => one.kind === kind));
}

// A CRD answers only some time after it was accepted.
async function served({ document: { spec } }) {
  const version = spec.versions.find((one) => one.served).name;
  for (let tries = 0; tries < 600; tries += 1) {
    const resources = await resourcesOf(`${spec.group}/${version}`);
    if (resources.some((one) => one.kind === spec.names.kind)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`the server does not serve ${spec.group}/${version} ${spec.names.kind} after a minute`);
}

function* filesBelow(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else if (/\.ya?ml$/.test(entry.name)) yield path;
  }
}

const documents = folders.flatMap((folder) =>
  [...filesBelow(folder)].flatMap((file) => {
    // A bare "=" is a scalar to those who wrote some CRDs.
    const text = readFileSync(file, "utf8").replace(/^(\s*-\s+)=$/gm, '$1"="');
    return parseAllDocuments(text)
      .map((document) => document.toJS())
      .filter((document) => document?.kind !== undefined)
      .map((document) => ({ file, document }));
  }),
);
const RANK = { CustomResourceDefinition: 0, Namespace: 1 };
const rankOf = ({ document }) => RANK[document.kind] ?? 2;

let applied = 0;
const refused = [];
async function apply({ file, document }) {
  const { apiVersion, metadata } = document;
  const resource = await resourceOf(document);
  if (resource === undefined) return refused.push(`${file}: the server has no ${apiVersion} ${document.kind}`);
  const namespace = resource.namespaced ? `/namespaces/${metadata.namespace ?? "default"}` : "";
  const base = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const path = `${base}${namespace}/${resource.name}/${metadata.name}?fieldManager=dodeca&force=true&fieldValidation=Strict`;
  const { status, body } = await request("PATCH", path, JSON.stringify(document));
  if (status < 300) applied += 1;
  else refused.push(`${file}: ${status} ${JSON.parse(body).message}`);
}

const start = performance.now();
for (const rank of [0, 1, 2]) {
  const queue = documents.filter((one) => rankOf(one) === rank);
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      for (let one = queue.shift(); one !== undefined; one = queue.shift()) await apply(one);
    }),
  );
  if (rank === 0) for (const one of documents.filter((document) => rankOf(document) === 0)) await served(one);
  groups.clear();
}
agent.destroy();
for (const line of refused) console.error(line);
console.log(
  `${applied} of ${documents.length} objects accepted in ${((performance.now() - start) / 1000).toFixed(1)} s`,
);
process.exit(refused.length === 0 && documents.length > 0 ? 0 : 1);
