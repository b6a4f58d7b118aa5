/** @import { Actions } from "./actions.js" */
/** @import { Filter } from "./filter.js" */
import { element } from "./elements.js";
import { carried, entriesOf } from "./entries.js";
import { EVERYTHING, hashOf, isEverything, matches, readHash } from "./filter.js";
import { errorList, foldList, pageHead } from "./head.js";
import { listenToKeys, pageFoot } from "./keys.js";
import { listed, rowList } from "./list.js";
import { changeMap } from "./map.js";
import { moveList } from "./moves.js";
import { riskList } from "./risks.js";
import { toolbar } from "./toolbar.js";

const report = carried();
const entries = listed(entriesOf(report));
const rowOfThing = new Map(
  entries.flatMap(({ index, row }) => [
    ...row.contents.map(({ id }) => /** @type {const} */ ([id, index])),
    ...row.places.map(({ id }) => /** @type {const} */ ([id, index])),
  ]),
);

/** @type {Filter} */
let filter = EVERYTHING;
/** @type {number | undefined} */
let open;

/** @type {Actions} */
const actions = {
  ask(asked) {
    show({ ...filter, ...asked });
    // The answer is brought into view, wherever the question was asked.
    if (title.getBoundingClientRect().top < 0) title.scrollIntoView();
    else if (bar.node.getBoundingClientRect().top > innerHeight - 200) bar.node.scrollIntoView({ block: "center" });
  },
  jump(row) {
    const entry = entries.find(({ index }) => index === row);
    if (entry === undefined) return;
    if (!matches(filter, entry)) show(EVERYTHING);
    const line = list.line(row);
    if (line?.getAttribute("aria-expanded") === "false") line.click();
    line?.focus({ preventScroll: true });
    line?.scrollIntoView({ block: "start" });
  },
  rowOf: (id) => rowOfThing.get(id),
  opened(row, isOpen) {
    if (isOpen) open = row;
    else if (open === row) open = undefined;
    remember();
  },
};

const list = rowList(report, actions);
const bar = toolbar(report, entries, actions);
const parts = [moveList(report, entries, actions), changeMap(entries, actions)];
const [moves, map] = parts;
const title = element("h2", { id: "changes", tabindex: "-1" }, "Changes");
document.body.append(
  element(
    "a",
    {
      class: "skip",
      href: "#changes",
      click: (event) => {
        // The fragment holds the filters.
        event.preventDefault();
        title.focus();
      },
    },
    "Skip to the changes",
  ),
  pageHead(report),
  element(
    "main",
    {},
    errorList(report),
    element("div", { class: "overview" }, riskList(report, actions), moves?.node),
    entries.length > 0 && map?.node,
    element("section", { class: "changes", "aria-labelledby": "changes" }, title, bar.node, list.node),
    foldList(report),
  ),
  pageFoot(),
);

/** @param {Filter} asked */
function show(asked) {
  filter = asked;
  const found = isEverything(asked) ? entries : entries.filter((entry) => matches(asked, entry));
  open = undefined;
  list.show(found);
  bar.update(asked, found.length);
  for (const { update } of parts) update(asked);
  remember();
}

/** Keeps what is shown in the address of the page, so that it can be shared. */
function remember() {
  history.replaceState(null, "", `#${hashOf(filter, open)}`);
}

/** Shows what the address of the page says. */
function recall() {
  const { filter: asked, row } = readHash(location.hash);
  show(asked);
  if (row !== undefined) actions.jump(row);
}

addEventListener("hashchange", recall);
listenToKeys({ search: bar.search, step: list.step, clear: () => actions.ask(EVERYTHING) });
recall();
