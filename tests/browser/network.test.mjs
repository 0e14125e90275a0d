// The page keeps to itself: whatever one does in it, it asks for its own files only, and a strict
// Content-Security-Policy has nothing to refuse.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { eventually, Playground, start } from "./playground.mjs";

const BASES = ["/", "/docs/some/folder/"];

let site;
before(async () => {
  site = {};
  for (const base of BASES) site[base] = await start({ base });
});
after(() => Promise.all(Object.values(site ?? {}).map((one) => one.close())));

/** Does everything in the page that could have a reason to ask for something. */
async function useAll(playground) {
  const { page } = playground;
  await playground.paste("FROM alpine:3 AS one\nRUN true\nFROM one AS two\nADD https://example.com/a /\nRUNN oops\n");
  await eventually(async () => assert.equal((await playground.shown()).problems.length, 1));
  await page.keyboard.press("ControlOrMeta+z");
  await page.keyboard.type("# a word\n");
  await page.keyboard.press("ControlOrMeta+f");
  await page.keyboard.press("Escape");
  await playground.choose("");
  await playground.button("Examples").click();
  const examples = page.getByRole("dialog").getByRole("listitem").getByRole("button");
  const count = await examples.count();
  for (let i = 0; i < count; i++) {
    if (i > 0) await playground.button("Examples").click();
    const before = await playground.text();
    await examples.nth(i).click();
    await eventually(async () => assert.notEqual(await playground.text(), before));
    const last = (await playground.shown()).stages[0].stage;
    await playground.stage(last).click();
    await playground.choose(last);
  }
  await playground.button("Table").click();
  await playground.button("Graph").click();
  await playground.button("Present").click();
  for (const theme of ["dark", "light", "system"]) await page.getByLabel("Theme").selectOption(theme);
  await playground.button("Copy link").click();
  await eventually(async () => assert.match(await playground.notice.textContent(), /Link copied/));
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  await page.evaluate((hash) => (location.hash = hash), new URL(copied).hash);
  await page.waitForLoadState("networkidle");
}

for (const base of BASES) {
  test(`under ${base} and a strict policy, using everything asks for the page's own files only`, async () => {
    const { browser, address } = site[base];
    const context = await browser.newContext();
    const foreign = [];
    await context.route(
      (url) => !url.href.startsWith(address),
      (route) => {
        foreign.push(route.request().url());
        return route.abort();
      },
    );
    await context.routeWebSocket(/.*/, (socket) => foreign.push(socket.url()));
    const playground = await Playground.open({ newPage: () => context.newPage() }, address);
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    const { page } = playground;
    await useAll(playground);

    assert.deepEqual(foreign, []);
    const asked = playground.requests.filter((url) => !url.startsWith("data:"));
    assert.deepEqual(asked.filter((url) => !url.startsWith(address)), []);
    // Each file once; but for the rest of the program, if it was needed while it was on its way, and for the icon,
    // which the browser asks for by itself, again when the address changes.
    const files = asked.map((url) => url.slice(address.length).replace(/#.*/, ""));
    const others = files.filter((file) => !/^(rest-.*\.wasm|icon-.*\.svg)$/.test(file));
    assert.deepEqual(others, [...new Set(others)]);
    const rest = files.filter((file) => /^rest-.*\.wasm$/.test(file));
    assert.ok(rest.length <= 2, files.join());
    assert.deepEqual(playground.problemsOfPage, []);
    const workers = page.workers().length + context.serviceWorkers().length;
    assert.equal(workers, 0);
    await context.close();
  });
}

test("the editor is styled under the strict policy", async () => {
  const playground = await Playground.open(site["/"].browser, site["/"].address);
  const style = await playground.editor.evaluate((element) => {
    const gutter = element.getRootNode().querySelector(".cm-gutters");
    const keyword = element.querySelector(".tok-keyword");
    return {
      wrapper: getComputedStyle(element.parentElement).display,
      beside: gutter.getBoundingClientRect().right <= element.getBoundingClientRect().left + 1,
      coloured: getComputedStyle(keyword).color !== getComputedStyle(element).color,
    };
  });
  assert.deepEqual(style, { wrapper: "flex", beside: true, coloured: true });
  await playground.close();
});
