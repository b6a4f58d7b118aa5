import { allows, statementsOf } from "../../lib/checks/iam.ts";

const statements = (...all: object[]) => statementsOf(JSON.stringify({ Statement: all }));
const allow = (Action: string | string[], Resource: string | string[]) => ({ Effect: "Allow", Action, Resource });

test.each([
  ["the action and resource themselves", allow("s3:GetObject", "arn:aws:s3:::b/*"), true],
  ["wildcards in actions, whatever their case", allow("S3:get*", "*"), true],
  ["a question mark for one character", allow("s3:GetObject", "arn:aws:s3:::?/key"), true],
  ["another action", allow("s3:PutObject", "*"), false],
  ["another resource", allow("s3:GetObject", "arn:aws:s3:::c/*"), false],
  ["everything but some actions", { Effect: "Allow", NotAction: "iam:*", Resource: "*" }, true],
  ["everything but this resource", { Effect: "Allow", Action: "*", NotResource: "arn:aws:s3:::b/*" }, false],
  ["a dot that stands for itself", allow("s3:GetObject", "arn:aws:s3...b/key"), false],
])("a statement with %s", (_, statement, allowed) => {
  expect(allows(statements(statement), "s3:GetObject", "arn:aws:s3:::b/key")).toBe(allowed);
});

test("a denial comes before any permission; one with a condition may not apply", () => {
  const everything = allow("*", "*");
  const denial = { Effect: "Deny", Action: "s3:*", Resource: "*" };
  expect(allows(statements(everything, denial), "s3:GetObject", "x")).toBe(false);
  expect(allows(statements(everything, { ...denial, Condition: {} }), "s3:GetObject", "x")).toBe(true);
});

test("what is no policy allows nothing", () => {
  expect(statementsOf("${data.x}")).toEqual([]);
  expect(allows([], "s3:GetObject", "x")).toBe(false);
});
