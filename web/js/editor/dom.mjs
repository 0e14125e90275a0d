// Elements, put together by calls. No text is ever read as HTML, and no style attribute is written, which the
// page's Content-Security-Policy forbids.

/** An element with `attributes` (those that begin with `on` are listeners) and `children`, texts or elements. */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child !== undefined && child !== ""));
  return element;
}

/** A sentence of the core, in which names of the Dockerfile language stand between backticks. */
export const prose = (text) => text.split("`").map((part, at) => (at % 2 ? el("code", {}, part) : part));

/** A button that does `run`. */
export function button(attributes, run, ...children) {
  return el("button", { type: "button", onclick: run, ...attributes }, ...children);
}
