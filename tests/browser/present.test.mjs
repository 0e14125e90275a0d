// On a projector: the graph and the build order have all the room, and are to be read from the last row.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { eventually, Playground, start } from "./playground.mjs";

let site;
before(async () => (site = await start()));
after(() => site?.close());

/** Left, right, top and bottom of what a selector finds, in parts of the window. */
const place = (page, selector) =>
  page.locator(selector).evaluate((element) => {
    const { left, right, top, bottom } = element.getBoundingClientRect();
    return { left: left / innerWidth, right: right / innerWidth, top: top / innerHeight, bottom: bottom / innerHeight };
  });

for (const [width, height] of [[1280, 720], [1440, 900], [1920, 1080]]) {
  test(`at ${width} by ${height}, graph and build order fill the window, and the graph most of it`, async () => {
    const playground = await Playground.open(site.browser, site.address, { viewport: { width, height } });
    const { page } = playground;
    await playground.button("Present").click();
    assert.equal(await playground.editor.isVisible(), false);
    const graph = await place(page, "main > .result");
    const order = await place(page, "main > .order");
    const simulation = await place(page, "main > .simulation");
    assert.deepEqual([graph.left, order.right, simulation.left, simulation.right], [0, 1, 0, 1]);
    assert.ok(graph.right >= 0.65, `the graph ends at ${graph.right}`);
    assert.equal(graph.right, order.left);
    assert.ok(simulation.bottom <= 1);
    const smallest = await page.locator("main").evaluate((main) =>
      Math.min(
        ...[...main.querySelectorAll("*")]
          .filter((it) => it.checkVisibility() && [...it.childNodes].some((child) => child.nodeType === 3 && child.data.trim()))
          .filter((it) => !(it instanceof SVGElement))
          .map((it) => parseFloat(getComputedStyle(it).fontSize)),
      ),
    );
    assert.ok(smallest >= 15, `the smallest text has ${smallest} px`);
    await playground.close();
  });
}

test("the whole example is in view on a projector", async () => {
  const playground = await Playground.open(site.browser, site.address, { viewport: { width: 1920, height: 1080 } });
  await playground.button("Present").click();
  const frame = await place(playground.page, "main > .result");
  for (const { stage } of (await playground.shown()).stages) {
    const card = await place(playground.page, `[data-stage="${stage}"]`);
    assert.ok(card.left >= frame.left && card.right <= frame.right && card.bottom <= frame.bottom, stage);
  }
  await playground.close();
});

for (const [width, height] of [[1280, 720], [1440, 900], [1920, 1080]]) {
  test(`at ${width} by ${height}, what the film tells of is seen in the graph`, async () => {
    const playground = await Playground.open(site.browser, site.address, { viewport: { width, height } });
    const { page } = playground;
    const stages = ["alpine", "one", "two", "three", "four", "five", "six", "seven"];
    await playground.paste(stages.slice(1).map((name, at) => `FROM ${stages[at]} AS ${name}\nRUN make ${name}\n`).join(""));
    await playground.button("Present").click();
    await playground.button("Simulation").click();
    const now = page.locator(".film .now");
    const seen = new Set();
    const next = playground.button("Next moment");
    for (let moment = 0; moment < 12 && (await next.getAttribute("aria-disabled")) !== "true"; moment++) {
      await next.click();
      const told = await eventually(async () => {
        const text = await now.textContent();
        // The stage whose step begins: `[base 2/6] RUN … starts: …`.
        const names = [...text.matchAll(/\[(\S+) (?:\d+\/\d+)\] [^[]*? starts:/g)].map(([, name]) => name);
        const canvas = await place(page, ".canvas");
        for (const name of names) {
          const card = await place(page, `[data-stage="${name}"] .box`);
          const is_in = card.left >= canvas.left && card.right <= canvas.right && card.top >= canvas.top && card.bottom <= canvas.bottom;
          assert.ok(is_in, `${name} is out of sight at ${text}`);
        }
        return names;
      });
      told.forEach((name) => seen.add(name));
      const smallest = await page
        .locator(".card text")
        .evaluateAll((all) => Math.min(...all.map((it) => parseFloat(getComputedStyle(it).fontSize) * it.getScreenCTM().a)));
      assert.ok(smallest > 14.9, `the smallest text has ${smallest} px`);
    }
    assert.deepEqual([...seen].sort(), stages.slice(1).sort());
    assert.deepEqual(playground.problemsOfPage, []);
    await playground.close();
  });
}
