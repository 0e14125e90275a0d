// What is wrong with the text, at its place, and what mends it.
//
// Places, severities and messages are given by the page with every change. Help and fixes are asked for when the
// reader looks at a problem.

import { isolateHistory } from "@codemirror/commands";
import { RangeSet, StateEffect, StateField } from "@codemirror/state";
import { activateHover, Decoration, EditorView, gutter, GutterMarker, hoverTooltip, keymap, WidgetType } from "@codemirror/view";

import { ask } from "./ask.mjs";
import { button, el } from "./dom.mjs";
import { told } from "./hover.mjs";
import { triples } from "./marks.mjs";
import { open, say } from "./popup.mjs";

/** The severities, at the numbers that the page gives them (web/src/editor/fixes.rs). */
const SEVERITIES = ["error", "warning", "info"];
const WORDS = ["Error", "Warning", "Note"];

/** The sign of a place that has no text. */
class Point extends WidgetType {
  constructor(kind) {
    super();
    this.kind = kind;
  }

  eq(other) {
    return other.kind === this.kind;
  }

  toDOM() {
    return el("span", { class: `point ${this.kind}` });
  }
}

/** The sign in front of a line. */
class Sign extends GutterMarker {
  constructor(kind) {
    super();
    this.kind = kind;
  }

  eq(other) {
    return other.kind === this.kind;
  }

  toDOM() {
    return el("span", { class: `sign ${this.kind}` });
  }
}

const MARKS = SEVERITIES.map((kind) => Decoration.mark({ class: `wrong ${kind}`, inclusiveEnd: true }));
const POINTS = SEVERITIES.map((kind) => Decoration.widget({ widget: new Point(kind) }));
const SIGNS = SEVERITIES.map((kind) => new Sign(kind));

const given = StateEffect.define();

/** The problems, in the order of the text, with their marks and signs. */
const field = StateField.define({
  create: () => ({ list: [], marks: Decoration.none, signs: RangeSet.empty }),
  update(value, { changes, docChanged, effects }) {
    for (const effect of effects) if (effect.is(given)) return effect.value;
    if (!docChanged) return value;
    const { list, marks, signs } = value;
    const moved = list.map((it) => ({ ...it, from: changes.mapPos(it.from, 1), to: changes.mapPos(it.to, 1) }));
    return { list: moved, marks: marks.map(changes), signs: signs.map(changes) };
  },
  provide: (it) => EditorView.decorations.from(it, ({ marks }) => marks),
});

function laidOut(doc, list) {
  const worst = new Map();
  const marks = list.map(({ from, to, severity }) => {
    const line = doc.lineAt(from).from;
    worst.set(line, Math.min(severity, worst.get(line) ?? severity));
    return /\S/.test(doc.sliceString(from, to)) ? MARKS[severity].range(from, to) : POINTS[severity].range(from);
  });
  const signs = [...worst].map(([line, severity]) => SIGNS[severity].range(line));
  return { list, marks: Decoration.set(marks, true), signs: RangeSet.of(signs, true) };
}

/**
 * The effects that mark what is wrong: `flat` holds start, end and severity of each problem, `messages` its text. None
 * where all of it is marked already.
 */
export function newProblems(state, flat, messages) {
  const problems = triples(flat, state.doc.length).map(([from, to, severity], number) => {
    return { from, to, severity, message: messages[number], number };
  });
  const next = laidOut(state.doc, problems.sort((a, b) => a.from - b.from || a.to - b.to));
  return isSame(state.field(field), next) ? [] : [given.of(next)];
}

const isSame = (a, b) =>
  a.list.length === b.list.length &&
  a.list.every((it, index) => Object.keys(it).every((part) => it[part] === b.list[index][part])) &&
  RangeSet.eq([a.marks], [b.marks]) &&
  RangeSet.eq([a.signs], [b.signs]);

/** Everything there is to say about a problem. `done` is called before it is mended. */
function draw(view, { severity, message: before, number }, done = () => view.focus(), focus = false) {
  const { rule, message = before, help = "", url, fixes = [] } = ask(view.state, "problem", number) ?? {};
  const name = rule === "error" || !rule ? undefined : rule;
  const link = { class: "rule", href: url, target: "_blank", rel: "noopener" };
  return el(
    "div",
    { class: `problem ${SEVERITIES[severity]}` },
    el("div", { class: "problem-head" }, el("b", {}, WORDS[severity]), name && (url ? el("a", link, name) : el("span", { class: "rule" }, name))),
    el("div", { class: "message" }, message),
    help && el("div", { class: "help" }, sentence(help)),
    fixes.map(({ title, edits, preview }, index) =>
      el(
        "div",
        { class: "fix" },
        button({ class: "action", autofocus: focus && index === 0 ? "" : undefined }, () => (done(), change(view, edits)), sentence(title, "")),
        el("div", { class: "preview" }, preview.map((line) => el("div", { class: KINDS[line[0]] ?? "more" }, line))),
      ),
    ),
  );
}

const KINDS = { "-": "old", "+": "new" };

const sentence = (text, end = ".") => text[0].toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? "" : end);

/** Makes edits of the text, as one step that can be undone. */
export function change(view, edits, effects = []) {
  view.dispatch({
    changes: edits.map(([from, to, insert]) => ({ from, to, insert })),
    effects,
    // Else what was typed a moment before would be undone along with it.
    annotations: isolateHistory.of("full"),
    scrollIntoView: true,
    userEvent: "fix",
  });
}

/** The problems at the caret; where there are none, those of its line. */
function problemsAt(state) {
  const { head } = state.selection.main;
  const line = state.doc.lineAt(head);
  const [here, near] = [[], []];
  for (const problem of state.field(field).list) {
    const { from, to } = problem;
    if (from <= head && head <= to) here.push(problem);
    if (from <= line.to && line.from <= to) near.push(problem);
  }
  return here.length > 0 ? here : near;
}

/** Opens the problems at the caret, with their fixes. */
function openFixes(view) {
  const found = problemsAt(view.state);
  if (found.length === 0) return say(view, "Nothing is wrong in this line.");
  return open(view, view.state.selection.main.head, "Problems and fixes", (close) => {
    const drawn = found.map((problem) => draw(view, problem, close, true));
    // The first button that there is, or the whole of it.
    const [first, ...others] = drawn.flatMap((dom) => [...dom.querySelectorAll("[autofocus]")]);
    others.forEach((other) => other.removeAttribute("autofocus"));
    return el("div", first ? {} : { tabindex: "-1", autofocus: "" }, drawn);
  });
}

/** What is wrong at a place, told there. */
const tooltip = hoverTooltip(
  (view, pos, side) => {
    const touches = ({ from, to }) => from <= pos && pos <= to && (from === to || (side < 0 ? from < pos : pos < to));
    const found = view.state.field(field).list.filter(touches);
    if (found.length === 0) return null;
    const create = () => ({ dom: told(view, found.map((problem) => draw(view, problem))) });
    return { pos: found[0].from, end: Math.max(...found.map(({ to }) => to)), above: true, create };
  },
  { hideOn: ({ docChanged, effects }) => docChanged || effects.some((effect) => effect.is(given)) },
);

/** Goes to the next problem, or to the one before, and says what it is. */
const step = (by) => (view) => {
  const { list } = view.state.field(field);
  if (list.length === 0) return say(view, "Nothing is wrong.");
  const { from: start } = view.state.selection.main;
  const next = by > 0 ? list.find(({ from }) => from > start) : list.findLast(({ from }) => from < start);
  const { from, to, severity, message } = next ?? list.at(by > 0 ? 0 : -1);
  view.dispatch({
    selection: { anchor: from, head: to },
    effects: EditorView.announce.of(`${WORDS[severity]}: ${message}`),
    scrollIntoView: true,
  });
  activateHover(view, from, 1, { tooltip, until: ({ docChanged, selection }) => docChanged || selection !== undefined });
  return true;
};

const signs = gutter({
  class: "signs",
  markers: (view) => view.state.field(field).signs,
  domEventHandlers: {
    click(view, line) {
      const first = view.state.field(field).list.find(({ from }) => line.from <= from && from <= line.to);
      if (!first) return false;
      view.dispatch({ selection: { anchor: first.from } });
      return openFixes(view);
    },
  },
});

export const problems = [
  field,
  signs,
  tooltip,
  keymap.of([
    { key: "Mod-.", run: openFixes, preventDefault: true },
    { key: "F8", run: step(1), preventDefault: true },
    { key: "Shift-F8", run: step(-1), preventDefault: true },
  ]),
];
