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
//   problem      { rule, message, help, url, fixes: { title, edits, preview }[] }; asked by its number
//
// where a range is [from, to], and places are an array of ranges.

import { Facet } from "@codemirror/state";

/** The function that has the answers. */
export const answers = Facet.define({ combine: ([given]) => given ?? (() => undefined) });

/** The answer to a question about the text of `state`. */
export function ask(state, what, at = 0, name = "") {
  return state.facet(answers)(what, at, state.doc.length, name);
}

/**
 * Whether all of the program is there (web/js/boot.mjs). Before that only the reader's own questions are asked: what
 * nobody asked for must not stop the page, and is no part of the first view.
 */
export const isComplete = () => "rest" in document.documentElement.dataset;

/** Sent to `document` when it is. */
export const COMPLETE = "stagewright:complete";
