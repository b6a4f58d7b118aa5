/** Browsers come over HTTPS alone, for a year and below the host too. Catalogue: security.encryption.in-transit. */
export const STRICT_TRANSPORT = {
  accessControlMaxAgeSec: 31_536_000,
  includeSubdomains: true,
  preload: true,
  override: true,
} as const;
