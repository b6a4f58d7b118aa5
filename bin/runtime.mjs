// How Node runs the command; to be loaded before anything else is.
import module from "node:module";
import v8 from "node:v8";

// The next start finds what this one compiles, where Node keeps it; NODE_DISABLE_COMPILE_CACHE=1 turns it off.
module.enableCompileCache();
// Young objects stay in a small space: it would grow to 128 MB, and save no time. As an option of Node's it would have to
// stand in the first line of the command, where Alpine has no `env -S` to read it.
v8.setFlagsFromString("--semi-space-growth-factor=1");
