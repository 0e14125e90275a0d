// The colours of the text and the marks of its lines, given by the page.

import { RangeSet, StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView } from "@codemirror/view";

/**
 * The kinds of tokens, at the numbers that the page gives them (web/src/editor/paint.rs). What is typed at the end of a
 * token mostly belongs to it.
 */
const TOKENS = [
  "comment",
  "directive",
  "keyword",
  "flag",
  "stage",
  "reference",
  "name",
  "operator",
  "variable",
  "string",
  "delimiter",
  "document",
  "punctuation",
  "invalid",
].map((kind) => Decoration.mark({ class: `tok-${kind}`, inclusiveEnd: true }));

/** The kinds of line marks, at the numbers that the page gives them. */
const LINES = ["built", "target", "skipped", "lit"].map((kind) => Decoration.line({ class: `line-${kind}` }));

/** Decorations given from outside, which keep their places while the text changes. */
export function layer() {
  const effect = StateEffect.define();
  const field = StateField.define({
    create: () => Decoration.none,
    update(value, transaction) {
      let next = value.map(transaction.changes);
      for (const given of transaction.effects) if (given.is(effect)) next = given.value;
      return next;
    },
    provide: (it) => EditorView.decorations.from(it),
  });
  return { effect, field };
}

const tokens = layer();
const lines = layer();

export const marks = [tokens.field, lines.field];

/** The effects that replace the decorations of a layer; none where it has the same. */
const replace = (state, { effect, field }, next) => (RangeSet.eq([state.field(field)], [next]) ? [] : [effect.of(next)]);

/** The effects that colour the text: `flat` holds start, end and kind of each token, in order. */
export function newTokens(state, flat) {
  const ranges = [];
  for (const [from, to, kind] of triples(flat, state.doc.length)) {
    if (from < to) ranges.push(TOKENS[kind].range(from, to));
  }
  return replace(state, tokens, Decoration.set(ranges));
}

/** The effects that mark lines: `flat` holds the first line, the last line and the kind of each mark, in order. */
export function newLines(state, flat) {
  const { doc } = state;
  const ranges = [];
  for (const [first, last, kind] of triples(flat, doc.lines)) {
    for (let line = Math.max(first, 1); line <= last; line++) ranges.push(LINES[kind].range(doc.line(line).from));
  }
  return replace(state, lines, Decoration.set(ranges, true));
}

/** The triples of a flat array, with the first two numbers of each held within `limit`. */
export function triples(flat, limit) {
  const found = [];
  for (let i = 0; i + 2 < flat.length; i += 3) {
    found.push([Math.min(flat[i], limit), Math.min(flat[i + 1], limit), flat[i + 2]]);
  }
  return found;
}
