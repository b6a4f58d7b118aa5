/** Where machines share what they have synthesized. What is put under a key is read whole or not at all. */
export interface Store {
  /** Nothing where there is nothing under the key. */
  readonly get: (key: string) => Promise<Uint8Array | undefined>;
  readonly has: (key: string) => Promise<boolean>;
  readonly put: (key: string, bytes: Uint8Array) => Promise<void>;
}
