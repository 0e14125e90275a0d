// What opens at a place of the text and takes the focus: a list to choose from, a field to fill in. And a word that
// passes, where there is nothing to open.
//
// One is open at a time. It closes with Escape, when the focus leaves it, and when the text changes.

import { StateEffect, StateField } from "@codemirror/state";
import { EditorView, showTooltip, tooltips } from "@codemirror/view";

import { el } from "./dom.mjs";

const show = StateEffect.define();

const shown = StateField.define({
  create: () => null,
  update(value, transaction) {
    let next = value;
    if (transaction.docChanged || (value?.passes && transaction.selection)) next = null;
    for (const effect of transaction.effects) if (effect.is(show)) next = effect.value;
    return next;
  },
  provide: (field) => showTooltip.from(field),
});

export const popups = shown;

/** How near to the edges of the window something may open, in pixels. */
const EDGE = 8;

export const room = tooltips({
  tooltipSpace() {
    const { clientWidth, clientHeight } = document.documentElement;
    return { left: EDGE, top: EDGE, right: clientWidth - EDGE, bottom: clientHeight - EDGE };
  },
});

/**
 * Opens what `build` gives, a name for it and its element, at an offset. `build` gets a function that closes it and
 * goes back to the text. The focus goes to the first thing in it that is marked `autofocus`.
 */
export function open(view, pos, label, build) {
  const create = () => {
    let done = false;
    const leave = (back) => {
      if (done) return;
      done = true;
      if (view.state.field(shown)?.create === create) view.dispatch({ effects: show.of(null) });
      if (back) view.focus();
    };
    const dom = el("div", { class: "popup", role: "dialog", "aria-label": label }, build(() => leave(true)));
    dom.addEventListener("keydown", (event) => {
      if (event.key === "Escape") leave(true);
      else if (event.key === "ArrowDown" || event.key === "ArrowUp") step(dom, event);
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
    dom.addEventListener("focusout", (event) => {
      // Another window leaves the focus where it is.
      const stays = dom.contains(event.relatedTarget) || !document.hasFocus();
      // It may be going away at this moment, in the middle of an update.
      if (!stays) setTimeout(() => leave(false));
    });
    return {
      dom,
      mount: () => dom.querySelector("[autofocus]")?.focus({ preventScroll: true }),
      destroy: () => (done = true),
    };
  };
  view.dispatch({ effects: show.of({ pos, create, above: false, clip: false }) });
  return true;
}

/** Goes to the next button, or the one before. */
function step(dom, event) {
  const buttons = [...dom.querySelectorAll("button")];
  if (buttons.length === 0) return;
  const at = buttons.indexOf(dom.getRootNode().activeElement);
  const by = event.key === "ArrowDown" ? 1 : -1;
  buttons[(at + by + buttons.length) % buttons.length].focus();
}

/** Says something at the caret, until that moves. */
export function say(view, text) {
  const create = () => ({ dom: el("div", { class: "word" }, text) });
  view.dispatch({
    effects: [
      show.of({ pos: view.state.selection.main.head, create, above: true, passes: true }),
      EditorView.announce.of(text),
    ],
  });
  return true;
}

/** Closes what is open. */
export function closePopup(view) {
  if (!view.state.field(shown)) return false;
  view.dispatch({ effects: show.of(null) });
  return true;
}
