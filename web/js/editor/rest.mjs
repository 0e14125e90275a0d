// What is done when text and caret rest for a moment: whatever tells about the text, but that nobody waits for while
// they type.

import { Facet } from "@codemirror/state";
import { ViewPlugin } from "@codemirror/view";

/** How long that is, in milliseconds. */
const REST = 150;

/** Functions of the view that are called then. */
export const atRest = Facet.define();

/** Calls them. A timer that is running is not set anew for every key, but goes on when it ends too early. */
export const rest = ViewPlugin.fromClass(
  class {
    constructor(view) {
      this.view = view;
    }

    update({ selectionSet, docChanged, focusChanged }) {
      if (!selectionSet && !docChanged && !focusChanged) return;
      this.until = performance.now() + REST;
      this.timer ??= setTimeout(() => this.look(), REST);
    }

    look() {
      const left = this.until - performance.now();
      this.timer = left > 0 ? setTimeout(() => this.look(), left) : undefined;
      if (left <= 0) for (const run of this.view.state.facet(atRest)) run(this.view);
    }

    destroy() {
      clearTimeout(this.timer);
    }
  },
);
