// The editor library: CodeMirror 6 and the bridge that the page drives it with.
//
// It is a module of its own, imported after the first paint (its address is in `data-editor` on <html>).
// Everything it shows comes from outside: colours from the tokens of the page's own parser, marks from its
// own errors. It knows nothing of Dockerfiles. Positions are UTF-16 offsets of the document.
//
// The editor lives in an open shadow root: there CodeMirror adopts its style sheets, which a
// Content-Security-Policy of `style-src 'self'` allows, where in the page it would need <style> elements.
// Custom properties of the page (web/styles/tokens.css) reach into it. Tab is left unbound, so that the
// keyboard can leave.

import { defaultKeymap, history, historyKeymap, isolateHistory } from "@codemirror/commands";
import { lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { search, searchKeymap } from "@codemirror/search";
import { Annotation, EditorState, StateEffect, StateField } from "@codemirror/state";
import { Decoration, drawSelection, EditorView, highlightSpecialChars, keymap, lineNumbers } from "@codemirror/view";

/** The kinds of tokens, at the numbers that the page gives them (web/src/editor/paint.rs). */
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
].map((kind) => Decoration.mark({ class: `tok-${kind}` }));

/** The kinds of line marks, at the numbers that the page gives them. */
const MARKS = ["built", "target", "skipped", "lit"].map((kind) => Decoration.line({ class: `line-${kind}` }));

const SEVERITIES = ["error", "warning"];

/** On changes that the page made itself, which it need not be told of. */
const fromPage = Annotation.define();

/** Decorations given from outside, which keep their places while the text changes. */
function layer() {
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

const tokenLayer = layer();
const lineLayer = layer();

const theme = EditorView.theme({
  "&": { height: "100%", color: "var(--ink)", backgroundColor: "transparent", fontSize: "var(--editor-size)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.65", overflow: "auto" },
  ".cm-content": { padding: "8px 0 64px", caretColor: "var(--ink)" },
  ".cm-line": { padding: "0 16px 0 10px" },
  ".cm-cursor": { borderLeft: "2px solid var(--accent)" },
  ".cm-gutters": { color: "var(--faint)", backgroundColor: "transparent", border: "none" },
  ".cm-lineNumbers .cm-gutterElement": { minWidth: "34px", padding: "0 6px 0 4px" },
  ".cm-gutter-lint": { width: "14px" },
  ".cm-gutter-lint .cm-gutterElement": { padding: "0" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": { backgroundColor: "var(--selection)" },
  ".cm-selectionBackground": { backgroundColor: "var(--selection)" },
  ".cm-tooltip": { color: "var(--ink)", backgroundColor: "var(--raised)", border: "1px solid var(--line)", borderRadius: "4px" },
  ".cm-tooltip-lint": { fontFamily: "var(--sans)", maxWidth: "min(480px, 90vw)" },
  ".cm-diagnostic": { padding: "6px 10px" },
  ".cm-panels": { color: "var(--ink)", backgroundColor: "var(--raised)", fontFamily: "var(--sans)" },
  ".cm-panels-bottom": { borderTop: "1px solid var(--line)" },
  ".cm-textfield": { color: "inherit", backgroundColor: "var(--paper)", border: "1px solid var(--control)" },
  ".cm-button": { color: "inherit", backgroundImage: "none", backgroundColor: "var(--paper)", border: "1px solid var(--control)" },
  ".cm-panel.cm-panel-lint ul [aria-selected]": { color: "inherit", backgroundColor: "var(--selection)" },
  ".cm-searchMatch": { backgroundColor: "var(--find)" },
  ".tok-comment, .tok-document": { color: "var(--tok-quiet)" },
  ".tok-comment": { fontStyle: "italic" },
  ".tok-directive": { color: "var(--tok-quiet)", fontWeight: "600" },
  ".tok-keyword": { color: "var(--tok-keyword)", fontWeight: "600" },
  ".tok-stage": { color: "var(--tok-stage)", fontWeight: "600" },
  ".tok-reference": { color: "var(--tok-stage)" },
  ".tok-flag, .tok-name": { color: "var(--tok-name)" },
  ".tok-variable": { color: "var(--tok-variable)" },
  ".tok-string": { color: "var(--tok-string)" },
  ".tok-operator, .tok-punctuation, .tok-delimiter": { color: "var(--tok-quiet)" },
  ".tok-invalid": { color: "var(--error)" },
  ".line-built": { boxShadow: "inset 3px 0 var(--built)" },
  ".line-target": { boxShadow: "inset 3px 0 var(--accent)" },
  ".line-skipped": { boxShadow: "inset 1px 0 var(--control)" },
  ".line-lit": { backgroundColor: "var(--lit)" },
});

/**
 * Puts an editor into `parent`, an element of the page.
 *
 * `anchor` and `head` are the first selection, `focus` says whether the caret goes there. `onChange` gets
 * the whole text after each change that the user made, `onCursor` the offset of the caret when it moves,
 * `onHover` the offset under the pointer when that comes to another line, or -1 when it leaves.
 */
export function mount({ parent, doc, label, anchor, head, focus, onChange, onCursor, onHover }) {
  const root = parent.shadowRoot ?? parent.attachShadow({ mode: "open" });
  let hovered = -1;
  const hover = (view, offset) => {
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
        lintGutter(),
        lineNumbers(),
        highlightSpecialChars(),
        history(),
        drawSelection(),
        search(),
        tokenLayer.field,
        lineLayer.field,
        theme,
        keymap.of([...defaultKeymap, ...searchKeymap, ...historyKeymap, ...lintKeymap]),
        // Focusable anyway; said once more for tools that look for a tab stop in what can be scrolled.
        EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false", autocapitalize: "off", tabindex: "0" }),
        EditorView.updateListener.of((update) => {
          if (update.transactions.some((it) => it.annotation(fromPage))) return;
          if (update.docChanged) onChange(update.state.doc.toString());
          if (update.docChanged || update.selectionSet) onCursor(update.state.selection.main.head);
        }),
        EditorView.domEventHandlers({
          mousemove: (event, view) => hover(view, view.posAtCoords({ x: event.clientX, y: event.clientY }) ?? -1),
          mouseleave: (_, view) => hover(view, -1),
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

  /** Colours the text: `flat` holds start, end and kind of each token, in order. */
  setTokens(flat) {
    const ranges = [];
    for (const [from, to, kind] of triples(flat, this.#view.state.doc.length)) {
      if (from < to) ranges.push(TOKENS[kind].range(from, to));
    }
    this.#view.dispatch({ effects: tokenLayer.effect.of(Decoration.set(ranges)) });
  }

  /** Marks lines: `flat` holds the first line, the last line and the kind of each mark, in order. */
  setLines(flat) {
    const { doc } = this.#view.state;
    const ranges = [];
    for (const [first, last, kind] of triples(flat, doc.lines)) {
      for (let line = Math.max(first, 1); line <= last; line++) ranges.push(MARKS[kind].range(doc.line(line).from));
    }
    this.#view.dispatch({ effects: lineLayer.effect.of(Decoration.set(ranges, true)) });
  }

  /** Marks what is wrong: `flat` holds start, end and severity of each problem, `messages` its text. */
  setProblems(flat, messages) {
    const problems = triples(flat, this.#view.state.doc.length).map(([from, to, severity], i) => ({
      from,
      to,
      severity: SEVERITIES[severity],
      message: messages[i],
    }));
    this.#view.dispatch(setDiagnostics(this.#view.state, problems));
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

/** The triples of a flat array, with the first two numbers of each held within `limit`. */
function triples(flat, limit) {
  const found = [];
  for (let i = 0; i + 2 < flat.length; i += 3) {
    found.push([Math.min(flat[i], limit), Math.min(flat[i + 1], limit), flat[i + 2]]);
  }
  return found;
}
