export default {
  testEnvironment: "node",
  roots: ["<rootDir>/test"],
  testMatch: ["**/*.test.ts"],
  testPathIgnorePatterns: [
    // These need the engines that `npm run engines` builds: `npm run test:engines`.
    ...(process.env.DODECA_ENGINES === "1" ? [] : ["/test/engines/"]),
    // These need Chromium on the path: `npm run test:browser`.
    ...(process.env.DODECA_BROWSER === "1" ? [] : ["/test/browser/"]),
  ],
  extensionsToTreatAsEsm: [".ts"],
  transform: {
    "^.+\\.ts$": [
      "@swc/jest",
      {
        jsc: {
          target: "es2024",
          parser: { syntax: "typescript" },
          experimental: { keepImportAttributes: true },
        },
        module: { type: "es6" },
      },
    ],
  },
  setupFiles: ["<rootDir>/test/setup.mjs"],
  // A loaded machine is no failure: nothing here is measured by time.
  testTimeout: 300_000,
  snapshotFormat: { escapeString: false, printBasicPrototype: false },
};
