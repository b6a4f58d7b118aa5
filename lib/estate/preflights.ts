import { at, list, text, texts } from "./json.ts";

/** The header by which a preflight is one. */
const ASKED = "access-control-request-method";

const onlyOptions = (methods: readonly string[]): boolean =>
  methods.length > 0 && methods.every((one) => one === "OPTIONS");

/** Whether a rule of a route takes nothing but preflights: what browsers ask before a request, and what carries no data. */
export const isPreflightRoute = (rule: unknown): boolean =>
  list(at(rule, "matches")).length > 0 &&
  list(at(rule, "matches")).every(
    (match) =>
      onlyOptions(texts(at(match, "method"))) &&
      list(at(match, "headers")).some((header) => text(at(header, "name"))?.toLowerCase() === ASKED),
  );

/** Whether operations and conditions of a policy of the mesh let in nothing but preflights. */
export const arePreflights = (operations: readonly unknown[], when: readonly unknown[]): boolean =>
  operations.length > 0 &&
  operations.every((operation) => onlyOptions(texts(at(operation, "methods")))) &&
  when.some((one) => at(one, "key") === `request.headers[${ASKED}]`);
