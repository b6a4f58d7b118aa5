import { run } from "./lib/cli/run.ts";
import { synth } from "./lib/cli/synth.ts";

// The CDKTF entry point: `npx cdktn synth` runs it and names a folder for its output, `npm start` does not.
await run(() => synth({ workspace: "blueprints", output: ".", frozen: false, json: false }));
