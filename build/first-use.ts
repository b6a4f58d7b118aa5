// Bindings are evaluated when one of their classes is first used: most commands use none, and a blueprint that is wrong
// is told so before the first of them.

import type { Plugin } from "esbuild";

/** Packages of CommonJS modules, whose evaluation has no effect but their exports. */
const BINDINGS = /^(?:@cdktn\/provider-aws|cdktn|cdk8s|cdk8s-plus-34)(?:\/|$)/;

/**
 * What an import stands for until the module is evaluated: an object that gets the names of the module when the first
 * of them is asked for. From then on it has them as its own, so that nothing stands between.
 */
const HELPER = `module.exports = (load) => Object.create(new Proxy({}, {
  get(_, name, names) {
    const real = load();
    Object.setPrototypeOf(names, Object.prototype);
    for (const key of Object.keys(real)) Object.defineProperty(names, key, { get: () => real[key], enumerable: true });
    return names[name];
  },
}));`;

export const firstUse: Plugin = {
  name: "first-use",
  setup(build) {
    // Only imports of ours: what CommonJS modules require of each other is theirs.
    build.onResolve({ filter: BINDINGS }, ({ path, kind, resolveDir }) =>
      kind === "import-statement" ? { path, namespace: "first-use", pluginData: resolveDir } : undefined,
    );
    build.onResolve({ filter: /^first-use$/ }, ({ path }) => ({ path, namespace: "first-use-helper" }));
    build.onLoad({ filter: /.*/, namespace: "first-use-helper" }, () => ({ contents: HELPER }));
    build.onLoad({ filter: /.*/, namespace: "first-use" }, ({ path, pluginData }) => ({
      contents: `module.exports = require("first-use")(() => require(${JSON.stringify(path)}));`,
      resolveDir: pluginData,
    }));
  },
};
