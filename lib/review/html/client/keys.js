import { element } from "./elements.js";

const shortcuts = element("input", { type: "checkbox", id: "shortcuts", checked: true });

/** What the keys do, and a way to turn single keys off for those whom they are in the way of. */
export function pageFoot() {
  const key = (/** @type {string} */ name, /** @type {string} */ does) =>
    element("li", {}, element("kbd", {}, name), ` ${does}`);
  return element(
    "footer",
    {},
    element(
      "ul",
      { class: "keys", role: "list", "aria-label": "Keys" },
      key("/", "search"),
      key("Esc", "clear"),
      key("j", "next row"),
      key("k", "previous row"),
      key("Enter", "open or close"),
    ),
    element("label", {}, shortcuts, " Single keys"),
  );
}

/**
 * Listens to the keys of the whole page.
 *
 * @param {{ readonly search: HTMLInputElement, readonly step: (step: 1 | -1) => void, readonly clear: () => void }} page
 */
export function listenToKeys({ search, step, clear }) {
  const find = () => {
    search.focus();
    search.select();
  };
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const { target, key } = event;
    const writing = target === search;
    const does = actionOf();
    if (does === undefined) return;
    event.preventDefault();
    does();

    function actionOf() {
      if (key === "Escape") return clear;
      const onRow = target instanceof Element && target.matches(".line");
      if (key === "ArrowDown" && (onRow || writing)) return () => step(1);
      if (key === "ArrowUp" && onRow) return () => step(-1);
      if (writing || !shortcuts.checked) return undefined;
      return { "/": find, j: () => step(1), k: () => step(-1) }[key];
    }
  });
}
