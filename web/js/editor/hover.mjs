// What stands under the pointer, or at the caret, told in a few words.

import { activateHover, closeHoverTooltips, EditorView, hasHoverTooltips, hoverTooltip, keymap } from "@codemirror/view";

import { ask } from "./ask.mjs";
import { el, prose } from "./dom.mjs";
import { say } from "./popup.mjs";

function tooltip(view, pos) {
  const answer = ask(view.state, "hover", pos);
  if (!answer) return null;
  const [from, end] = answer.range;
  return { pos: from, end, above: true, create: () => ({ dom: told(view, draw(answer)) }) };
}

/** A tooltip, which the keyboard can go to and leave. */
export function told(view, ...children) {
  const onkeydown = (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    view.dispatch({ effects: closeHoverTooltips });
    view.focus();
  };
  return el("div", { tabindex: "0", role: "group", "aria-label": "At this place", onkeydown }, ...children);
}

function draw({ title, code, paragraphs, parts }) {
  const rows = parts.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value)));
  return el(
    "div",
    { class: "about" },
    el("div", { class: "title" }, title),
    code && el("pre", {}, code),
    paragraphs.map((text) => el("p", {}, prose(text))),
    rows.length > 0 ? el("dl", {}, rows) : undefined,
  );
}

/** Tells what stands at the caret. */
function tell(view) {
  const { head } = view.state.selection.main;
  const until = (transaction) => transaction.docChanged || transaction.selection !== undefined;
  activateHover(view, head, 1, { until });
  if (!hasHoverTooltips(view.state)) return say(view, "There is nothing to tell about this place.");
  const { title, paragraphs } = ask(view.state, "hover", head) ?? { title: "", paragraphs: [] };
  view.dispatch({ effects: EditorView.announce.of([title, ...paragraphs].join(". ")) });
  return true;
}

function close(view) {
  if (!hasHoverTooltips(view.state)) return false;
  view.dispatch({ effects: closeHoverTooltips });
  return true;
}

export const hover = [
  hoverTooltip(tooltip, { hideOnChange: true }),
  keymap.of([
    { key: "Mod-k Mod-i", run: tell, preventDefault: true },
    { key: "Alt-F1", run: tell, preventDefault: true },
    { key: "Escape", run: close },
  ]),
];
