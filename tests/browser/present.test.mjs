// On a projector: the graph and the build order have all the room, and are to be read from the last row.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Playground, start } from "./playground.mjs";

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
