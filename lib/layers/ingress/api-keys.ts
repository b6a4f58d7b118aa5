import type { IExternalSecret } from "@kubernetes-models/external-secrets/external-secrets.io/v1";
import { Construct } from "constructs";
import type { Place } from "../../model/place.ts";
import { partnersClient } from "../client/contract.ts";
import { CustomObject } from "../common/application.ts";
import { encodes } from "../common/encodes.ts";
import { type IEnvoyFilter, lastHttpFilter } from "../common/envoy-filter.ts";
import { secretName, secretNameOf } from "../security/contract.ts";
import { API_KEYS, GATEWAY, servedProducts } from "./contract.ts";
import { gatewayFilter } from "./gateway-filter.ts";

/** Put in before the limiter, which counts what keys have let through. */
const BEFORE_LIMITS = -10;

/**
 * Looks a key up in the file of its client, which is read again after a minute: a key that was changed or taken away needs no
 * restart. Texts are compared to their ends, so that the time of an answer says nothing about a key. A request without a key
 * goes on: whether its route needs one is the mesh's word.
 */
const SCRIPT = `
local FOLDER = "${API_KEYS.folder}/"
local KEPT = 60
local known = {}

local function key_of(client)
  local entry = known[client]
  if entry ~= nil and os.time() - entry.read < KEPT then return entry.key end
  known[client] = nil
  local file = io.open(FOLDER .. client, "r")
  if file == nil then return nil end
  local key = file:read("*a")
  file:close()
  if key == nil or #key < 16 then return nil end
  known[client] = { key = key, read = os.time() }
  return key
end

local function same(one, other)
  if #one ~= #other then return false end
  local difference = 0
  for index = 1, #one do
    difference = bit.bor(difference, bit.bxor(one:byte(index), other:byte(index)))
  end
  return difference == 0
end

function envoy_on_request(handle)
  local headers = handle:headers()
  headers:remove("${API_KEYS.clientHeader}")
  local given = headers:get("${API_KEYS.header}")
  if given == nil then return end
  local client, key = given:match("^([a-z0-9][a-z0-9-]*)%.(.+)$")
  local expected = client ~= nil and #client <= 63 and key_of(client) or nil
  if expected == nil or not same(key, expected) then
    handle:respond({ [":status"] = "401", ["www-authenticate"] = "ApiKey" }, "unknown API key")
    return
  end
  headers:add("${API_KEYS.clientHeader}", client)
end
`;

/** Keys of clients, checked where they arrive: who sends a wrong one never leaves the gateway. */
export class ApiKeys extends Construct {
  constructor(scope: Construct, id: string, { place, secret }: { readonly place: Place; readonly secret: string }) {
    super(scope, id);
    // API Gateway is a client too, with a key of its own for each product whose partners it lets in.
    const apis = servedProducts(place).flatMap(({ name, environment, blueprint }) => {
      const key = blueprint.layers.client.partners?.api?.key;
      return key === undefined
        ? []
        : [
            {
              secretKey: partnersClient(name),
              remoteRef: { key: secretNameOf({ blueprint: name, environment }, place, key) },
            },
          ];
    });
    const keys = new CustomObject<IExternalSecret>(this, "keys", {
      apiVersion: "external-secrets.io/v1",
      kind: "ExternalSecret",
      metadata: { name: API_KEYS.name, namespace: GATEWAY.namespace },
      spec: {
        refreshInterval: "5m",
        secretStoreRef: { kind: "ClusterSecretStore", name: "secrets" },
        target: { name: API_KEYS.name, creationPolicy: "Owner" },
        dataFrom: [{ extract: { key: secretName(place, secret) } }],
        ...(apis.length === 0 ? {} : { data: apis }),
      },
    });
    const filter = new CustomObject<IEnvoyFilter>(
      this,
      "Resource",
      gatewayFilter(
        "api-keys",
        [
          lastHttpFilter("GATEWAY", "envoy.filters.http.lua", "http.lua.v3.Lua", {
            default_source_code: { inline_string: SCRIPT.trimStart() },
          }),
        ],
        BEFORE_LIMITS,
      ),
    );
    encodes("ingress.routing-table.search", keys, filter);
  }
}
