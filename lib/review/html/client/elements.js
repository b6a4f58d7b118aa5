/** @typedef {Node | string | number | undefined | null | false | readonly Child[]} Child */
/** @typedef {Readonly<Record<string, string | number | boolean | undefined | ((event: Event) => void)>>} Attributes */

/**
 * An element with attributes, listeners (functions, by the event's name) and children. Text is only ever text.
 *
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} name
 * @param {Attributes} [attributes]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function element(name, attributes = {}, ...children) {
  return filled(document.createElement(name), attributes, children);
}

/**
 * The same for drawings.
 *
 * @template {keyof SVGElementTagNameMap} T
 * @param {T} name
 * @param {Attributes} [attributes]
 * @param {...Child} children
 * @returns {SVGElementTagNameMap[T]}
 */
export function drawn(name, attributes = {}, ...children) {
  return filled(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);
}

/**
 * @template {Element} E
 * @param {E} target
 * @param {Attributes} attributes
 * @param {readonly Child[]} children
 * @returns {E}
 */
function filled(target, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") target.addEventListener(name, value);
    else if (value !== undefined && value !== false) target.setAttribute(name, value === true ? "" : String(value));
  }
  target.append(...nodes(children));
  return target;
}

/** Children that are there, in one list. @param {readonly Child[]} children @returns {(Node | string)[]} */
function nodes(children) {
  return children.flatMap((child) => {
    if (child === undefined || child === null || child === false) return [];
    if (child instanceof Node || typeof child === "string") return [child];
    return typeof child === "number" ? [String(child)] : nodes(child);
  });
}

/** Text for those who hear the page. @param {string} text */
export const heard = (text) => element("span", { class: "heard" }, text);

/** Text for those who see the page, where something else is heard. @param {string} text @param {string} [style] */
export const seen = (text, style) => element("span", { "aria-hidden": "true", class: style }, text);

/**
 * A disclosure whose content is made when it is first opened.
 *
 * @param {Child} summary
 * @param {() => Child} content
 * @param {string} [style]
 */
export function disclosure(summary, content, style) {
  const details = element("details", { class: style }, element("summary", {}, summary));
  details.addEventListener("toggle", () => details.append(...nodes([content()])), { once: true });
  return details;
}

/**
 * The first of many items, and a button that shows the others.
 *
 * @template T
 * @param {readonly T[]} items
 * @param {number} most
 * @param {(item: T, index: number) => HTMLLIElement} made
 * @param {{ readonly what: string, readonly style?: string }} told
 */
export function firstOf(items, most, made, { what, style }) {
  const list = element("ul", { class: style, role: "list" }, items.slice(0, most).map(made));
  if (items.length <= most) return [list];
  const more = element("button", { type: "button", class: "quiet more" }, `${items.length - most} more ${what}`);
  more.addEventListener("click", () => {
    const rest = items.slice(most).map((item, index) => made(item, index + most));
    list.append(...rest);
    more.remove();
    // The button is gone: focus goes where its answer is.
    const [first] = rest;
    first?.setAttribute("tabindex", "-1");
    first?.focus();
  });
  return [list, more];
}
