/** What the simulator cannot carry through an apply, by resource type, with the reason. Everything else must come up. */
export const UNSUPPORTED: Readonly<Record<string, string>> = {};
