import { Construct } from "constructs";
import { CustomObject } from "../common/application.ts";
import { firstHttpFilter, type IEnvoyFilter } from "../common/envoy-filter.ts";
import { gatewayFilter } from "./gateway-filter.ts";

/** Where it stands is of no matter: every filter sees every answer, also those of Envoy itself. */
const SCRIPT = `
function envoy_on_response(handle)
  local headers = handle:headers()
  local status = tonumber(headers:get(":status"))
  if status ~= nil and status >= 400 then headers:replace("cache-control", "no-store") end
end
`;

/**
 * What routes say about caching is said of every answer, since routes know no status: here errors are told apart, so that neither
 * browsers nor the CDN keep one as long as what was asked for. A script, because no other filter sets a header by the status
 * and leaves the rest of the answer alone.
 */
export class ErrorCaching extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    new CustomObject<IEnvoyFilter>(
      this,
      "Resource",
      gatewayFilter("error-caching", [
        firstHttpFilter("GATEWAY", "envoy.filters.http.lua", "http.lua.v3.Lua", {
          default_source_code: { inline_string: SCRIPT.trimStart() },
        }),
      ]),
    );
  }
}
