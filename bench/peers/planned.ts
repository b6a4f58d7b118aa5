import { join } from "node:path";
import { deploymentsOf } from "../../lib/model/deployment.ts";
import { loadWorkspace } from "../../lib/model/workspace.ts";
import { planWorkspace } from "../../lib/topology/plan.ts";
import { REPOSITORY } from "../programs.ts";

const workspace = await loadWorkspace(join(REPOSITORY, "blueprints"));

/** What this workspace consists of; nothing is built yet. */
export const plan = planWorkspace(workspace, deploymentsOf(workspace));
