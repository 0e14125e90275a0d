// What comes late, or not at all: the program, the editor library, the end of a very long text.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { eventually, Playground, start } from "./playground.mjs";
import { booted } from "./site.mjs";

let site;
before(async () => {
  site = await start({ base: "/late/" });
});
after(() => site?.close());

/** A page whose requests for files that match `pattern` are held until the function that it gives is called. */
async function openHeld(pattern, { fail = false } = {}) {
  const context = await site.browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  let release;
  const released = new Promise((done) => (release = done));
  await page.route(pattern, async (route) => {
    await released;
    await (fail ? route.abort() : route.continue());
  });
  await page.goto(site.address, { waitUntil: "commit" });
  const playground = new Playground({ page, problems: [], requests: [] });
  return { playground, release };
}

test("before the program comes, the example is drawn, and the text can be read and written", async () => {
  const { playground, release } = await openHeld(/\.wasm$/);
  const shown = await playground.shown();
  assert.equal(shown.stages.length, 10);
  assert.equal(shown.steps.length, 8);
  await playground.editor.fill("FROM busybox AS typed\nRUN early\n");
  await playground.editor.press("End");
  release();
  assert.equal(await booted(playground.page), "ready");
  await eventually(async () => {
    assert.deepEqual(await playground.stagesThatAre("target"), ["typed"]);
    assert.equal(await playground.text(), "FROM busybox AS typed\nRUN early\n");
  });
  await playground.close();
});

test("the caret stays where it is while program and editor arrive", async () => {
  const { playground, release } = await openHeld(/\.(wasm|js)$/);
  const { page } = playground;
  await playground.editor.fill("FROM busybox AS typed\nRUN early\n");
  await playground.editor.evaluate((area) => area.setSelectionRange(21, 21));
  await page.keyboard.type("2");
  release();
  await booted(page);
  await playground.editorLoaded();
  await page.keyboard.type("3");
  await eventually(async () => assert.equal(await playground.text(), "FROM busybox AS typed23\nRUN early\n"));
  await playground.close();
});

test("where the program does not come, the text stays, and the page says why", async () => {
  const { playground, release } = await openHeld(/\.wasm$/, { fail: true });
  await playground.editor.fill("FROM busybox AS typed\n");
  release();
  assert.equal(await booted(playground.page), "failed");
  assert.match(await playground.page.getByRole("alert").textContent(), /could not be loaded.*Your text is kept/);
  assert.equal(await playground.text(), "FROM busybox AS typed\n");
  await playground.close();
});

test("what was typed is kept for the next visit, even if the program never came", async () => {
  const { playground, release } = await openHeld(/\.wasm$/, { fail: true });
  const { page } = playground;
  await playground.editor.fill("FROM busybox AS typed\n");
  release();
  assert.equal(await booted(page), "failed");
  await page.unroute(/\.wasm$/);
  await page.reload();
  assert.equal(await booted(page), "ready");
  await eventually(async () => assert.deepEqual(await playground.stagesThatAre("target"), ["typed"]));
  await playground.close();
});

test("without the editor library the text area stays, and everything follows it", async () => {
  const { playground, release } = await openHeld(/editor-[^/]*\.js$/, { fail: true });
  release();
  assert.equal(await booted(playground.page), "ready");
  await playground.editor.fill("FROM busybox AS plain\nRUN a\nRUNN b\n");
  await eventually(async () => {
    assert.deepEqual((await playground.shown()).problems.map(({ line }) => line), [3]);
  });
  await playground.editor.fill("FROM busybox AS plain\nRUN a\nFROM plain AS next\n");
  await eventually(async () => assert.deepEqual(await playground.stagesThatAre("built", "target"), ["plain", "next"]));
  await playground.page.locator("[data-step='2'] button").click();
  assert.equal(await playground.editor.evaluate((area) => area.value.slice(0, area.selectionStart).split("\n").length), 2);
  await playground.close();
});

test("without the editor library a fix is undone in the text area", async () => {
  const { playground, release } = await openHeld(/editor-[^/]*\.js$/, { fail: true });
  const { page } = playground;
  release();
  assert.equal(await booted(page), "ready");
  const text = "FROM alpine AS One\nRUN a\nFROM alpine AS Two\nRUN b\nRUNN c\n";
  await playground.editor.fill(`# \u{1f49b}\n${text}`);
  const error = page.locator("[data-rule='error'][data-line='6']");
  await error.getByRole("button", { name: "Write RUN" }).click();
  await error.getByRole("button", { name: "Apply" }).click();
  const mended = `# \u{1f49b}\n${text.replace("RUNN", "RUN")}`;
  await eventually(async () => assert.equal(await playground.text(), mended));
  await eventually(async () => assert.equal(await error.count(), 0));
  await page.keyboard.press("ControlOrMeta+z");
  await eventually(async () => assert.equal(await playground.text(), `# \u{1f49b}\n${text}`));
  await eventually(async () => assert.equal(await error.count(), 1));
  await page.keyboard.press("ControlOrMeta+Shift+z");
  await eventually(async () => assert.equal(await playground.text(), mended));
  await playground.close();
});

for (const [what, text] of Object.entries({
  "1 MB of instructions": `FROM alpine AS one\n${`RUN echo ${"x".repeat(88)}\n`.repeat(10_300)}`,
  "1 MB on one line": `FROM alpine AS one\nRUN ${"x".repeat(1_000_000)}\n`,
  "1 MB of stages": Array.from({ length: 2_000 }, (_, i) => `FROM ${i ? `s${i - 1}` : "alpine"} AS s${i}\nRUN ${"x".repeat(470)}\n`).join(""),
  "1 MB of no Dockerfile at all": "lorem ipsum { } \\ ' \" << $ \u{1f49b}\n".repeat(28_000),
})) {
  test(`${what} is taken without freezing the page`, { timeout: 120_000 }, async () => {
    const playground = await Playground.open(site.browser, site.address);
    const start = Date.now();
    await playground.paste(text);
    await eventually(async () => {
      const { stages, problems } = await playground.shown();
      assert.ok(stages.some(({ stage }) => ["one", "s0"].includes(stage)) || problems.length > 0);
    }, 20_000);
    const taken = Date.now() - start;
    // One more key, to see that the page answers.
    await playground.page.keyboard.type("#");
    await eventually(async () => assert.equal(await playground.page.evaluate(() => 1 + 1), 2), 20_000);
    const all = Date.now() - start;
    assert.ok(all < 20_000, `${all} ms (${taken} ms until it was shown)`);
    assert.deepEqual(playground.problemsOfPage.filter((text) => !/^failed: /.test(text)), []);
    await playground.close();
  });
}
