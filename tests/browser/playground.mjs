// The playground as a reader sees it: one object that opens the page, writes text, chooses targets, and reads
// what the page shows.
//
// Relies on what the page promises only: the names "Target" and "Dockerfile", and the data attributes of
// stages, images, edges, steps and problems. What is beyond that (buttons, marks of what is lit) is named here
// once, so that a change of the page is a change of this file.

import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";

import { booted, launch, openPage, serveSite } from "./site.mjs";

/** A browser and the site, with `close` for both; `options` are those of the site. */
export async function start(options) {
  const [browser, site] = await Promise.all([launch(), serveSite(options)]);
  const close = async () => {
    await browser.close();
    await site.close();
  };
  return { browser, address: site.address, close };
}

/** Repeats `check` until it does not throw, for at most `within` milliseconds; then its last error stands. */
export async function eventually(check, within = 5000) {
  const end = Date.now() + within;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > end) throw error;
      await sleep(20);
    }
  }
}

/** The address fragment of a request, as version 1 of the links has it: letter, length, bytes of each field. */
export function fragment({ source, target, args = {} }) {
  const parts = [];
  const put = (letter, text) => {
    const bytes = Buffer.from(text);
    const length = [];
    let left = bytes.length;
    for (; left >= 0x80; left >>= 7) length.push((left & 0x7f) | 0x80);
    parts.push(Buffer.from(letter), Buffer.from([...length, left]), bytes);
  };
  if (target !== undefined) put("t", target);
  for (const [name, value] of Object.entries(args)) put("a", `${name}=${value}`);
  put("s", source);
  return `#v1.p.${Buffer.concat(parts).toString("base64url")}`;
}

export class Playground {
  /**
   * Opens the page at `address`, and waits until it can be used. `options` are those of the browser context.
   * `editor` says whether to wait for the editor library, too.
   */
  static async open(browser, address, { editor = true, ...options } = {}) {
    const opened = await openPage(browser, address, {
      viewport: { width: 1440, height: 900 },
      permissions: ["clipboard-read", "clipboard-write"],
      reducedMotion: "reduce",
      ...options,
    });
    const playground = new Playground(opened);
    assert.equal(await booted(opened.page), "ready");
    if (editor) await playground.editorLoaded();
    return playground;
  }

  constructor({ page, problems, requests }) {
    this.page = page;
    /** What went wrong in the page: console errors, exceptions, failed requests, policy violations. */
    this.problemsOfPage = problems;
    this.requests = requests;
    this.editor = page.getByRole("textbox", { name: "Dockerfile", exact: true });
    this.target = page.getByLabel("Target", { exact: true });
    this.status = page.getByRole("main").getByRole("status");
    /** What the page says above its content: copied links, addresses that cannot be opened. */
    this.notice = page.locator(".notices");
  }

  async close() {
    await this.page.context().close();
  }

  button(name) {
    return this.page.getByRole("button", { name, exact: true });
  }

  stage(name) {
    return this.page.locator(`[data-stage="${name}"]`);
  }

  step(number) {
    return this.page.locator(`[data-step="${number}"]`);
  }

  /** Unfolds the problems, where the page is too narrow to show them. */
  async showProblems() {
    const title = this.page.getByRole("button", { name: /^Problems/ });
    if ((await title.isVisible()) && (await title.getAttribute("aria-expanded")) === "false") await title.press("Enter");
  }

  /** Waits until the editor library has taken the place of the text area. */
  async editorLoaded() {
    await this.page.locator(".cm-content").waitFor();
  }

  /** The text in the editor. */
  async text() {
    return this.editor.evaluate((element) => {
      if ("value" in element) return element.value;
      return [...element.querySelectorAll(".cm-line")].map((line) => line.textContent).join("\n");
    });
  }

  /** Replaces the text as a reader does: select all, paste. */
  async paste(text) {
    await this.editor.focus();
    await this.page.evaluate((text) => navigator.clipboard.writeText(text), text);
    await this.page.keyboard.press("ControlOrMeta+a");
    await this.page.keyboard.press("ControlOrMeta+v");
  }

  /** Puts the caret at the end of a line of the text, counted from 1. */
  async caretAtEndOf(line) {
    await this.editor.focus();
    await this.page.keyboard.press("ControlOrMeta+Home");
    for (let at = 1; at < line; at++) await this.page.keyboard.press("ArrowDown");
    await this.page.keyboard.press("End");
  }

  /** Chooses a target by what the control calls it, in the letter case that the file has; none for the default. */
  async choose(name) {
    const options = await this.target.locator("option").evaluateAll((all) =>
      all.map((option) => ({ value: option.value, text: option.textContent })),
    );
    const wanted = name ? options.slice(1).find((option) => option.text.toLowerCase() === name.toLowerCase()) : options[0];
    assert.ok(wanted, `the control offers ${name}: ${JSON.stringify(options)}`);
    await this.target.selectOption(wanted.value);
  }

  /** Everything the page contract lets one read, at once. */
  async shown() {
    return this.page.evaluate(() => {
      const all = (selector, read) => [...document.querySelectorAll(selector)].map(read);
      return {
        stages: all("[data-stage]", ({ dataset: { stage, state } }) => ({ stage, state })),
        images: all("[data-image]", (element) => element.dataset.image),
        edges: all("[data-from]", ({ dataset: { from, to, kind } }) => ({ from, to, kind })),
        steps: all("[data-step]", (element) => ({
          number: Number(element.dataset.step),
          cached: element.dataset.cached,
          text: element.textContent.trim(),
        })),
        problems: all("[data-rule]", (element) => ({
          rule: element.dataset.rule,
          line: Number(element.dataset.line),
          text: element.textContent,
        })),
      };
    });
  }

  /** The names of the stages in a state, in the order of the page. */
  async stagesThatAre(...states) {
    const { stages } = await this.shown();
    return stages.filter(({ state }) => states.includes(state)).map(({ stage }) => stage);
  }

  /** What is lit: stages, numbers of steps, and lines of the editor. */
  async lit() {
    return this.page.evaluate(() => {
      const roots = [document, ...[...document.querySelectorAll("*")].flatMap((it) => it.shadowRoot ?? [])];
      const all = (selector) => roots.flatMap((root) => [...root.querySelectorAll(selector)]);
      return {
        stages: all("[data-stage].lit").map((element) => element.dataset.stage),
        steps: all("[data-step].lit").map((element) => Number(element.dataset.step)),
        lines: all(".cm-line.line-lit").map((element) => element.textContent),
      };
    });
  }
}
