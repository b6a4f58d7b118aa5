import { snapshotsOf } from "./region.ts";

test("url-shortener in dev, us-east-1", () => snapshotsOf("url-shortener", "dev", "us-east-1"));
