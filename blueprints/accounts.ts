import { accounts } from "../lib/index.ts";

export default accounts({
  "links-dev": { id: "210000000001" },
  "reference-dev": { id: "210000000002" },
  "reference-staging": { id: "210000000003" },
  "reference-prod": { id: "210000000004" },
});
