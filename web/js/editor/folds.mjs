// Folding stages, instructions, here-documents and comments away.
//
// What can be folded is asked for once all of the program is there, and anew when the text rests: until then folds
// move along with it.

import { codeFolding, foldGutter, foldKeymap, foldService } from "@codemirror/language";
import { StateEffect, StateField } from "@codemirror/state";
import { keymap, ViewPlugin } from "@codemirror/view";

import { ask, COMPLETE, isComplete } from "./ask.mjs";
import { el } from "./dom.mjs";
import { atRest } from "./rest.mjs";

const setFolds = StateEffect.define();

const folds = StateField.define({
  create: () => [],
  update(value, transaction) {
    let next = value;
    if (transaction.docChanged) next = next.map(([from, to]) => [transaction.changes.mapPos(from), transaction.changes.mapPos(to)]);
    for (const effect of transaction.effects) if (effect.is(setFolds)) next = effect.value;
    return next;
  },
});

/** Asks as soon as there is an answer. */
const first = ViewPlugin.define((view) => {
  const ready = () => askFolds(view);
  document.addEventListener(COMPLETE, ready);
  return { destroy: () => document.removeEventListener(COMPLETE, ready) };
});

/** Asks what can be folded. */
function askFolds(view) {
  if (!isComplete()) return;
  const found = ask(view.state, "folding");
  if (found && String(found) !== String(view.state.field(folds))) view.dispatch({ effects: setFolds.of(found) });
}

/** The largest fold that begins in a line. */
function inLine(state, start, end) {
  const all = state.field(folds);
  let [low, high] = [0, all.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (all[middle][0] < start) low = middle + 1;
    else high = middle;
  }
  const [from, to] = all[low] ?? [];
  return from <= end && from < to ? { from, to } : null;
}

const count = (state, { from, to }) => state.doc.lineAt(to).number - state.doc.lineAt(from).number;

export const folding = [
  folds,
  first,
  atRest.of(askFolds),
  foldService.of(inLine),
  codeFolding({
    preparePlaceholder: count,
    placeholderDOM: (_, onclick, lines) => {
      const text = lines === 1 ? "1 line" : `${lines} lines`;
      return el("span", { class: "folded", title: "Unfold", onclick }, `⋯ ${text}`);
    },
  }),
  foldGutter({
    markerDOM: (isOpen) => el("span", { class: isOpen ? "fold-open" : "fold-closed", title: isOpen ? "Fold" : "Unfold" }),
    foldingChanged: (update) => update.startState.field(folds) !== update.state.field(folds),
  }),
  keymap.of(foldKeymap),
];
