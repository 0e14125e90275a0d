// The site starts where it should, and says why where it cannot.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { booted, launch, openPage, POLICY, serveSite } from "./site.mjs";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

async function withSite(options, look) {
  const site = await serveSite(options);
  try {
    await look(site.address);
  } finally {
    await site.close();
  }
}

for (const base of ["/", "/some/folder/"]) {
  test(`under a strict policy and ${base} the site starts with its own files only`, () =>
    withSite({ base }, async (address) => {
      const { page, problems, requests } = await openPage(browser, address);
      assert.equal(await booted(page), "ready");
      const editor = await page.evaluate(async () => {
        const name = new URL(document.documentElement.dataset.editor, document.baseURI);
        return typeof (await import(name)).mount;
      });
      assert.equal(editor, "function");
      await page.waitForLoadState("networkidle");
      assert.deepEqual(
        requests.filter((url) => !url.startsWith(address) && !url.startsWith("data:")),
        [],
      );
      assert.deepEqual(problems, []);
      await page.close();
    }));
}

async function checkFailure({ options = {}, setUp = () => {}, expect }) {
  await withSite(options, async (address) => {
    const page = await browser.newPage();
    await page.addInitScript(() => {
      document.addEventListener("stagewright:failed", (event) => (window.failed = event.detail));
    });
    await page.addInitScript(setUp);
    await page.goto(address);
    assert.equal(await booted(page), "failed");
    const message = page.locator("#boot-message");
    await message.waitFor({ state: "visible" });
    assert.match(await message.textContent(), expect);
    assert.equal(await page.evaluate(() => window.failed), await message.textContent());
    await page.close();
  });
}

test("a policy that blocks WebAssembly is named as the reason", () =>
  checkFailure({
    options: { policy: POLICY.replace(" 'wasm-unsafe-eval'", "") },
    expect: /Content-Security-Policy .*'wasm-unsafe-eval'/,
  }));

test("a browser without WebAssembly is named as the reason", () =>
  checkFailure({ setUp: () => delete window.WebAssembly, expect: /no WebAssembly/ }));

test("a browser that does not know the module's features is called too old", () =>
  checkFailure({
    setUp: () => {
      const refuse = () => Promise.reject(new WebAssembly.CompileError("unknown opcode"));
      Object.assign(WebAssembly, { instantiate: refuse, instantiateStreaming: refuse });
    },
    expect: /too old/,
  }));

for (const lost of [/\/first-[^/]*\.wasm$/, /\/stagewright-web[^/]*\.js$/]) {
  test(`a lost ${lost.source} is a part that could not be loaded`, () =>
    checkFailure({
      options: { without: (path) => lost.test(path) },
      expect: /could not be loaded/,
    }));
}
