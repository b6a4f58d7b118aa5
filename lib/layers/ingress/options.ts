/** Overlays of Istio's gateway deployment: YAML text, of which JSON is a part that needs no emitter. */
export const emitOptions = (overlay: object): string => JSON.stringify(overlay);
