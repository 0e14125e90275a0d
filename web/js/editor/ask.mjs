// Questions about the text, answered by the program (web/src/editor/language.rs).
//
// Positions are UTF-16 offsets of the document. An answer is undefined where there is nothing to tell:
//
//   hover        { range, title, code, paragraphs, parts: [name, value][] }
//   completion   { range, items: [label, kind, detail, insert][] }
//   definition   { range, targets }
//   uses         { range, declarations, uses }
//   rename       { error } or { edits: [from, to, text][], oldTarget, target, arg }
//   folding      places
//   problem      { rule, help, url, fixes: { title, edits, preview }[] }; asked by its number
//
// where a range is [from, to], and places are an array of ranges.

import { Facet } from "@codemirror/state";

/** The function that has the answers. */
export const answers = Facet.define({ combine: ([given]) => given ?? (() => undefined) });

/** The answer to a question about the text of `state`. */
export function ask(state, what, at = 0, name = "") {
  return state.facet(answers)(what, at, state.doc.length, name);
}

let whole;
let isWhole = false;

/**
 * Waits until all of the program is there; calling it makes it come. What the reader did not ask for must not stop
 * the page until then (web/js/boot.mjs).
 */
export function programWhole() {
  whole ??= Promise.resolve(globalThis.stagewrightRest?.() ?? true).then((came) => {
    isWhole = came;
    if (!came) whole = undefined;
    return came;
  });
  return whole;
}

/** Whether all of the program is there. */
export const isProgramWhole = () => isWhole;
