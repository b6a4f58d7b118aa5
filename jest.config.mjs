const engines = process.env.DODECA_ENGINES === "1";

export default {
  roots: ["<rootDir>/test"],
  testMatch: ["**/*.test.ts"],
  testPathIgnorePatterns: [
    // These need the engines that `npm run engines` builds: `npm run test:engines`.
    ...(engines ? [] : ["/test/engines/"]),
    // These need Chromium on the path: `npm run test:browser`.
    ...(process.env.DODECA_BROWSER === "1" ? [] : ["/test/browser/"]),
  ],
  // Node itself runs the sources.
  transform: {},
  globalSetup: "<rootDir>/test/setup.mjs",
  testRunner: "<rootDir>/test/runner.mjs",
  testSequencer: "<rootDir>/test/sequencer.mjs",
  // Engines bring processes of their own to keep a core busy.
  ...(engines ? {} : { maxWorkers: "100%" }),
  // A loaded machine is no failure, and nothing here is measured by time; but what hangs is ended all the same.
  testTimeout: engines ? 1_200_000 : 300_000,
  snapshotFormat: { escapeString: false, printBasicPrototype: false },
};
