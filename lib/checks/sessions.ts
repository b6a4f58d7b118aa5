import type { Graph } from "../estate/graph.ts";
import { text } from "../estate/json.ts";
import { errorAt, type Finding } from "./finding.ts";

/** Seconds that somebody may keep what was granted. Catalogue: edge.zero-trust.least-privilege. */
const MOST_SECONDS = 4 * 3600;

/** Whoever assumes a role has to ask again within four hours: people by their permission set, machines by the role itself. */
export const sessions = (graph: Graph): Finding[] => [
  ...graph.ofType("resource", "aws_iam_role").flatMap((role) => {
    // AWS gives an hour where nothing is said.
    const seconds = Number(role.body["max_session_duration"] ?? 3600);
    return seconds <= MOST_SECONDS ? [] : [tooLong(role, `${seconds} seconds`, "max_session_duration")];
  }),
  ...graph.ofType("resource", "aws_ssoadmin_permission_set").flatMap((set) => {
    const said = text(set.body["session_duration"]) ?? "PT1H";
    return secondsOf(said) <= MOST_SECONDS ? [] : [tooLong(set, said, "session_duration")];
  }),
];

const tooLong = (node: Parameters<typeof errorAt>[0], given: string, attribute: string): Finding => ({
  ...errorAt(node, "session-too-long", `a session lasts ${given}, and four hours are allowed`),
  fix: `lower ${attribute}: who needs it longer asks again`,
});

/** Seconds of a duration as ISO 8601 writes it, such as `PT1H30M`; endless where it is none. */
function secondsOf(duration: string): number {
  const found = /^PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?$/.exec(duration);
  if (found === null) return Number.POSITIVE_INFINITY;
  const [, hours = 0, minutes = 0, seconds = 0] = found;
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}
