/** Facts that are not expressed, with the reason: what a reviewer should be able to accept. */
export const WAIVERS: Readonly<Record<string, string>> = {
  "data.postgres.sharding":
    "Citus is not offered on Aurora; sharding comes with the choice of another engine (see the catalogue's conflict aurora-citus)",
  "ingress.auth.refresh-token":
    "opaque and seven days they are, but Cognito keeps them itself: a copy in Redis would only be a second place from which the longest-lived credential could leak",
  "edge.zero-trust.device":
    "nothing that only staff may see is served through the edge: a group of Verified Access that asks devices would have no endpoint to guard, and people reach clusters by access entries after AWS's own sign-in, where the identity provider asks the device",
  "edge.pki.renew":
    "certificates are renewed with 30 days left, not 15: renewal at 15 with an alert at 30 would fire in every cycle (see the catalogue's conflict cert-renewal-alert)",
};
