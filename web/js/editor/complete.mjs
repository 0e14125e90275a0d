// What can be put in at the caret: asked for with Ctrl-Space, and while typing where a word begins.

import { autocompletion } from "@codemirror/autocomplete";

import { ask, isComplete } from "./ask.mjs";
import { el } from "./dom.mjs";

/** What stands before a place where something begins, or within a word of it. */
const BEGINS = /(^|[\s=$,{:/-]|[\s=$,{:/-][\w.:/@-]*[\w.-]|^\w+)$/;
/** More of the same word, which needs no new question. */
const SAME_WORD = /^[\w./@-]*$/;
/** How far back it is looked for, in characters. */
const FAR = 200;
/** Words about an item that are too long for its line. */
const LONG = 24;

function source(context) {
  const { state, pos, explicit } = context;
  const { from, text } = state.doc.lineAt(pos);
  if (!explicit && (!isComplete() || pos === from || !BEGINS.test(text.slice(0, pos - from).slice(-FAR)))) return null;
  const answer = ask(state, "completion", pos);
  if (!answer) return null;
  return {
    from: answer.range[0],
    to: answer.range[1],
    options: answer.items.map(([label, kind, detail, apply], index) => ({
      label,
      type: kind,
      apply,
      detail: detail.length > LONG ? undefined : detail,
      info: detail.length > LONG ? () => el("div", {}, detail) : undefined,
      // The likeliest kinds come first.
      sortText: String(index).padStart(4, "0"),
    })),
    validFor: SAME_WORD,
  };
}

/** Where words about an item stand: beside the list, or below it where it is narrow, so that they cover none of it. */
function beside(_, list, option, info, space) {
  const top = Math.min(option.top, Math.max(space.top, space.bottom - (info.bottom - info.top))) - list.top;
  const [left, right] = [list.left - space.left, space.right - list.right];
  if (right >= ROOM) return { style: `left: 100%; top: ${top}px; max-width: ${Math.min(right, WIDE)}px` };
  if (left >= ROOM) return { style: `right: 100%; top: ${top}px; max-width: ${Math.min(left, WIDE)}px` };
  const below = space.bottom - list.bottom >= info.bottom - info.top || list.top < space.bottom - list.bottom;
  return { style: `left: -1px; right: -1px; width: auto; ${below ? "top" : "bottom"}: 100%; max-width: none` };
}

/** What words about an item need beside the list, and the most they take, in pixels. */
const [ROOM, WIDE] = [200, 360];

export const complete = autocompletion({
  positionInfo: beside,
  override: [source],
  // Not between the keys of a word.
  activateOnTypingDelay: 150,
  icons: false,
  // What goes on right behind it is offered at once.
  activateOnCompletion: ({ apply }) => /[ =$,]$/.test(apply),
  addToOptions: [{ position: 90, render: ({ type }) => el("span", { class: "kind" }, type) }],
});
