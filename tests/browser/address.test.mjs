// The address of the page: links carry a state and bring it back, and no address leaves the page blank.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { eventually, fragment, Playground, start } from "./playground.mjs";

const SOURCE = "ARG V=1\nFROM alpine:${V} AS one\nRUN true\n# \u{1f49b} ümlaut\nFROM one AS Two\nRUN false\n";

let site;
before(async () => {
  site = await start({ base: "/a/b/" });
});
after(() => site?.close());

async function withPage(hash, look, options) {
  const playground = await Playground.open(site.browser, site.address + hash, options);
  try {
    await look(playground);
    assert.deepEqual(playground.problemsOfPage, []);
  } finally {
    await playground.close();
  }
}

/** The state that the links of these tests carry. */
const STATE = { source: SOURCE, target: "one", args: { V: "3.9" } };

async function showsState(playground) {
  await eventually(async () => {
    assert.equal(await playground.text(), SOURCE);
    assert.deepEqual(await playground.stagesThatAre("target"), ["one"]);
    assert.match((await playground.shown()).steps[0].text, /alpine:3\.9$/);
    assert.equal(await playground.page.getByLabel("V", { exact: true }).inputValue(), "3.9");
  });
}

test("a link brings back text, target and build args", () => withPage(fragment(STATE), showsState));

test("a link that was copied opens as what it was copied from", () =>
  withPage("", async (playground) => {
    await playground.paste(SOURCE);
    await playground.choose("one");
    await playground.page.getByLabel("V", { exact: true }).fill("3.9");
    await showsState(playground);
    await playground.button("Copy link").click();
    await eventually(async () => assert.match(await playground.notice.textContent(), /Link copied/));
    const link = await playground.page.evaluate(() => navigator.clipboard.readText());
    assert.ok(link.startsWith(`${site.address}#v1.`), link);
    assert.match(link, /#[\w.~-]+$/);
    await withPage(link.slice(site.address.length), showsState);
  }));

test("where the clipboard is closed, the link is in the address bar", () =>
  withPage(
    "",
    async (playground) => {
      await playground.editor.fill(SOURCE);
      await playground.page.evaluate(() => {
        navigator.clipboard.writeText = () => Promise.reject(new DOMException("closed", "NotAllowedError"));
      });
      await playground.button("Copy link").click();
      await eventually(async () => assert.match(await playground.notice.textContent(), /address bar/));
      const { hash } = new URL(playground.page.url());
      await withPage(hash, async (other) => eventually(async () => assert.equal(await other.text(), SOURCE)));
    },
    { permissions: [] },
  ));

test("going to another link of the same page opens it, and going back, too", () =>
  withPage(fragment(STATE), async (playground) => {
    await showsState(playground);
    const other = { source: "FROM busybox AS other\n" };
    await playground.page.evaluate((hash) => (location.hash = hash), fragment(other));
    await eventually(async () => assert.deepEqual(await playground.stagesThatAre("target"), ["other"]));
    await playground.page.goBack();
    await showsState(playground);
  }));

test("once the text is changed, a reload brings the change and not the link", () =>
  withPage(fragment(STATE), async (playground) => {
    await showsState(playground);
    await playground.choose("");
    await playground.paste("FROM busybox AS mine\n");
    await eventually(async () => assert.deepEqual(await playground.stagesThatAre("target"), ["mine"]));
    await playground.page.reload();
    await playground.editorLoaded();
    await eventually(async () => assert.equal(await playground.text(), "FROM busybox AS mine\n"));
  }));

describe("an address that cannot be opened gives a message and the first example", () => {
  const bomb = "A".repeat(1_700_000);
  for (const [what, hash] of Object.entries({
    "no data": "#v1.",
    garbage: "#v1.garbage",
    "garbage of the right form": "#v1.p.AAAA",
    "a link that was cut": fragment(STATE).slice(0, -9),
    "a later version": "#v9.p.AAAA",
    "a packing that is not known": "#v1.z.AAAA",
    "damaged deflate": "#v1.d.AAAAAAAA",
    "percent signs": "#v1.p.%E0%A4%A",
    markup: "#v1.p.<script>alert(1)</script>",
    "markup alone": "#<img src=x onerror=alert(1)>",
    "a word that is no link": "#garbage",
    "more than any file": `#v1.p.${bomb}`,
    "a length that is a lie": `#v1.p.${Buffer.from("s\xff\xff\xff\x7fFROM", "latin1").toString("base64url")}`,
    "bytes that are no text": `#v1.p.${Buffer.from("s\x02\xff\xfe", "latin1").toString("base64url")}`,
  })) {
    test(what, () =>
      withPage(hash, async (playground) => {
        const dialogs = [];
        playground.page.on("dialog", (dialog) => (dialogs.push(dialog.message()), dialog.dismiss()));
        await eventually(async () => assert.match(await playground.notice.textContent(), /cannot be opened/));
        assert.deepEqual(await playground.stagesThatAre("target"), ["prod"]);
        assert.equal((await playground.shown()).steps.length, 8);
        assert.equal(await playground.notice.locator("img, script").count(), 0);
        assert.deepEqual(dialogs, []);
      }),
    );
  }
});

test("a small link that unfolds to a huge text is refused", async () => {
  const { deflateRawSync } = await import("node:zlib");
  const packed = deflateRawSync(Buffer.alloc(200_000_000, "A")).toString("base64url");
  await withPage(`#v1.d.${packed}`, async (playground) => {
    await eventually(async () => assert.match(await playground.notice.textContent(), /more than 1 MB/));
    assert.deepEqual(await playground.stagesThatAre("target"), ["prod"]);
  });
});
