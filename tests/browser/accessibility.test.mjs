// What machines can check of WCAG 2.2 AA, in both themes, at three sizes, in every state of the page.
//
// axe-core does most of it. It passes over what is inside an SVG: sizes of targets and contrasts there are
// measured here. Working with the keyboard has a file of its own.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, describe, test } from "node:test";

import { eventually, Playground, start } from "./playground.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const SIZES = { wide: [1440, 900], narrow: [390, 844], "320 px wide": [320, 640] };

/** The states of the page, each as what brings it there from the one before. */
const STATES = {
  "at first": async () => {},
  "with a stage selected": async (playground) => {
    await playground.stage("test-base").press(" ");
    await eventually(async () => assert.equal(await playground.stage("test-base").getAttribute("aria-pressed"), "true"));
  },
  "with all instructions shown": (playground) => playground.button("Instructions").click(),
  "with the table shown": async (playground) => {
    await playground.button("Table").click();
    await playground.page.getByRole("table").waitFor();
  },
  "with the examples open": async (playground) => {
    await playground.button("Graph").click();
    await playground.button("Examples").click();
    await playground.page.getByRole("dialog").waitFor();
  },
  "with build args": async (playground) => {
    await playground.page.keyboard.press("Escape");
    await playground.paste("ARG VERSION=3\nFROM alpine:${VERSION} AS one\nARG NAME\nRUN --mount=from=busybox true\n");
    await playground.page.getByLabel("VERSION").waitFor();
  },
  "with findings, a fix and a .dockerignore": async (playground) => {
    await playground.paste("FROM alpine AS One\nWORKDIR a\nCOPY .env /\nFROM one AS Two\nMAINTAINER me\n");
    await playground.button(".dockerignore").click();
    await playground.page.getByRole("textbox", { name: ".dockerignore" }).fill(".env\n");
    await playground.showProblems();
    await playground.button("Fix all 2").click();
    await playground.button("Rename it to one").click();
    await playground.page.getByRole("group", { name: "Rename it to one" }).waitFor();
  },
  "with the outline": async (playground) => {
    await playground.button("Outline").click();
    await playground.page.getByRole("region", { name: "Outline" }).getByRole("listitem").first().waitFor();
  },
  "with a message above the content": async (playground) => {
    await playground.page.evaluate(() => (location.hash = "#v1.garbage"));
    await eventually(async () => assert.notEqual(await playground.notice.textContent(), ""));
  },
  "with an error in the text": async (playground) => {
    await playground.paste("FROM alpine AS one\nRUNN oops\n");
    await eventually(async () => assert.equal((await playground.shown()).problems.length, 1));
  },
  "with the fixes of a check": async (playground) => {
    await playground.paste("FROM alpine AS one\nENV A b\nENV C d\n");
    await playground.page.locator(".wrong.warning").first().waitFor();
    await playground.caretAtEndOf(2);
    await playground.page.keyboard.press("ControlOrMeta+.");
    await playground.page.getByRole("dialog", { name: "Problems and fixes" }).waitFor();
  },
  "with what stands at a place": async (playground) => {
    await playground.page.keyboard.press("Escape");
    await playground.page.keyboard.press("Home");
    await playground.page.keyboard.press("Alt+F1");
    await playground.page.locator(".about").waitFor();
  },
  "with completion": async (playground) => {
    await playground.page.keyboard.press("Escape");
    await playground.caretAtEndOf(4);
    await playground.page.keyboard.type("RUN --");
    await playground.page.getByRole("listbox").waitFor();
  },
  "with a new name that is refused": async (playground) => {
    await playground.page.keyboard.press("Escape");
    await playground.caretAtEndOf(1);
    await playground.page.keyboard.press("F2");
    await playground.page.getByLabel("New name").fill("1");
    await playground.page.locator(".told.error").waitFor();
  },
  "with uses and a fold": async (playground) => {
    await playground.page.keyboard.press("Escape");
    await playground.page.keyboard.press("Control+Shift+BracketLeft");
    await playground.page.locator(".cm-content .folded").waitFor();
    await playground.page.keyboard.press("Shift+F12");
    await playground.page.locator(".places").waitFor();
  },
  "with the simulation": async (playground) => {
    await playground.paste("FROM alpine AS one\nRUN make\nFROM one AS two\nCOPY src /src\n");
    await playground.button("Simulation").click();
    await playground.page.locator("[data-bar]").first().waitFor({ state: "attached" });
  },
  "with a step of the timeline": async (playground) => {
    const timeline = playground.page.getByRole("listbox", { name: /^Timeline/ });
    await timeline.press("ArrowRight");
    await timeline.getByRole("option", { selected: true }).waitFor();
  },
  "with what changed": async (playground) => {
    await playground.button("What changed").click();
    await playground.page.locator("[data-file]").last().getByRole("combobox").selectOption("edited");
    await eventually(async () => assert.equal(await playground.stage("one").getAttribute("data-state"), "cached"));
  },
  "with stages kept from the cache": async (playground) => {
    await playground.page.getByRole("group", { name: /--no-cache-filter/ }).getByLabel("one").check();
    await playground.page.locator(".chains").waitFor();
  },
  "with a pinned version to change": async (playground) => {
    await playground.button("the target").click();
    await playground.choose("one");
    await playground.page.locator(".since li").waitFor();
  },
  "with durations": async (playground) => {
    await playground.choose();
    await playground.button("Unpin").click();
    await playground.button("Durations").click();
    await playground.page.getByRole("textbox", { name: "Build log" }).waitFor();
  },
  "with a log, and a file that is none": async (playground) => {
    const file = (name, text) => ({ name, mimeType: "text/plain", buffer: Buffer.from(text) });
    const choose = playground.page.getByLabel("Choose a file");
    await choose.setInputFiles(file("build.log", "#1 [one 2/2] RUN make\n#1 DONE 2.0s\n\n#2 [other 1/1] RUN it\n#2 DONE 1.0s\n"));
    await playground.page.getByText("In the log, but no step of this plan").waitFor();
    await choose.setInputFiles(file("notes.txt", "no log"));
    await playground.page.getByRole("alert").getByText("notes.txt is no build log").waitFor();
  },
  "with two versions": async (playground) => {
    await playground.button("Remove the log").click();
    await playground.button("Compare").click();
    await playground.button("Pin this version").click();
    await playground.page.locator("table.compared").first().waitFor();
    await playground.paste("FROM alpine AS one\nRUN make\nFROM one AS two\nCOPY src /src\nRUN --mount=type=cache,target=/c make\n");
    await playground.page.locator(".compared .more").first().waitFor();
  },
  "with both builders, one of which refuses the file": async (playground) => {
    await playground.button("Timeline").click();
    await playground.button("Both").click();
    await playground.page.locator(".both .refusal").waitFor();
  },
  "with a moment of the build": async (playground) => {
    await playground.button("BuildKit").click();
    await playground.button("First build").click();
    await playground.button("Next moment").click();
    await playground.button("Next moment").click();
    await playground.page.locator(".film .now").waitFor();
  },
  "with an empty text": async (playground) => {
    await playground.editor.focus();
    await playground.page.keyboard.press("ControlOrMeta+a");
    await playground.page.keyboard.press("Delete");
    await eventually(async () => assert.equal((await playground.shown()).stages.length, 0));
  },
};

let site;
before(async () => {
  site = await start();
});
after(() => site?.close());

/** The violations that axe finds, as rule, element and what is wrong. */
async function violations(page) {
  // Not as a <script>, which the policy of the site would refuse.
  await page.evaluate(AXE);
  return page.evaluate(async (tags) => {
    const options = { runOnly: { type: "tag", values: tags }, rules: { "target-size": { enabled: true } } };
    const { violations } = await window.axe.run(document, options);
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target.join(" ")}: ${failureSummary.split("\n").at(-1).trim()}`),
    );
  }, TAGS);
}

/** What is wrong inside the drawing: texts and outlines that are hard to tell from what is behind them. */
function faintInDrawing(page) {
  return page.evaluate(() => {
    const channels = (...colours) => {
      const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
      for (const colour of colours) {
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
      }
      return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const light = (...colours) => {
      const [r, g, b] = channels(...colours).map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const contrast = (colour, behind) => {
      const [low, high] = [light(behind, colour), light(behind)].sort((a, b) => a - b);
      return (high + 0.05) / (low + 0.05);
    };
    const opaque = (colour) => colour !== "none" && channels(colour)[3] === 255;
    const paper = (element) => {
      for (let at = element; at; at = at.parentElement) {
        const { backgroundColor } = getComputedStyle(at);
        if (opaque(backgroundColor)) return backgroundColor;
      }
      return "white";
    };
    const faint = [];
    for (const card of document.querySelectorAll("[data-stage], [data-image]")) {
      const name = card.dataset.stage ?? card.dataset.image;
      const behind = paper(card);
      const boxes = [...card.querySelectorAll("rect")].map((box) => getComputedStyle(box));
      const fill = boxes.map(({ fill }) => fill).find(opaque) ?? behind;
      const outlined = boxes.some(({ stroke }) => stroke !== "none" && contrast(stroke, behind) >= 3);
      if (!outlined) faint.push(`outline of ${name}`);
      for (const text of card.querySelectorAll("text")) {
        const style = getComputedStyle(text);
        const of = contrast(style.fill, fill) * Number(style.opacity);
        if (of < 4.5) faint.push(`“${text.textContent}” of ${name}: ${of.toFixed(2)}`);
      }
    }
    for (const edge of document.querySelectorAll("[data-from] path")) {
      const { stroke, fill } = getComputedStyle(edge);
      const colour = stroke === "none" ? fill : stroke;
      const of = contrast(colour, paper(edge));
      const { from, to } = edge.parentElement.dataset;
      if (of < 3) faint.push(`edge ${from} → ${to}: ${of.toFixed(2)}`);
    }
    return faint;
  });
}

/** Stages that are smaller on the screen than a finger needs. */
function smallStages(page) {
  return page.locator("[data-stage]").evaluateAll((all) =>
    all
      .map((element) => [element.dataset.stage, element.getBoundingClientRect()])
      .filter(([, box]) => box.width < 24 || box.height < 24)
      .map(([name, box]) => `${name}: ${box.width} × ${box.height}`),
  );
}

/** How far the page itself scrolls sideways. */
const sideways = (page) => page.evaluate(() => document.scrollingElement.scrollWidth - window.innerWidth);

const PERFECT = { axe: [], faint: [], small: [], sideways: 0, problems: [] };

async function faults({ page, problemsOfPage }) {
  return {
    axe: await violations(page),
    faint: await faintInDrawing(page),
    small: await smallStages(page),
    sideways: Math.max(0, await sideways(page)),
    problems: problemsOfPage,
  };
}

for (const colorScheme of ["light", "dark"]) {
  for (const [size, [width, height]] of Object.entries(SIZES)) {
    describe(`${colorScheme}, ${size}`, () => {
      let playground;
      before(async () => {
        const options = { colorScheme, viewport: { width, height } };
        playground = await Playground.open(site.browser, site.address, options);
      });
      after(() => playground?.close());

      for (const [state, reach] of Object.entries(STATES)) {
        test(state, async () => {
          await reach(playground);
          assert.deepEqual(await faults(playground), PERFECT);
        });
      }
    });
  }

  test(`${colorScheme}, on a projector`, async () => {
    const options = { colorScheme, viewport: { width: 1920, height: 1080 } };
    const playground = await Playground.open(site.browser, site.address, options);
    await playground.button("Present").click();
    assert.deepEqual(await faults(playground), PERFECT);
    await playground.button("Simulation").click();
    await playground.button("Next moment").click();
    await playground.page.locator(".film .now").waitFor();
    assert.deepEqual(await faults(playground), PERFECT);
    await playground.close();
  });
}

test("with forced colours, stages keep an outline and a name", async () => {
  const playground = await Playground.open(site.browser, site.address, { forcedColors: "active" });
  assert.deepEqual(await faintInDrawing(playground.page), []);
  await playground.close();
});
