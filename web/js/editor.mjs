// The editor library: CodeMirror 6 and the bridge that the page drives it with.
//
// It is a module of its own, imported after the first paint (its address is in `data-editor` on <html>).
// Everything it shows comes from outside: colours from the tokens of the page's own parser, marks from its
// own problems, and the answers to whatever the reader asks about the text (editor/ask.mjs). It knows nothing of
// Dockerfiles. Positions are UTF-16 offsets of the document.
//
// The editor lives in an open shadow root: there CodeMirror adopts its style sheets, which a
// Content-Security-Policy of `style-src 'self'` allows, where in the page it would need <style> elements.
// Custom properties of the page (web/styles/tokens.css) reach into it. Tab is left unbound, so that the
// keyboard can leave.

import { defaultKeymap, history, historyKeymap, isolateHistory } from "@codemirror/commands";
import { search, searchKeymap } from "@codemirror/search";
import { Annotation, EditorState } from "@codemirror/state";
import { EditorView, highlightSpecialChars, keymap, lineNumbers } from "@codemirror/view";

import { answers } from "./editor/ask.mjs";
import { complete } from "./editor/complete.mjs";
import { folding } from "./editor/folds.mjs";
import { hover } from "./editor/hover.mjs";
import { marks, newLines, newTokens } from "./editor/marks.mjs";
import { names, renamed } from "./editor/names.mjs";
import { closePopup, popups, room } from "./editor/popup.mjs";
import { newProblems, problems } from "./editor/problems.mjs";
import { rest } from "./editor/rest.mjs";
import { theme } from "./editor/theme.mjs";

/** On changes that the page made itself, which it need not be told of. */
const fromPage = Annotation.define();

/**
 * Puts an editor into `parent`, an element of the page.
 *
 * `anchor` and `head` are the first selection, `focus` says whether the caret goes there. `onChange` gets
 * the whole text after each change that the user made, `onCursor` the offset of the caret when it moves,
 * `onHover` the offset under the pointer when that comes to another line, or -1 when it leaves, `onRename` the
 * target's new name and a build arg's old and new one, when the request has to follow a new name in the text.
 * `onAsk` answers questions (editor/ask.mjs).
 */
export function mount({ parent, doc, label, anchor, head, focus, onChange, onCursor, onHover, onRename, onAsk }) {
  const root = parent.shadowRoot ?? parent.attachShadow({ mode: "open" });
  let hovered = -1;
  const point = (view, offset) => {
    const line = offset < 0 ? -1 : view.state.doc.lineAt(offset).from;
    if (line !== hovered) onHover((hovered = line));
  };
  const within = (at) => Math.min(Math.max(at, 0), doc.length);
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc,
      selection: { anchor: within(anchor), head: within(head) },
      extensions: [
        answers.of(onAsk),
        complete,
        // Before the problems, whose lines then run below words of several colours.
        marks,
        problems,
        lineNumbers(),
        folding,
        hover,
        names,
        popups,
        rest,
        room,
        highlightSpecialChars(),
        history(),
        search(),
        theme,
        keymap.of([{ key: "Escape", run: closePopup }, ...searchKeymap, ...defaultKeymap, ...historyKeymap]),
        // Focusable anyway; said once more for tools that look for a tab stop in what can be scrolled.
        EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false", autocapitalize: "off", tabindex: "0" }),
        EditorView.updateListener.of((update) => {
          if (update.transactions.some((it) => it.annotation(fromPage))) return;
          if (update.docChanged) onChange(update.state.doc.toString());
          for (const { effects } of update.transactions) {
            for (const { value } of effects.filter((it) => it.is(renamed))) {
              onRename(value.to.target, value.from.arg, value.to.arg);
            }
          }
          if (update.docChanged || update.selectionSet) onCursor(update.state.selection.main.head);
        }),
        EditorView.domEventHandlers({
          mousemove: (event, view) => point(view, view.posAtCoords({ x: event.clientX, y: event.clientY }) ?? -1),
          mouseleave: (_, view) => point(view, -1),
          beforeinput: replaceSelection,
          blur: () => onCursor(-1),
          focus: (_, view) => onCursor(view.state.selection.main.head),
        }),
      ],
    }),
  });
  // For the boot script, should the program stop.
  globalThis.stagewrightText = () => view.state.doc.toString();
  if (focus) view.focus();
  return new Editor(view);
}

/**
 * Types over a selection. The browser would keep the style of what it replaces in a style attribute, which a
 * Content-Security-Policy forbids; CodeMirror would throw that away later anyway.
 */
function replaceSelection(event, view) {
  if (event.inputType !== "insertText" || event.isComposing || event.data == null) return false;
  const [from, to] = selected(view);
  if (from === to) return false;
  const insert = view.state.toText(event.data);
  view.dispatch({
    changes: { from, to, insert },
    selection: { anchor: from + insert.length },
    scrollIntoView: true,
    userEvent: "input.type",
  });
  event.preventDefault();
  return true;
}

/** Start and end of the selection in the document as the browser has it, which may be newer than the view's. */
function selected(view) {
  // A shadow root has it only in some browsers; in the others the page's own knows nothing of what is in here.
  const selection = view.root.getSelection?.();
  if (!selection?.rangeCount || !view.contentDOM.contains(selection.anchorNode)) {
    const { from, to } = view.state.selection.main;
    return [from, to];
  }
  const anchor = view.posAtDOM(selection.anchorNode, selection.anchorOffset);
  const focus = view.posAtDOM(selection.focusNode, selection.focusOffset);
  return [Math.min(anchor, focus), Math.max(anchor, focus)];
}

class Editor {
  #view;

  constructor(view) {
    this.#view = view;
  }

  /** Replaces what differs in the text, as one step that can be undone. Does nothing where it is the same. */
  setDoc(text) {
    const old = this.#view.state.doc.toString();
    if (text === old) return;
    const shorter = Math.min(text.length, old.length);
    let from = 0;
    while (from < shorter && text[from] === old[from]) from++;
    let same = 0;
    while (same < shorter - from && text.at(-1 - same) === old.at(-1 - same)) same++;
    // Else what was typed a moment before would be undone along with it.
    const annotations = [fromPage.of(true), isolateHistory.of("full")];
    const insert = text.slice(from, text.length - same);
    this.#view.dispatch({ changes: { from, to: old.length - same, insert }, annotations });
  }

  /**
   * Shows what the page found in the text, as flat arrays of triples, each in order: start, end and kind of each
   * token; first line, last line and kind of each mark of lines; start, end and severity of each problem, whose texts
   * are `messages`. Marks move along with the text, so that after most keys they are right already: then nothing is
   * drawn.
   */
  show(tokens, lines, wrong, messages) {
    const { state } = this.#view;
    const effects = [newTokens(state, tokens), newLines(state, lines), newProblems(state, wrong, messages)].flat();
    if (effects.length > 0) this.#view.dispatch({ effects });
  }

  /** Puts the caret at `offset`, in sight, and goes there. */
  reveal(offset) {
    const at = Math.min(offset, this.#view.state.doc.length);
    this.#view.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: "center" }) });
    this.#view.focus();
  }

  destroy() {
    this.#view.destroy();
  }
}
