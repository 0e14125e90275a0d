// What the program runs for the first view, for `cargo xtask profile`.
//
// Opens the site in DIST, built with notes of what runs (crates/xtask/src/profile.rs), wide and narrow, as someone does
// who has never been there, and types a little. Prints the numbers of the regions that ran, one a line.

import { eventually, Playground, start } from "./playground.mjs";

const ran = new Set();
const site = await start();
try {
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
    const numbers = await playground.page.evaluate(() => {
      const { memory, profile } = globalThis.stagewrightProgram;
      const bytes = new Uint8Array(memory.buffer, profile.value);
      return [...bytes.keys()].filter((number) => bytes[number] === 1);
    });
    numbers.forEach((number) => ran.add(number));
    await playground.close();
  }
} finally {
  await site.close();
}
console.log([...ran].join("\n"));
