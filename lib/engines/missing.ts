import { InvalidInput } from "../model/problem.ts";

/** Says that engines have not been built on this machine, and how they are. @param names as `dodeca engines` takes them */
export const missingEngines = (names: readonly string[]): InvalidInput =>
  new InvalidInput([
    {
      code: "engine-missing",
      path: "engines",
      message: `${names.join(", ")} ${names.length === 1 ? "is" : "are"} neither built nor on the path`,
      fix: `run \`npx dodeca engines ${names.join(" ")}\``,
    },
  ]);
