/** Labels by which everything selects the pods of a service. */
export const selectorOf = (service: string): { readonly "app.kubernetes.io/name": string } => ({
  "app.kubernetes.io/name": service,
});
