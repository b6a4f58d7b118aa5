/**
 * What `protoc --descriptor_set_out` writes of the user service's interface, in base64: `reference.user.v1.Users`, whose
 * `GetUser` is annotated with `get: "/api/v2/users/{id}"`.
 */
export const userDescriptor = [
  "Cv4BCh1yZWZlcmVuY2UvdXNlci92MS91c2Vycy5wcm90bxIRcmVmZXJlbmNlLnVzZXIudjEiHAoOR2V0VXNlclJlcXVlc3QSCgoC",
  "aWQYASABKAkiOAoEVXNlchIKCgJpZBgBIAEoCRIUCgxkaXNwbGF5X25hbWUYAiABKAkSDgoGbG9jYWxlGAMgASgJMmoKBVVzZXJz",
  "EmEKB0dldFVzZXISIS5yZWZlcmVuY2UudXNlci52MS5HZXRVc2VyUmVxdWVzdBoXLnJlZmVyZW5jZS51c2VyLnYxLlVzZXIiGoLT",
  "5JMCFBISL2FwaS92Mi91c2Vycy97aWR9YgZwcm90bzM=",
].join("");
