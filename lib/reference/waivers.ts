/** Facts that are not expressed, with the reason: what a reviewer should be able to accept. */
export const WAIVERS: Readonly<Record<string, string>> = {
  "data.postgres.sharding":
    "Citus is not offered on Aurora; sharding comes with the choice of another engine (see the catalogue's conflict aurora-citus)",
  "ingress.auth.hmac":
    "keys are checked at the gateway, signatures are not: Envoy verifies no HMAC and its scripts have no hash of it (RSA alone), API Gateway knows AWS's own signature only, and Kong's plugin comes with a gateway whose free images have ended; a hash written by ourselves in a script would be the weakest part of what it protects. Machines of partners get tokens of fifteen minutes for their client's credentials",
  "ingress.rate-strategies.sliding-window":
    "neither Envoy's limiter nor the free Kong has it (the one counts with INCR and EXPIRE, the other sells it): a limiter of our own in Lua would be software, not infrastructure, and its sorted set holds one entry for every request of a minute instead of one number for each caller. Quotas that must not double at a border take a token bucket, which has none",
  "ingress.auth.refresh-token":
    "opaque and seven days they are, but Cognito keeps them itself: a copy in Redis would only be a second place from which the longest-lived credential could leak",
  "edge.zero-trust.device":
    "nothing that only staff may see is served through the edge: a group of Verified Access that asks devices would have no endpoint to guard, and people reach clusters by access entries after AWS's own sign-in, where the identity provider asks the device",
  "edge.tls.ciphers":
    "the suites and curves are those of the catalogue, but gateways take TLS 1.2: CloudFront speaks nothing newer to its origins (OriginSslProtocols), so that with 1.3 alone it would reach none",
  "edge.pki.renew":
    "certificates are renewed with 30 days left, not 15: renewal at 15 with an alert at 30 would fire in every cycle (see the catalogue's conflict cert-renewal-alert)",
};
