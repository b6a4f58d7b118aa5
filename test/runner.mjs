// Runs a test file as Node runs any module: no context of its own, no transformation, so all files of a worker share the
// program that they load. Jest's own way evaluates cdktn, the bindings and `lib` anew for each file, which took most of the time.
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import circus from "jest-circus/runner";

// Before the first construct: every token would capture a stack trace otherwise.
process.env.CDKTN_DISABLE_CREATION_STACK = "1";
// Processes that tests start load the same program: the first one compiles it for all.
process.env.NODE_COMPILE_CACHE ??= join(process.env.DODECA_TEST_RUN, "compiled");

const require = createRequire(import.meta.url);
const INITIALIZER = createRequire(require.resolve("jest-circus/runner")).resolve("./jestAdapterInit");
const seen = new Map();

export default async function run(globalConfig, config, _environment, _runtime, testPath, sendMessageToJest) {
  // Circus holds its tests and handlers in its module and on the global object: each file begins with new ones.
  delete require.cache[INITIALIZER];
  delete globalThis[Symbol.for("EVENT_HANDLERS")];
  const before = surroundings();
  const result = await circus.default(
    globalConfig,
    config,
    { global: globalThis },
    {
      requireInternalModule: require,
      requireModule: require,
      unstable_shouldLoadAsEsm: () => true,
      unstable_importModule: (path) => import(`${pathToFileURL(path)}${again(path)}`),
      setGlobalsForRuntime: () => {},
      enterTestCode: () => {},
      leaveTestCode: () => {},
    },
    testPath,
    sendMessageToJest,
  );
  const after = surroundings();
  for (const [what, value] of Object.entries(before))
    if (after[what] !== value) throw new Error(`${testPath} leaves another ${what} to the files after it`);
  return result;
}

/** What makes a module new where a file runs once more: one that is watched. */
function again(path) {
  const runs = seen.get(path) ?? 0;
  seen.set(path, runs + 1);
  return runs === 0 ? "" : `?run=${runs}`;
}

/** What the files of a worker have in common, and none may change for the others. */
const surroundings = () => ({
  directory: process.cwd(),
  environment: JSON.stringify(process.env),
  "exit code": process.exitCode,
  fetch: globalThis.fetch,
  clock: Date.now,
});
