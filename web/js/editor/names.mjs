// What has a name: where it is declared, where it is used, and how to call it otherwise.

import { invertedEffects } from "@codemirror/commands";
import { Prec, StateEffect } from "@codemirror/state";
import { Decoration, EditorView, keymap } from "@codemirror/view";

import { ask, isComplete } from "./ask.mjs";
import { button, el } from "./dom.mjs";
import { layer } from "./marks.mjs";
import { open, popups, say } from "./popup.mjs";
import { change } from "./problems.mjs";
import { atRest } from "./rest.mjs";

const used = layer();
const DECLARED = Decoration.mark({ class: "declared" });
const USED = Decoration.mark({ class: "used" });

/** The request has to follow a new name: what the target and a build arg were called, and are called now. */
export const renamed = StateEffect.define();

const turned = ({ value }) => renamed.of({ from: value.to, to: value.from });

/** Marks the uses of what the caret is on. */
function highlight(view) {
  const { state, hasFocus } = view;
  // What is open tells about these very places.
  if (!isComplete() || (!hasFocus && state.field(popups))) return;
  const { head, empty } = state.selection.main;
  const found = hasFocus && empty ? ask(state, "uses", head) : undefined;
  const ranges = found ? [...spans(found.declarations, DECLARED), ...spans(found.uses, USED)] : [];
  const next = ranges.length > 1 ? Decoration.set(ranges, true) : Decoration.none;
  if (next.size > 0 || state.field(used.field).size > 0) view.dispatch({ effects: used.effect.of(next) });
}

const spans = (places, mark) => places.filter(([from, to]) => from < to).map(([from, to]) => mark.range(from, to));

/** Puts the caret on a place, in sight. */
function go(view, [from, to]) {
  view.dispatch({ selection: { anchor: from, head: to }, effects: EditorView.scrollIntoView(from, { y: "center" }) });
  view.focus();
}

/** Goes to where the thing at an offset is declared. */
function define(view, at) {
  const found = ask(view.state, "definition", at);
  if (!found) return say(view, "Nothing that this file declares stands here.");
  const [first] = found.targets;
  if (found.targets.length > 1) return list(view, at, "Declarations", found.targets);
  // From the declaration itself to what uses it.
  if (first[0] === found.range[0]) return findUses(view, at);
  go(view, first);
  return true;
}

/** Lists where the thing at an offset is declared and used. */
function findUses(view, at) {
  const found = ask(view.state, "uses", at);
  if (!found) return say(view, "Nothing that has a name stands here.");
  const places = [...found.declarations, ...found.uses].sort(([a], [b]) => a - b);
  return list(view, at, places.length === 1 ? "1 place" : `${places.length} places`, places);
}

/** Lists places, to choose from. */
function list(view, at, title, places) {
  const { doc } = view.state;
  const current = Math.max(0, places.findIndex(([from, to]) => from <= at && at <= to));
  return open(view, at, title, (close) =>
    el(
      "div",
      { class: "places" },
      el("div", { class: "title" }, title),
      el("ul", {}, places.map(([from, to], index) => {
        const line = doc.lineAt(from);
        const start = line.text.length - line.text.trimStart().length;
        const before = line.text.slice(Math.min(start, from - line.from), from - line.from);
        const behind = line.text.slice(Math.min(to, line.to) - line.from);
        const text = el("span", { class: "line" }, before, el("b", {}, doc.sliceString(from, Math.min(to, line.to))), behind);
        const autofocus = index === current ? "" : undefined;
        const choose = () => (close(), go(view, [from, to]));
        return el("li", {}, button({ autofocus }, choose, el("span", { class: "number" }, `${line.number}`), text));
      })),
    ),
  );
}

/** Asks for another name for the thing at the caret. */
function rename(view) {
  const { state } = view;
  const at = state.selection.main.head;
  const found = ask(state, "uses", at);
  if (!found) return say(view, "Nothing that has a name stands here.");
  const name = state.sliceDoc(...(found.declarations[0] ?? found.range));
  const refused = ask(state, "rename", at, name)?.error;
  if (refused) return say(view, sentence(refused));
  return open(view, found.range[0], "Rename", (close) => {
    const told = el("div", { class: "told", id: "rename-told", role: "status" });
    const input = el("input", {
      id: "rename-name",
      class: "cm-textfield",
      autofocus: "",
      autocomplete: "off",
      autocapitalize: "off",
      spellcheck: "false",
      "aria-describedby": "rename-told",
      oninput: () => look(),
    });
    input.value = name;
    const look = () => {
      const answer = ask(state, "rename", at, input.value);
      const error = answer?.error;
      input.setAttribute("aria-invalid", String(error !== undefined));
      told.className = error ? "told error" : "told";
      told.textContent = error ? sentence(error) : summary(answer);
      return answer;
    };
    const apply = (event) => {
      event.preventDefault();
      const answer = look();
      if (!answer || answer.error) return input.select();
      close();
      if (input.value !== name) carryOut(view, answer, input.value);
    };
    look();
    const label = el("label", { for: "rename-name" }, "New name");
    const keys = el("button", { class: "action" }, "Rename");
    // Selected when it is in the page, so that typing replaces it.
    input.addEventListener("focus", () => input.select(), { once: true });
    return el("form", { class: "rename", onsubmit: apply }, label, el("div", { class: "row" }, input, keys), told);
  });
}

function summary({ edits, target, arg }) {
  const places = edits.length === 1 ? "1 place" : `${edits.length} places`;
  const also = [target !== undefined && "the target", arg !== undefined && "the build arg"].filter(Boolean);
  return `${places} in the text${also.length > 0 ? ` and ${also.join(" and ")}` : ""} will change.`;
}

function carryOut(view, { edits, oldTarget, target, arg }, name) {
  const follows = target !== undefined || arg !== undefined;
  const value = { from: { target: oldTarget, arg }, to: { target, arg: arg && name } };
  change(view, edits, follows ? [renamed.of(value)] : []);
}

const sentence = (text) => `${text[0].toUpperCase()}${text.slice(1)}.`;

const atCaret = (run) => (view) => run(view, view.state.selection.main.head);

/** Setting a class costs something even where it is set. */
function going(view, on) {
  const { classList } = view.dom;
  if (classList.contains("going") !== on) classList.toggle("going", on);
}

/** With Ctrl or Cmd, a click goes to the definition, and what can be clicked on looks like it. */
const click = EditorView.domEventHandlers({
  mousedown(event, view) {
    if (event.button !== 0 || !(event.ctrlKey || event.metaKey)) return false;
    const at = view.posAtCoords({ x: event.clientX, y: event.clientY });
    if (at === null || !ask(view.state, "definition", at)) return false;
    event.preventDefault();
    return define(view, at);
  },
  mousemove: (event, view) => going(view, event.ctrlKey || event.metaKey),
  keyup: (_, view) => going(view, false),
});

export const names = [
  used.field,
  atRest.of(highlight),
  click,
  invertedEffects.of((transaction) => transaction.effects.filter((effect) => effect.is(renamed)).map(turned)),
  Prec.high(
    keymap.of([
      { key: "F12", run: atCaret(define), preventDefault: true },
      { key: "Shift-F12", run: atCaret(findUses), preventDefault: true },
      { key: "F2", run: rename, preventDefault: true },
    ]),
  ),
];
