// The main job with the keyboard alone: choose a target, walk through the graph, build another stage, read the
// steps, write in the editor, and leave it again.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { eventually, Playground, start } from "./playground.mjs";

let site;
before(async () => {
  site = await start();
});
after(() => site?.close());

/** What has the focus: the element itself, in a shadow root or not. */
const focused = (page) =>
  page.evaluate(() => {
    let at = document.activeElement;
    while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
    if (!at || at === document.body) return { kind: "page" };
    const { stage, image } = at.dataset;
    const kind = stage || image ? "card" : at.closest("[data-step]") ? "step" : at.id === "target" ? "target" : "";
    const name = at.getAttribute("aria-label") ?? at.textContent;
    return { kind: at.getAttribute("role") === "textbox" ? "editor" : kind, card: stage ?? image, name };
  });

/** Presses `key` until the focus is on a thing of that kind. */
async function goTo(page, kind, key = "Tab") {
  for (let presses = 0; presses < 80; presses++) {
    if ((await focused(page)).kind === kind) return;
    await page.keyboard.press(key);
  }
  assert.fail(`${key} does not come to the ${kind}`);
}

test("the main job is done with the keyboard alone", async () => {
  const playground = await Playground.open(site.browser, site.address);
  const { page } = playground;
  const { keyboard } = page;
  const onCard = (name) => eventually(async () => assert.equal((await focused(page)).card, name));

  await goTo(page, "target");
  await keyboard.press("Home");
  await keyboard.press("ArrowDown");
  await eventually(async () => assert.deepEqual(await playground.stagesThatAre("target"), ["base"]));
  assert.match(await playground.status.textContent(), /^base builds 1 of 10 stages in 7 steps/);

  // Left to the base, right to what is made from it, up and down in the order of the file.
  await goTo(page, "card");
  await keyboard.press("Home");
  await onCard("base");
  await keyboard.press("ArrowRight");
  await onCard("app");
  await keyboard.press("ArrowDown");
  await onCard("test-base");
  await keyboard.press("ArrowDown");
  await onCard("test");
  await keyboard.press("ArrowLeft");
  await onCard("test-base");
  await keyboard.press("ArrowUp");
  await onCard("app");
  await keyboard.press("End");
  await keyboard.press("Home");
  for (let i = 0; i < 3; i++) await keyboard.press("ArrowDown");
  await onCard("test");
  assert.match((await focused(page)).name, /Test.*skipped/);

  // Space explains, Enter builds.
  await keyboard.press("Space");
  const why = page.getByRole("region", { name: "Why" });
  await eventually(async () => assert.match(await why.textContent(), /Test is skipped: base does not need it/));
  await keyboard.press("Enter");
  await eventually(async () => assert.deepEqual(await playground.stagesThatAre("target"), ["test"]));
  await onCard("test");
  assert.match((await focused(page)).name, /Test.*target/);

  await goTo(page, "step");
  const { steps } = await playground.shown();
  assert.equal(steps.length, 10);
  for (const { text } of steps) {
    assert.equal((await focused(page)).name.trim(), text);
    await keyboard.press("Tab");
  }

  // A step leads to its line.
  await goTo(page, "step", "Shift+Tab");
  await keyboard.press("Enter");
  await eventually(async () => assert.equal((await focused(page)).kind, "editor"));
  await keyboard.press("End");
  await keyboard.type(" --verbose");
  await eventually(async () => assert.match((await playground.shown()).steps.at(-1).text, /pytest --black --verbose$/));

  await keyboard.press("Tab");
  assert.notEqual((await focused(page)).kind, "editor", "Tab leaves the editor");
  await goTo(page, "editor", "Shift+Tab");
  await keyboard.press("Shift+Tab");
  assert.notEqual((await focused(page)).kind, "editor", "Shift+Tab leaves the editor");
  assert.match(await playground.text(), /--verbose/);
  await playground.close();
});

test("the order of the focus is that of the page, and comes round", async () => {
  const playground = await Playground.open(site.browser, site.address);
  const { page } = playground;
  const kinds = [];
  do {
    await page.keyboard.press("Tab");
    const { kind } = await focused(page);
    if (kind && kinds.at(-1) !== kind) kinds.push(kind);
  } while (kinds.at(-1) !== "page" && kinds.length < 20);
  assert.deepEqual(kinds, ["editor", "target", "card", "step", "page"]);
  await playground.close();
});

for (const [size, viewport] of Object.entries({ wide: { width: 1440, height: 900 }, narrow: { width: 320, height: 640 } })) {
  test(`where the focus is can be seen, and nothing covers it: ${size}`, async () => {
    const playground = await Playground.open(site.browser, site.address, { viewport });
    const { page } = playground;
    const hidden = [];
    for (let presses = 0; presses < 60; presses++) {
      await page.keyboard.press("Tab");
      const { kind, name } = await focused(page);
      if (kind === "page") break;
      // A caret is what shows the focus of a text.
      if (kind === "editor") continue;
      const box = await page.evaluate(() => {
        const { left, top, right, bottom } = document.activeElement.getBoundingClientRect();
        const [x, y] = [(left + right) / 2, (top + bottom) / 2];
        const on = document.elementFromPoint(x, y);
        const covered = !on || !(document.activeElement.contains(on) || on.contains(document.activeElement));
        return { left, top, right, bottom, covered };
      });
      if (box.covered) hidden.push(`${name} is covered`);
      const clip = {
        x: Math.max(0, box.left - 10),
        y: Math.max(0, box.top - 10),
        width: box.right - box.left + 20,
        height: box.bottom - box.top + 20,
      };
      const look = () => page.screenshot({ clip, animations: "disabled", caret: "hide" });
      const lit = await look();
      await page.evaluate(() => {
        window.wasFocused = document.activeElement;
        window.wasFocused.blur();
      });
      const unlit = await look();
      await page.evaluate(() => window.wasFocused.focus({ focusVisible: true }));
      if (lit.equals(unlit)) hidden.push(`${name} looks the same`);
    }
    assert.deepEqual(hidden, []);
    await playground.close();
  });
}
