// What the editor knows of the text: what is wrong and what mends it, what stands at a place, what could stand there,
// where it comes from and how to call it otherwise. By mouse and by keyboard.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { eventually, fragment, Playground, start } from "./playground.mjs";

const FILE = `ARG VERSION=3.20
FROM alpine:\${VERSION} AS base
RUN true

FROM base AS app
COPY --from=base /a /b
RUN --mount=from=base,target=/m true
`;

const LEGACY = "FROM alpine AS one\nENV A b\nENV C d\nRUN true\n";

let site;
before(async () => {
  site = await start();
});
after(() => site?.close());

/** Looks at the page with `source` in the editor, and with nothing wrong in the page afterwards. */
async function withText(source, look, request = {}) {
  const playground = await Playground.open(site.browser, `${site.address}${fragment({ source, ...request })}`);
  try {
    await eventually(async () => assert.equal(await playground.text(), source));
    await look(playground, playground.page);
    assert.deepEqual(playground.problemsOfPage, []);
  } finally {
    await playground.close();
  }
}

/** The middle of the `nth` place of `text` in a line (from 1), on the screen. */
async function middleOf({ page }, line, text, nth = 0) {
  return page.locator(".cm-line").nth(line - 1).evaluate((element, [text, nth]) => {
    let start = -1;
    for (let found = 0; found <= nth; found++) start = element.textContent.indexOf(text, start + 1);
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    const at = (offset) => {
      walker.currentNode = element;
      for (let left = offset, node; (node = walker.nextNode()); left -= node.length) if (left < node.length) return [node, left];
      throw new Error(`${text} is not there`);
    };
    range.setStart(...at(start));
    const [node, offset] = at(start + text.length - 1);
    range.setEnd(node, offset + 1);
    const { left, right, top, bottom } = range.getBoundingClientRect();
    return { x: (left + right) / 2, y: (top + bottom) / 2 };
  }, [text, nth]);
}

/** Puts the caret into the `nth` place of `text` in a line, with the keyboard. */
async function caretIn(playground, line, text, nth = 0) {
  const { keyboard } = playground.page;
  await playground.caretAtEndOf(line);
  const content = (await playground.text()).split("\n")[line - 1];
  let at = -1;
  for (let found = 0; found <= nth; found++) at = content.indexOf(text, at + 1);
  await keyboard.press("Home");
  for (let i = 0; i < at + 1; i++) await keyboard.press("ArrowRight");
}

async function point(playground, ...place) {
  const { x, y } = await middleOf(playground, ...place);
  await playground.page.mouse.move(x - 3, y);
  await playground.page.mouse.move(x, y);
}

const textIs = (playground, expect) => eventually(async () => assert.equal(await playground.text(), expect));
/** The line (from 1) that the caret is in, and what is selected. */
const caret = ({ page }) =>
  page.evaluate(() => {
    const root = document.querySelector(".editor-host").shadowRoot;
    const selection = (root.getSelection ?? document.getSelection).call(root.getSelection ? root : document);
    const node = selection.anchorNode;
    const line = (node.nodeType === 1 ? node : node.parentElement).closest(".cm-line");
    return { line: [...root.querySelectorAll(".cm-line")].indexOf(line) + 1, text: selection.toString() };
  });
const inEditor = ({ page }) =>
  page.evaluate(() => document.querySelector(".editor-host").shadowRoot.activeElement?.getAttribute("role") === "textbox");

test("what a check finds stands at its place, with its severity, name, words and help", () =>
  withText(LEGACY, async (playground, page) => {
    const marked = page.locator(".wrong.warning");
    await eventually(async () => assert.equal(await marked.count(), 2));
    assert.equal(await page.locator(".signs .warning").count(), 2);
    await point(playground, 2, "A b");
    const box = page.locator(".cm-tooltip .problem");
    await box.waitFor();
    const text = await box.innerText();
    assert.match(text, /^Warning\s*LegacyKeyValueFormat/);
    assert.match(text, /should be used instead of legacy[^]*Put = between the key and the value\./);
    assert.match(text, /- ENV A b\s+\+ ENV A=b/);
  }));

test("an error has its own sign", () =>
  withText("FROM alpine AS one\nRUNN oops\n", async (_, page) => {
    await eventually(async () => assert.match(await page.locator(".wrong.error").first().textContent(), /RUNN/));
    assert.equal(await page.locator(".signs .error").count(), 1);
  }));

test("a fix is applied with the mouse, and undone in one step", () =>
  withText(LEGACY, async (playground, page) => {
    await point(playground, 2, "A b");
    await page.locator(".problem .action").first().click();
    await textIs(playground, LEGACY.replace("A b", "A=b"));
    await eventually(async () => assert.equal(await page.locator(".wrong").count(), 1));
    await page.keyboard.press("ControlOrMeta+z");
    await textIs(playground, LEGACY);
  }));

test("all of a kind are fixed with the keyboard, and undone in one step", () =>
  withText(LEGACY, async (playground, page) => {
    await playground.caretAtEndOf(1);
    await page.keyboard.press("F8");
    assert.equal((await caret(playground)).line, 2);
    await page.locator(".cm-tooltip .problem").waitFor();
    await page.keyboard.press("ControlOrMeta+.");
    const dialog = page.getByRole("dialog", { name: "Problems and fixes" });
    await dialog.waitFor();
    const all = dialog.getByRole("button", { name: /all 2 of this kind/ });
    await page.keyboard.press("ArrowDown");
    await eventually(async () => assert.ok(await all.evaluate((it) => it === it.getRootNode().activeElement)));
    await page.keyboard.press("Enter");
    await textIs(playground, LEGACY.replace("A b", "A=b").replace("C d", "C=d"));
    assert.ok(await inEditor(playground));
    await page.keyboard.press("ControlOrMeta+z");
    await textIs(playground, LEGACY);
  }));

test("a click on the sign of a line opens its fixes; Escape leaves them, and Tab the editor", () =>
  withText(LEGACY, async (playground, page) => {
    await page.locator(".signs .sign").first().click();
    const dialog = page.getByRole("dialog", { name: "Problems and fixes" });
    await dialog.waitFor();
    await page.keyboard.press("Escape");
    await eventually(async () => assert.equal(await dialog.count(), 0));
    assert.ok(await inEditor(playground));
    await page.keyboard.press("Tab");
    assert.ok(!(await inEditor(playground)));
    await textIs(playground, LEGACY);
  }));

test("the name of a stage is offered behind --from=", () =>
  withText(FILE, async (playground, page) => {
    await playground.caretAtEndOf(7);
    await page.keyboard.type("\nCOPY --from=");
    const options = page.getByRole("listbox").getByRole("option");
    await eventually(async () => assert.match((await options.allInnerTexts()).join("\n"), /base/));
    await page.keyboard.type("ba");
    await page.waitForTimeout(150);
    await page.keyboard.press("Enter");
    await eventually(async () => assert.match(await playground.text(), /COPY --from=base$/m));
  }));

test("completion is asked for with Ctrl-Space, chosen with the mouse, and left with Escape", () =>
  withText(FILE, async (playground, page) => {
    await playground.caretAtEndOf(4);
    await page.keyboard.press("Control+ ");
    const options = page.getByRole("listbox").getByRole("option");
    await eventually(async () => assert.ok((await options.count()) > 5));
    await page.keyboard.press("Escape");
    await eventually(async () => assert.equal(await options.count(), 0));
    await page.keyboard.press("Control+ ");
    await options.filter({ hasText: /^WORKDIR/ }).click();
    await eventually(async () => assert.match(await playground.text(), /^WORKDIR $/m));
  }));

test("an instruction begun is finished by its name alone, and nothing is put in that was not asked for", () =>
  withText(FILE, async (playground, page) => {
    await playground.caretAtEndOf(7);
    await page.keyboard.type("\nRUN make all");
    await page.waitForTimeout(300);
    await page.keyboard.press("Enter");
    await page.keyboard.type("USER me");
    await page.waitForTimeout(300);
    await page.keyboard.press("Enter");
    await textIs(playground, `${FILE.trimEnd()}\nRUN make all\nUSER me\n\n`);
  }));

test("a variable tells its value and where that comes from, to the mouse and to the keyboard", () =>
  withText(FILE, async (playground, page) => {
    const about = page.locator(".cm-tooltip .about");
    await point(playground, 2, "VERSION");
    await about.waitFor();
    assert.match(await about.innerText(), /VERSION=3\.20[\s\S]*line 1/);
    await page.mouse.move(700, 5);
    await eventually(async () => assert.equal(await about.count(), 0));
    await caretIn(playground, 2, "VERSION");
    for (const keys of [["Alt+F1"], ["ControlOrMeta+k", "ControlOrMeta+i"]]) {
      for (const key of keys) await page.keyboard.press(key);
      await about.waitFor();
      assert.match(await about.innerText(), /VERSION=3\.20/);
      await page.keyboard.press("Escape");
      await eventually(async () => assert.equal(await about.count(), 0));
    }
  }));

test("a stage leads to its definition with F12 and with Ctrl and a click", () =>
  withText(FILE, async (playground, page) => {
    await caretIn(playground, 6, "base");
    await page.keyboard.press("F12");
    await eventually(async () => assert.deepEqual(await caret(playground), { line: 2, text: "base" }));
    const { x, y } = await middleOf(playground, 7, "base");
    await page.keyboard.down("ControlOrMeta");
    await page.mouse.click(x, y);
    await page.keyboard.up("ControlOrMeta");
    await eventually(async () => assert.deepEqual(await caret(playground), { line: 2, text: "base" }));
  }));

test("what the caret is on is marked everywhere, and its uses are listed", () =>
  withText(FILE, async (playground, page) => {
    await caretIn(playground, 6, "base");
    await eventually(async () => {
      assert.equal(await page.locator(".cm-line .declared").count(), 1);
      assert.equal(await page.locator(".cm-line .used").count(), 3);
    });
    await page.keyboard.press("Shift+F12");
    const places = page.getByRole("dialog", { name: "4 places" }).getByRole("button");
    await eventually(async () => assert.equal(await places.count(), 4));
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await eventually(async () => assert.deepEqual(await caret(playground), { line: 7, text: "base" }));
    await page.keyboard.press("Shift+F12");
    await places.first().click();
    await eventually(async () => assert.deepEqual(await caret(playground), { line: 2, text: "base" }));
  }));

test("a stage gets another name across the file, and the target follows, there and back", () =>
  withText(
    FILE,
    async (playground, page) => {
      await eventually(async () => assert.deepEqual(await playground.stagesThatAre("target"), ["base"]));
      await caretIn(playground, 6, "base");
      await page.keyboard.press("F2");
      const field = page.getByLabel("New name");
      await field.waitFor();
      assert.equal(await field.inputValue(), "base");
      assert.match(await page.getByRole("dialog", { name: "Rename" }).innerText(), /4 places in the text and the target/);
      await page.keyboard.type("app");
      const told = page.locator(".told.error");
      await eventually(async () => assert.match(await told.innerText(), /line 5 has something of that name/i));
      await page.keyboard.press("Enter");
      await textIs(playground, FILE);
      await field.fill("tools");
      await page.keyboard.press("Enter");
      const after = FILE.replaceAll("base", "tools");
      await textIs(playground, after);
      const follows = async (name) => {
        assert.deepEqual(await playground.stagesThatAre("target"), [name]);
        assert.deepEqual((await playground.shown()).problems.filter(({ rule }) => rule === "error"), []);
      };
      await eventually(() => follows("tools"));
      assert.ok(await inEditor(playground));
      await page.keyboard.press("ControlOrMeta+z");
      await textIs(playground, FILE);
      await eventually(() => follows("base"));
      await page.keyboard.press("ControlOrMeta+Shift+z");
      await textIs(playground, after);
      await eventually(() => follows("tools"));
    },
    { target: "base" },
  ));

test("a build arg keeps its value under its new name, and Escape leaves everything as it is", () =>
  withText(
    FILE,
    async (playground, page) => {
      await caretIn(playground, 1, "VERSION");
      await page.keyboard.press("F2");
      const field = page.getByLabel("New name");
      await field.fill("OTHER");
      await page.keyboard.press("Escape");
      await eventually(async () => assert.equal(await field.count(), 0));
      assert.equal(await playground.text(), FILE);
      await page.keyboard.press("F2");
      await field.fill("RELEASE");
      await page.getByRole("button", { name: "Rename", exact: true }).click();
      await textIs(playground, FILE.replaceAll("VERSION", "RELEASE"));
      await eventually(async () => {
        assert.equal(await page.getByLabel("RELEASE", { exact: true }).inputValue(), "edge");
        assert.match((await playground.shown()).steps[0].text, /alpine:edge$/);
      });
    },
    { args: { VERSION: "edge" } },
  ));

test("a stage is folded away and opened again, by keyboard and by mouse", () =>
  withText(FILE, async (playground, page) => {
    await playground.caretAtEndOf(2);
    const folded = page.locator(".cm-content .folded");
    await page.locator(".fold-open").first().waitFor();
    await page.keyboard.press("Control+Shift+BracketLeft");
    await eventually(async () => assert.equal(await folded.innerText(), "⋯ 1 line"));
    await page.keyboard.press("Control+Shift+BracketRight");
    await eventually(async () => assert.equal(await folded.count(), 0));
    await page.locator(".fold-open").last().click();
    await eventually(async () => assert.equal(await folded.innerText(), "⋯ 2 lines"));
    await folded.click();
    await textIs(playground, FILE);
  }));

test("where there is nothing to tell, that is said", () =>
  withText(FILE, async (playground, page) => {
    await playground.caretAtEndOf(4);
    for (const key of ["F12", "Shift+F12", "F2", "Alt+F1", "ControlOrMeta+."]) {
      await page.keyboard.press(key);
      await eventually(async () => assert.match(await page.locator(".cm-tooltip.word").innerText(), /^(Nothing|There is nothing) /));
      await page.keyboard.press("Escape");
      await eventually(async () => assert.equal(await page.locator(".cm-tooltip").count(), 0));
    }
  }));
