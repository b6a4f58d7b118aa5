import type { AttributeChange } from "./attributes.ts";
import { at, type Fields, isRecord } from "./json.ts";
import type { Node } from "./node.ts";

/** What stands where a value must not be shown. */
export const HIDDEN = "(sensitive)";

/** Attributes of any resource that hold a secret, whoever wrote it there. */
const SECRET =
  /(?:^|\.)(?:(?:master_|admin_|user_)?password(?:_wo)?|master_user_password|auth_token|secret_string(?:_wo)?|secret_binary|private_key(?:_pem)?|secret_key|secret_access_key|client_secret|api_key|access_token|token|connection_string|stringData(?:\..+)?)$/i;
/** Environment variables whose name says that their value is a secret. */
const SECRET_VARIABLE = /env\[name=\w*(?:PASSWORD|SECRET|TOKEN|API_KEY|PRIVATE_KEY)\]\.value$/;

/** Whether an attribute of a node holds a secret or is marked as sensitive. */
export function isSensitive({ kind, type, body }: Pick<Node, "kind" | "type" | "body">, path: string): boolean {
  if (type === "Secret" && /^data(?:\.|$)/.test(path)) return true;
  if (type === "aws_ssm_parameter" && body["type"] === "SecureString" && /^value(?:_wo)?$/.test(path)) return true;
  if (kind === "output" && body["sensitive"] === true && path === "value") return true;
  return SECRET.test(path) || SECRET_VARIABLE.test(path);
}

/** Changes without secrets: that one has changed is said, not what it was or is. */
export function withoutSecrets(node: Node, changes: readonly AttributeChange[]): AttributeChange[] {
  return changes.map((change) => ({
    path: change.path,
    ...(change.before === undefined ? {} : { before: hidden(node, change.path, change.before) }),
    ...(change.after === undefined ? {} : { after: hidden(node, change.path, change.after) }),
  }));
}

/** A node's body without secrets. */
export function bodyWithoutSecrets(node: Node): Fields {
  const body = hidden(node, "", node.body);
  return isRecord(body) ? body : {};
}

function hidden(node: Node, path: string, value: unknown): unknown {
  if (path !== "" && isSensitive(node, path)) return HIDDEN;
  if (Array.isArray(value))
    return value.map((one: unknown) => {
      const name = at(one, "name");
      return hidden(node, typeof name === "string" ? `${path}[name=${name}]` : path, one);
    });
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inside]) => [key, hidden(node, path === "" ? key : `${path}.${key}`, inside)]),
  );
}
