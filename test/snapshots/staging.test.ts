import { snapshotsOf } from "./region.ts";

test("reference in staging, us-east-1", () => snapshotsOf("reference", "staging", "us-east-1"));
