// The first view and the rest of the program: who only looks does not pay for what is not shown, and whoever does
// something gets it, however slow or lost it is.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { brotliCompressSync } from "node:zlib";

import { eventually, Playground, start } from "./playground.mjs";
import { booted, openPage } from "./site.mjs";

const REST = /\/rest-[^/]*\.wasm$/;
/** What the page may load before it can be used, in bytes after brotli, without the editor library. */
const BUDGET = 1000 * Number(/name = "first view"\nlimit = ([0-9]+)/.exec(readFileSync("budgets.toml", "utf8"))[1]);

let site;
before(async () => (site = await start()));
after(() => site?.close());

const waited = (page) => page.evaluate(() => "waited" in document.documentElement.dataset);

for (const [width, height] of [[1440, 900], [390, 844], [320, 640]]) {
  test(`at ${width} px, who only looks loads the first view and the editor, within the budget`, async () => {
    const context = await site.browser.newContext({ viewport: { width, height } });
    const page = await context.newPage();
    const sizes = new Map();
    page.on("response", async (response) => {
      const name = new URL(response.url()).pathname;
      sizes.set(name, brotliCompressSync(await response.body()).length);
    });
    await page.goto(site.address);
    assert.equal(await booted(page), "ready");
    await page.locator(".cm-content").waitFor();
    await page.waitForLoadState("networkidle");
    await sleep(500);
    assert.equal(await waited(page), false, "the profile is out of date: cargo xtask profile");
    assert.deepEqual([...sizes.keys()].filter((name) => REST.test(name) || name.includes("/examples/")), []);
    const counted = [...sizes].filter(([name]) => !name.includes("/editor-"));
    const sum = counted.reduce((sum, [, size]) => sum + size, 0);
    assert.ok(counted.length >= 6 && sum <= BUDGET, `${sum} bytes: ${JSON.stringify(counted)}`);
    await context.close();
  });
}

test("the rest comes with the first thing that is done, and nothing waits for it", async () => {
  const playground = await Playground.open(site.browser, site.address);
  const { page } = playground;
  const rest = page.waitForResponse(REST);
  await page.mouse.move(700, 400);
  await rest;
  await page.waitForLoadState("networkidle");
  await sleep(200);
  await playground.choose("check");
  await eventually(async () => assert.deepEqual(await playground.stagesThatAre("target"), ["check"]));
  assert.equal(await waited(page), false);
  assert.deepEqual(playground.problemsOfPage, []);
  await playground.close();
});

test("what needs the rest before it has come waits for it, and works", async () => {
  const playground = await Playground.open(site.browser, site.address);
  const { page } = playground;
  // The download in the background never ends.
  await page.route(REST, (route) => (route.request().resourceType() === "fetch" ? undefined : route.continue()));
  await playground.paste("FROM alpine AS one\nRUNN a\nFROM one AS two\nRUN --mount=type=cache,target=/c make\n");
  await eventually(async () => assert.deepEqual((await playground.shown()).problems.map(({ line }) => line), [2]));
  assert.equal(await waited(page), true);
  await playground.paste("FROM alpine AS one\nFROM one AS two\nRUN --mount=type=cache,target=/c make\n");
  await eventually(async () => assert.deepEqual(await playground.stagesThatAre("built", "target"), ["one", "two"]));
  await playground.close();
});

test("a page that opens with a text of its own has everything before it starts", async () => {
  const first = await Playground.open(site.browser, site.address);
  await first.paste("FROM alpine AS mine\nRUN a\nRUNN b\n");
  await eventually(async () => assert.equal((await first.shown()).problems.length, 1));
  await sleep(600);
  await first.page.reload();
  assert.equal(await booted(first.page), "ready");
  await eventually(async () => assert.deepEqual((await first.shown()).problems.map(({ line }) => line), [3]));
  assert.equal(await waited(first.page), false);
  await first.close();
});

test("if the rest is lost, the page says so, and the text is there at the next visit", async () => {
  const { page } = await openPage(site.browser, site.address, { viewport: { width: 1440, height: 900 } });
  const playground = new Playground({ page });
  assert.equal(await booted(page), "ready");
  await playground.editorLoaded();
  await page.route(REST, (route) => route.abort());
  const text = "FROM alpine AS mine\nRUNN a\n";
  await playground.editor.focus();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.insertText(text);
  await page.getByRole("alert").filter({ hasText: /could not be loaded.*Your text is kept/ }).waitFor();
  await page.unroute(REST);
  await page.reload();
  assert.equal(await booted(page), "ready");
  await playground.editorLoaded();
  await eventually(async () => assert.equal(await playground.text(), text));
  await page.context().close();
});
