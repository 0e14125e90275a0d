// What the program runs for the first view, for `cargo xtask profile`.
//
// Opens the site in DIST, built with notes of what runs (crates/xtask/src/profile.rs), wide and narrow, as someone does
// who has never been there, and types a little. Prints the numbers of the regions that ran, one a line.

import { eventually, Playground, start } from "./playground.mjs";

const OPENINGS = [[1440, 900], [1024, 768], [390, 844], [320, 640]].flatMap(([width, height]) =>
  ["reduce", "no-preference", "no-preference"].map((motion) => [width, height, motion]),
);

const ran = new Set();

/** Takes over what ran in the page. */
async function note({ page }) {
  const numbers = await page.evaluate(() => {
    const { memory, profile } = globalThis.stagewrightProgram;
    const bytes = new Uint8Array(memory.buffer, profile.value);
    return [...bytes.keys()].filter((number) => bytes[number] === 1);
  });
  numbers.forEach((number) => ran.add(number));
}

const site = await start();
try {
  // What comes first is not the same at every opening: sizes are told by the browser when it finds the time.
  for (const [width, height, reducedMotion] of OPENINGS) {
    const playground = await Playground.open(site.browser, site.address, { viewport: { width, height }, reducedMotion });
    await playground.page.waitForTimeout(500);
    await note(playground);
    await playground.close();
  }
  for (const viewport of [{ width: 1440, height: 900 }, { width: 390, height: 844 }]) {
    const playground = await Playground.open(site.browser, site.address, { viewport });
    const shown = await playground.shown();
    await playground.caretAtEndOf(2);
    for (const key of [" ", "x", "Backspace", "Backspace"]) {
      await playground.page.keyboard.press(key);
      await playground.page.waitForTimeout(300);
    }
    await eventually(async () => {
      if (JSON.stringify(await playground.shown()) !== JSON.stringify(shown)) throw new Error("the page did not come back");
    });
    await note(playground);
    await playground.close();
  }
} finally {
  await site.close();
}
console.log([...ran].join("\n"));
