import { snapshotsOf } from "./region.ts";

test("reference in prod, us-east-1", () => snapshotsOf("reference", "prod", "us-east-1"));
