import { Construct } from "constructs";
import { namespaceOf, type Place } from "../../model/place.ts";
import type { ResolvedService } from "../../model/resolved.ts";
import { CustomObject } from "../common/application.ts";
import { encodes } from "../common/encodes.ts";
import { type IEnvoyFilter, lastHttpFilter, sidecarFilter } from "../common/envoy-filter.ts";

/**
 * JSON for a service that speaks gRPC, translated by the sidecar in front of each pod as the annotations of its methods say.
 * Who may call is decided before, by the path that was asked for; methods without an annotation stay gRPC's.
 */
export class Transcoding extends Construct {
  constructor(
    scope: Construct,
    id: string,
    {
      place,
      name,
      settings,
    }: { readonly place: Place; readonly name: string; readonly settings: NonNullable<ResolvedService["transcoding"]> },
  ) {
    super(scope, id);
    const filter = new CustomObject<IEnvoyFilter>(
      this,
      "Resource",
      sidecarFilter(`${name}-transcoding`, namespaceOf(place, name), name, [
        lastHttpFilter(
          "SIDECAR_INBOUND",
          "envoy.filters.http.grpc_json_transcoder",
          "http.grpc_json_transcoder.v3.GrpcJsonTranscoder",
          {
            proto_descriptor_bin: settings.descriptor,
            services: settings.services,
            match_incoming_request_route: true,
            convert_grpc_status: true,
            print_options: { always_print_primitive_fields: true },
            request_validation_options: { reject_unknown_method: false, reject_unknown_query_parameters: true },
          },
        ),
      ]),
    );
    encodes("ingress.grpc.transcoding", filter);
    encodes("ingress.gateway.translation", filter);
  }
}
