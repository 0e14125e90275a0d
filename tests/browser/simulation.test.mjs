// What a build would do: played and walked through by keyboard, with the cache after a change, with the times of a log,
// with fewer workers, with the classic builder, and beside a pinned version.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";

import { eventually, Playground, start } from "./playground.mjs";

const FILE = `FROM alpine AS base
RUN apk add make
FROM base AS one
COPY src /src
RUN make one
FROM base AS two
COPY docs /docs
RUN make two
FROM scratch AS release
COPY --from=one /src /one
COPY --from=two /docs /two
`;

let site;
before(async () => {
  site = await start();
});
after(() => site?.close());

async function withPage(look, { text = FILE, ...options } = {}) {
  const playground = await Playground.open(site.browser, site.address, options);
  try {
    await playground.paste(text);
    await playground.button("Simulation").click();
    await playground.page.locator(".simulation.open").waitFor();
    await look(playground, playground.page.getByRole("region", { name: "Simulation", exact: true }));
    assert.deepEqual(playground.problemsOfPage, []);
  } finally {
    await playground.close();
  }
}

/** What is said of the build, in a sentence. */
const headline = (region) => region.locator(".outcome b").textContent();

/** The steps that come from the cache, by what they do. */
const cached = async (playground) =>
  (await playground.shown()).steps.filter((step) => step.cached === "true").map((step) => step.text.replace(/^\[\S+ \d+\/\d+\] /, ""));

const rerun = async (playground) =>
  (await playground.shown()).steps.filter((step) => step.cached === "false").map((step) => step.text);

/** The labels alone, of what `rerun` gives. */
const startsWith = (found, expected) =>
  assert.deepEqual(
    found.map((text, at) => (text.startsWith(expected[at] ?? "\0") ? expected[at] : text)),
    expected,
  );

/** How many bars are side by side at most. */
const lanes = (region) =>
  region
    .locator(".bar:not(.cached)")
    .evaluateAll((bars) => new Set(bars.map((bar) => Math.round(bar.getBoundingClientRect().y))).size);

test("the first build runs everything, and two branches at the same time", () =>
  withPage(async (playground, region) => {
    assert.match(await headline(region), /^The first build runs all 9 steps in about /);
    assert.equal(await region.locator("[data-bar]").count(), 9);
    assert.ok((await lanes(region)) >= 2);
    assert.deepEqual(await cached(playground), []);
  }));

test("one worker makes one lane, and a longer build", () =>
  withPage(async (playground, region) => {
    const saved = () => region.getByText(/Steps that run at the same time save/).count();
    assert.equal(await saved(), 1);
    await region.getByLabel("Steps at once").selectOption("1");
    await eventually(async () => assert.equal(await lanes(region), 1));
    assert.equal(await saved(), 0);
    await region.getByLabel("Steps at once").selectOption("");
    await eventually(async () => assert.ok((await lanes(region)) >= 2));
  }));

test("nothing changed means that nothing runs again", () =>
  withPage(async (playground, region) => {
    await region.getByRole("button", { name: "Next build" }).click();
    await eventually(async () =>
      startsWith(await rerun(playground), ["[internal] load build context"]),
    );
    assert.equal(await playground.stage("base").getAttribute("data-state"), "cached");
  }));

test("a changed file marks what runs again, with the reason, and only that", () =>
  withPage(async (playground, region) => {
    await region.getByRole("button", { name: "What changed" }).click();
    const file = region.locator("[data-file^='src']").getByRole("combobox").first();
    await file.selectOption("edited");
    await eventually(async () =>
      startsWith(await rerun(playground), [
        "[internal] load build context",
        "[one 1/2] COPY src /src",
        "[one 2/2] RUN make one",
        "[release 1/2] COPY --from=one /src /one",
        "[release 2/2] COPY --from=two /docs /two",
      ]),
    );
    const steps = (await playground.shown()).steps;
    assert.match(steps.find((step) => step.text.includes("COPY src")).text, /src.* has changed/);
    assert.match(steps.find((step) => step.text.includes("make one")).text, /builds upon .*COPY src/);
    assert.equal(await playground.stage("two").getAttribute("data-state"), "cached");
    assert.equal(await playground.stage("one").getAttribute("data-state"), "built");
    await file.selectOption("the same");
    await eventually(async () => startsWith(await rerun(playground), ["[internal] load build context"]));
  }));

test("a file of the reader's own can be added, and taken out", () =>
  withPage(async (playground, region) => {
    await region.getByRole("button", { name: "What changed" }).click();
    const field = region.getByRole("textbox", { name: "Path of a file" });
    await field.fill("src/deep/own.c");
    await field.press("Enter");
    const own = region.locator("[data-file='src/deep/own.c']");
    await own.getByRole("combobox").selectOption("new");
    await eventually(async () => assert.ok((await rerun(playground)).some((text) => text.includes("COPY src"))));
    await own.getByRole("button", { name: "Take out" }).click();
    await eventually(async () => startsWith(await rerun(playground), ["[internal] load build context"]));
  }));

test("after an edit, what differs from the pinned version runs again, and both are compared", () =>
  withPage(async (playground, region) => {
    await region.getByRole("button", { name: "Compare" }).click();
    await region.getByRole("button", { name: "Pin this version" }).click();
    await playground.paste(FILE.replace("make two", "make two three").replace("COPY --from=two /docs /two\n", ""));
    await playground.paste(FILE.replace("make two", "make two three"));
    await eventually(async () => {
      const again = (await rerun(playground)).map((text) => text.split(" ").slice(2).join(" "));
      assert.ok(again.some((text) => text.startsWith("RUN make two three")), again.join("\n"));
      assert.ok(!again.some((text) => text.startsWith("RUN make one")), again.join("\n"));
    });
    const table = region.getByRole("table").first();
    assert.match(await table.textContent(), /Steps99none/);
    assert.match(await region.textContent(), /Steps added\[two \d\/\d\] RUN make two three/);
    assert.match(await region.textContent(), /Steps saved\[two \d\/\d\] RUN make two/);
  }));

test("the classic builder goes through all stages, step by step", () =>
  withPage(async (playground, region) => {
    assert.match(await region.textContent(), /The classic builder goes through 4 stages and runs 11 steps/);
    await region.getByRole("button", { name: "Classic builder" }).click();
    await eventually(async () => assert.equal((await playground.shown()).steps.length, 11));
    const { steps } = await playground.shown();
    assert.match(steps[0].text, /^Step 1\/11 : FROM alpine AS base/);
    assert.equal(await lanes(region), 1);
    assert.match(await region.textContent(), /BuildKit goes through 4 stages and runs 9 steps/);
  }));

test("the film is walked through by keyboard, and says what happens and why", () =>
  withPage(async (playground, region) => {
    const now = region.locator(".film .now");
    const toolbar = region.getByRole("toolbar");
    await toolbar.getByRole("button", { name: "Next moment" }).focus();
    await playground.page.keyboard.press("Enter");
    await eventually(async () => assert.match(await now.textContent(), /starts: it waits for nothing/));
    await playground.page.keyboard.press("ArrowRight");
    await eventually(async () => assert.match(await now.textContent(), /load build context is done/));
    await playground.page.keyboard.press("ArrowRight");
    await eventually(async () => assert.match(await now.textContent(), /starts: .* is done/));
    await eventually(async () => assert.equal(await playground.page.locator(".steps li.runs").count() > 0, true));
    const told = await now.textContent();
    await playground.page.keyboard.press("ArrowRight");
    await eventually(async () => assert.notEqual(await now.textContent(), told));
    await playground.page.keyboard.press("ArrowLeft");
    await eventually(async () => assert.equal(await now.textContent(), told));
    await playground.page.keyboard.press("End");
    await eventually(async () => assert.match(await now.textContent(), /The build ends after/));
    await playground.page.keyboard.press("Home");
    await eventually(async () => assert.match(await now.textContent(), /it waits for nothing/));
    await toolbar.getByRole("button", { name: "End the film" }).click();
    await eventually(async () => assert.match(await headline(region), /^The first build/));
  }));

test("nothing moves before it is asked to; played, the build goes to its end and stops", () =>
  withPage(
    async (playground, region) => {
      const line = region.locator(".now line");
      assert.equal(await line.count(), 0);
      await region.getByRole("button", { name: "Play the build" }).click();
      await line.waitFor({ state: "attached" });
      // In percent of the time, which has an edge of 8 pixels.
      const place = async () => {
        const width = Number(await region.locator(".lanes").getAttribute("width"));
        return Math.round(((Number(await line.getAttribute("x1")) - 8) / (width - 16)) * 1000) / 10;
      };
      const early = await place();
      await eventually(async () => assert.ok((await place()) > early));
      await eventually(async () => assert.equal(await place(), 100), 30_000);
      await eventually(async () => assert.equal(await region.getByRole("button", { name: "Play the build" }).count(), 1));
      assert.match(await region.locator(".film .now").textContent(), /The build ends after/);
    },
    { reducedMotion: "no-preference" },
  ));

const LOGS = new URL("../logs/", import.meta.url);
const read = (name) => readFileSync(new URL(name, LOGS), "utf8");

test("a pasted log gives durations and what came from the cache", () =>
  withPage(
    async (playground, region) => {
      await region.getByRole("button", { name: "Durations" }).click();
      await region.getByRole("textbox", { name: "Build log" }).fill(read("diamond.cold.plain.log"));
      await eventually(async () => assert.match(await headline(region), /^The build of the log ran /));
      assert.ok((await region.locator(".times .source").allTextContents()).includes("log"));
      await region.getByRole("textbox", { name: "Build log" }).fill(read("diamond.warm.plain.log"));
      await eventually(async () => assert.ok((await cached(playground)).length > 0));
      await region.getByRole("textbox", { name: "Build log" }).fill("this is no log");
      await eventually(async () => assert.match(await region.textContent(), /no build log that can be read/));
    },
    { text: read("diamond.Dockerfile") },
  ));

test("a log that fails shows its error, and what was cancelled", () =>
  withPage(
    async (playground, region) => {
      await region.getByRole("button", { name: "Durations" }).click();
      await region.getByRole("textbox", { name: "Build log" }).fill(read("fails.cold.rawjson.log"));
      await eventually(async () => assert.match(await headline(region), /^The build fails after /));
      assert.match(await region.textContent(), /ends in an error \(line \d+\)/);
      await region.getByRole("button", { name: "Timeline" }).click();
      assert.equal(await region.locator(".bar.failed").count(), 1);
      assert.equal(await region.locator(".bar.canceled").count(), 1);
    },
    { text: read("fails.Dockerfile") },
  ));

test("a typed duration counts more than an estimate, and nonsense is refused", () =>
  withPage(async (playground, region) => {
    await region.getByRole("button", { name: "Durations" }).click();
    const field = region.getByRole("textbox", { name: /RUN make one/ });
    await field.fill("10m");
    await field.press("Enter");
    await eventually(async () => assert.match(await headline(region), /10 min/));
    await field.fill("soon");
    await field.press("Enter");
    await eventually(async () => assert.match(await playground.notice.textContent(), /This is no time/));
    assert.match(await headline(region), /10 min/);
  }));

/** Where the timeline is scrolled and drawn. */
const timeline = (region) => {
  const room = region.getByRole("listbox", { name: /^Timeline: / });
  return {
    room,
    width: async () => Number(await region.locator(".lanes").getAttribute("width")),
    scrolled: () => room.evaluate((room) => [room.scrollLeft, room.scrollTop]),
    told: () => region.locator(".timeline-told").textContent(),
  };
};

test("what comes from the cache has a mark that nothing covers", () =>
  withPage(async (playground, region) => {
    await region.getByRole("button", { name: "Next build" }).click();
    const marks = region.locator(".bar.cached");
    await eventually(async () => assert.equal(await marks.count(), 8));
    const covered = await marks.evaluateAll((marks) =>
      marks
        .filter((mark) => {
          const { left, right, top, bottom } = mark.getBoundingClientRect();
          return document.elementFromPoint((left + right) / 2, (top + bottom) / 2) !== mark;
        })
        .map((mark) => mark.getAttribute("aria-label")),
    );
    assert.deepEqual(covered, []);
  }));

for (const width of [390, 320]) {
  test(`at ${width} px all sides of the simulation stand on one line`, () =>
    withPage(
      async (playground, region) => {
        const sides = region.getByRole("group", { name: "What to show" });
        const boxes = await Promise.all((await sides.getByRole("button").all()).map((side) => side.boundingBox()));
        assert.equal(boxes.length, 4);
        assert.deepEqual(new Set(boxes.map((box) => box.y)).size, 1);
        assert.ok(boxes.every((box) => box.x >= 0 && box.x + box.width <= width), JSON.stringify(boxes));
      },
      { viewport: { width, height: 844 } },
    ));
}

test("what little there is to build is told as what it is", () =>
  withPage(async (playground, region) => {
    const says = (expected) => eventually(async () => assert.equal(await headline(region), expected));
    await playground.paste("FROM alpine\n");
    await says("The first build runs its only step in about 4 s.");
    await region.getByRole("button", { name: "Next build" }).click();
    await says("The next build runs nothing: all of it comes from the cache.");
    assert.match(await region.textContent(), /The classic builder runs nothing either\./);
    await playground.paste("FROM scratch\n");
    await says("Nothing to do: the target has no steps.");
    await playground.paste("FROM alpine\nRUNN x\n");
    await says("This file does not build.");
    await playground.paste(" ");
    await says("Nothing to build yet.");
  }));

test("a stage without steps of its own stands as the one that it starts from", () =>
  withPage(
    async (playground, region) => {
      await region.getByRole("button", { name: "Next build" }).click();
      for (const stage of ["one", "two"]) {
        await eventually(async () => assert.equal(await playground.stage(stage).getAttribute("data-state"), "cached"));
      }
      assert.match(await playground.stage("two").textContent(), /cached · no steps/);
      await region.getByRole("button", { name: "First build" }).click();
      await region.getByRole("button", { name: "Next moment" }).click();
      await eventually(async () => assert.match(await playground.stage("two").textContent(), /waits · no steps/));
    },
    { text: "FROM alpine AS one\nRUN make\nFROM one AS two\nENV A=b\nFROM two AS three\nRUN more\n" },
  ));

test("the timeline is zoomed by keyboard, buttons and wheel, around what one looks at", () =>
  withPage(async (playground, region) => {
    const { room, width, scrolled } = timeline(region);
    const whole = await width();
    await room.focus();
    for (const [key, factor] of [["+", 1.5], ["+", 2.25], ["-", 1.5], ["0", 1]]) {
      await room.press(key);
      await eventually(async () => assert.ok(Math.abs((await width()) / whole - factor) < 0.01, key));
    }
    assert.equal(await region.getByRole("button", { name: "Less detail" }).getAttribute("aria-disabled"), "true");
    await region.getByRole("button", { name: "More detail" }).click();
    await eventually(async () => assert.ok((await width()) > whole));
    await region.getByRole("button", { name: "All of the build" }).click();
    await eventually(async () => assert.equal(await width(), whole));

    // What is under the pointer stays there.
    const bar = region.locator(".bar", { visible: true }).and(region.getByRole("option", { name: /RUN make two/ }));
    const before = await bar.boundingBox();
    await playground.page.mouse.move(before.x + before.width / 2, before.y + before.height / 2);
    await playground.page.keyboard.down("Control");
    for (let turn = 0; turn < 4; turn++) await playground.page.mouse.wheel(0, -100);
    await playground.page.keyboard.up("Control");
    await eventually(async () => assert.ok((await width()) > whole * 1.8));
    const after = await bar.boundingBox();
    assert.ok(after.width > before.width * 1.7);
    assert.ok(after.x < before.x + before.width / 2 && after.x + after.width > before.x + before.width / 2);

    // The plain wheel goes along the time where there is nothing further down.
    const [left] = await scrolled();
    await playground.page.mouse.wheel(0, -100);
    await eventually(async () => assert.ok((await scrolled())[0] < left));
  }));

test("a label that is cut has a sign, and is told in full on hover and with the keyboard", () =>
  withPage(
    async (playground, region) => {
      const { room, told } = timeline(region);
      const label = "[2/3] RUN make one-target another-target a-third-target and-so-on until-it-is-too-long-for-its-bar";
      const cut = region.locator(".lanes text", { hasText: "…" }).first();
      assert.match(await cut.textContent(), /^(\[2\/3\] )?RUN .*…$/);
      await region.locator("[data-bar='2']").hover();
      await eventually(async () => assert.ok((await told()).startsWith(label), await told()));
      assert.match(await told(), /30 s, from /);
      assert.deepEqual((await playground.lit()).steps, [2]);
      await playground.page.mouse.move(5, 5);
      await eventually(async () => assert.match(await told(), /^Point at a step/));

      await room.focus();
      await eventually(async () => assert.match(await told(), /FROM/));
      await room.press("ArrowRight");
      await eventually(async () => assert.ok((await told()).startsWith(label), await told()));
      const active = await room.getAttribute("aria-activedescendant");
      const option = room.getByRole("option", { selected: true });
      assert.equal(await option.getAttribute("id"), active);
      assert.ok((await option.getAttribute("aria-label")).startsWith(label));
      assert.deepEqual([await option.getAttribute("aria-posinset"), await option.getAttribute("aria-setsize")], ["2", "3"]);
      assert.deepEqual((await playground.lit()).steps, [2]);
    },
    {
      text: `FROM alpine
RUN make one-target another-target a-third-target and-so-on until-it-is-too-long-for-its-bar
RUN apt-get install -y build-essential cmake ninja-build clang llvm
`,
      viewport: { width: 1100, height: 800 },
    },
  ));

/** A file of a thousand steps in 50 stages. */
function thousand() {
  const stages = Array.from({ length: 50 }, (_, stage) => `FROM alpine AS s${stage}\n${"RUN make $A\n".repeat(19).replaceAll("$A", () => stage)}`);
  const copies = stages.map((_, stage) => `COPY --from=s${stage} /a /${stage}\n`);
  return `${stages.join("")}FROM scratch\n${copies.join("")}`;
}

test("while the timeline is scrolled, rows that are seen already stay as they are", () =>
  withPage(
    async (playground, region) => {
      const { room } = timeline(region);
      // So near that bars are drawn one by one.
      for (let press = 0; press < 4; press++) await room.press("+");
      await eventually(async () => assert.ok((await region.locator(".timeline [data-bar]").count()) > 10));
      // Elements that are there before and after, and how many of them were touched.
      const touched = await room.evaluate(async (room) => {
        const frame = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
        room.scrollTo(0, 200);
        await frame();
        const bars = new Set(room.querySelectorAll("[data-bar]"));
        const changed = new Set();
        new MutationObserver((all) => all.forEach(({ target }) => bars.has(target) && changed.add(target))).observe(room, {
          attributes: true,
          subtree: true,
        });
        room.scrollTo(0, 260);
        await frame();
        return { stay: [...bars].filter((bar) => bar.isConnected).length, changed: changed.size, all: bars.size };
      });
      assert.ok(touched.all > 10 && touched.stay > touched.all / 2, JSON.stringify(touched));
      assert.equal(touched.changed, 0);
    },
    { text: thousand() },
  ));

test("a list of a thousand steps is complete, and follows the build", () =>
  withPage(
    async (playground, region) => {
      const order = playground.page.getByRole("region", { name: /^Build order/ }).getByRole("list").first();
      const numbers = async () => (await playground.shown()).steps.map(({ number }) => number);
      assert.deepEqual(await numbers(), Array.from({ length: (await numbers()).length }, (_, at) => at + 1));
      assert.ok((await numbers()).length >= 1000);
      const last = order.getByRole("listitem").last();
      await region.getByRole("button", { name: "Next build" }).click();
      await eventually(async () => assert.equal((await cached(playground)).length, (await numbers()).length));
      await eventually(async () => assert.match(await last.textContent(), /COPY --from=s49 .* From the cache\.$/));
      await last.scrollIntoViewIfNeeded();
      const number = await last.evaluate((item) => getComputedStyle(item, "::before").content);
      assert.equal(number, `"${(await numbers()).length}"`);
      // What is in view is drawn at once, the rest soon after.
      await region.getByRole("button", { name: "First build" }).click();
      await eventually(async () => assert.equal(await last.getAttribute("data-cached"), "false"));
      await eventually(async () => assert.deepEqual(await cached(playground), []));
      await region.getByRole("button", { name: "Both" }).click();
      const n_listed = () => region.locator(".both .steps").first().getByRole("listitem").count();
      await eventually(async () => assert.equal(await n_listed(), (await numbers()).length));
    },
    { text: thousand() },
  ));

test("of a thousand steps as many are drawn as are seen, and the keyboard reaches all", () =>
  withPage(
    async (playground, region) => {
      const { room, scrolled } = timeline(region);
      const n_steps = (await playground.shown()).steps.length;
      assert.ok(n_steps >= 1000, `${n_steps}`);
      const drawn = () => region.locator(".timeline *").count();
      for (const key of ["0", "+", "+", "+", "End", "+", "+", "Home"]) {
        await room.press(key);
        assert.ok((await drawn()) < 500, `${await drawn()} after ${key}`);
      }
      await eventually(async () => assert.deepEqual(await scrolled(), [0, 0]));
      await room.press("End");
      const option = room.getByRole("option", { selected: true });
      await eventually(async () => assert.equal(await option.getAttribute("aria-posinset"), String(n_steps)));
      const [seen, box] = [await room.boundingBox(), await option.boundingBox()];
      assert.ok(box.x >= seen.x && box.x + box.width <= seen.x + seen.width && box.y >= seen.y && box.y < seen.y + seen.height);
      const [left] = await scrolled();
      assert.ok(left > 0);
      await room.evaluate((room) => room.scrollTo(room.scrollWidth / 2, room.scrollHeight / 2));
      await eventually(async () => assert.ok((await region.locator(".timeline [data-bar]").count()) > 1));
      assert.ok((await drawn()) < 500);
    },
    { text: thousand() },
  ));

test("on a projector the simulation is below graph and build order, and a step that is told is large", () =>
  withPage(
    async (playground, region) => {
      await playground.button("Present").click();
      await region.getByRole("button", { name: "Next moment" }).click();
      const width = async (of) => (await of.boundingBox()).width;
      await eventually(async () => assert.equal(await width(region), 1920));
      assert.ok((await width(playground.page.locator(".result"))) > 1920 / 2);
      const size = (of) => of.evaluate((element) => parseFloat(getComputedStyle(element).fontSize));
      await eventually(async () => assert.ok((await size(region.locator(".film .now"))) >= 27));
      assert.ok((await size(region.locator(".lanes text").first())) >= 20);
    },
    { viewport: { width: 1920, height: 1080 } },
  ));

/** Drops files onto an element, as a reader drags them there. */
async function drop(playground, target, files) {
  const data = await playground.page.evaluateHandle((files) => {
    const data = new DataTransfer();
    for (const { name, text, bytes, type } of files) data.items.add(new File([text ?? new Uint8Array(bytes)], name, { type }));
    return data;
  }, files);
  await target.dispatchEvent("dragover", { dataTransfer: data });
  assert.equal(await playground.page.locator(":root[data-drags]").count(), 1, "the page shows where it can be dropped");
  await target.dispatchEvent("drop", { dataTransfer: data });
  assert.equal(await playground.page.locator(":root[data-drags]").count(), 0);
}

const PICTURE = { name: "x.png", bytes: [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13], type: "image/png" };

test("a log is dropped as a file, and one that is none is refused at its place, with nothing lost", () =>
  withPage(
    async (playground, region) => {
      const log = { name: "build.log", text: read("diamond.cold.plain.log") };
      await drop(playground, region, [log]);
      await eventually(async () => assert.match(await headline(region), /^The build of the log ran /));
      const field = region.getByRole("textbox", { name: "Build log" });
      assert.equal(await field.inputValue(), log.text);
      assert.match(await region.textContent(), /From build\.log, 2 kB\./);
      const before = await headline(region);
      const alert = region.getByRole("alert");
      for (const [files, expected] of [
        [[PICTURE], /^x\.png is no text/],
        [[{ name: "Dockerfile", text: "FROM scratch\n" }], /^Dockerfile looks like a Dockerfile/],
        [[{ name: "notes.txt", text: "nothing\n" }], /^notes\.txt is no build log/],
        [[{ name: "big.log", text: " ".repeat(8_000_001) }], /^big\.log is too large for a build log: at most 8 MB/],
        [[log, PICTURE], /^These are several files/],
      ]) {
        await drop(playground, region, files);
        await eventually(async () => assert.match(await alert.textContent(), expected));
        assert.equal(await field.inputValue(), log.text);
        assert.equal(await headline(region), before);
      }
      await drop(playground, region, [{ ...log, text: read("diamond.warm.rawjson.log") }]);
      await eventually(async () => assert.equal(await alert.textContent(), ""));
      await region.getByRole("button", { name: "Remove the log" }).click();
      await eventually(async () => assert.match(await headline(region), /^The first build/));
      assert.equal(await playground.text(), read("diamond.Dockerfile"));
    },
    { text: read("diamond.Dockerfile") },
  ));

test("a log is chosen as a file, with the keyboard, too; what is of another file is listed", () =>
  withPage(
    async (playground, region) => {
      await region.getByRole("button", { name: "Durations" }).click();
      const choose = region.getByLabel("Choose a file");
      const asked = playground.page.waitForEvent("filechooser");
      await choose.press("Enter");
      const file = (name) => ({ name, mimeType: "text/plain", buffer: Buffer.from(read(name)) });
      await (await asked).setFiles(file("diamond.cold.plain.log"));
      await eventually(async () => assert.match(await region.textContent(), /From diamond\.cold\.plain\.log/));
      assert.equal(await region.getByText("In the log, but no step of this plan").count(), 0);
      await choose.setInputFiles(file("fan-out.cold.plain.log"));
      await eventually(async () => assert.match(await region.textContent(), /In the log, but no step of this plan/));
    },
    { text: read("diamond.Dockerfile") },
  ));

test("files dropped beside the simulation never take the page away", async () => {
  const playground = await Playground.open(site.browser, site.address);
  try {
    const { page } = playground;
    await playground.paste(read("diamond.Dockerfile"));
    await page.locator(":root[data-rest]").waitFor();
    const text = await playground.text();
    const graph = page.getByRole("region", { name: "Stage graph" }).or(page.locator("main > .result")).first();
    await drop(playground, graph, [PICTURE]);
    await eventually(async () => assert.match(await playground.notice.textContent(), /x\.png is no text/));
    assert.equal(await page.locator(".simulation.open").count(), 0);
    await drop(playground, graph, [{ name: "build.log", text: read("diamond.cold.rawjson.log") }]);
    await eventually(async () => assert.match(await page.locator(".simulation .outcome").textContent(), /The build of the log ran /));
    assert.equal(await playground.text(), text);
    assert.deepEqual(playground.problemsOfPage, []);
  } finally {
    await playground.close();
  }
});

test("--no-cache-filter runs the steps of its stages again, and says so", () =>
  withPage(async (playground, region) => {
    await region.getByRole("button", { name: "What changed" }).click();
    const filter = region.getByRole("group", { name: /--no-cache-filter/ });
    await filter.getByLabel("two").focus();
    await playground.page.keyboard.press("Space");
    await eventually(async () => {
      const again = await rerun(playground);
      assert.ok(again.some((text) => text.includes("RUN make two")), again.join("\n"));
      assert.ok(!again.some((text) => text.includes("RUN make one")), again.join("\n"));
    });
    const step = (await playground.shown()).steps.find((step) => step.text.includes("RUN make two"));
    assert.match(step.text, /--no-cache-filter=two asks for it/);
    assert.match(await region.locator(".chains").textContent(), /--no-cache-filter=two asks for it.*RUN make two/);
    await region.getByLabel("--no-cache: run everything again").check();
    await eventually(async () => assert.ok((await rerun(playground)).some((text) => text.includes("RUN make one"))));
    assert.equal(await filter.getByLabel("two").isDisabled(), true);
  }));

test("both builders stand side by side, with their figures, and are lit together", () =>
  withPage(async (playground, region) => {
    await region.getByRole("button", { name: "Both", exact: true }).click();
    const kit = region.getByRole("group", { name: "BuildKit", exact: true });
    const classic = region.getByRole("group", { name: "Classic builder", exact: true });
    const figures = (builder) =>
      builder.locator(".figures div").evaluateAll((all) =>
        Object.fromEntries(all.map((it) => [it.querySelector("dt").textContent, it.querySelector("dd").textContent])),
      );
    assert.deepEqual(await figures(kit).then((it) => [it["Stages built"], it["Steps run"]]), ["4 of 4", "9 of 9"]);
    assert.deepEqual(await figures(classic).then((it) => [it["Stages built"], it["Steps run"]]), ["4 of 4", "11 of 11"]);
    assert.match(await headline(region), /^BuildKit runs 9 steps in about .*, the classic builder 11 in about .* longer\.$/);
    const [left, right] = [await kit.boundingBox(), await classic.boundingBox()];
    assert.ok(left.x + left.width <= right.x + 1 && left.y === right.y, "side by side");
    await playground.page.mouse.move(0, 0);
    // From a step of the classic builder to its stage and line, and to BuildKit's step.
    await classic.getByRole("button", { name: /RUN make one/ }).focus();
    await eventually(async () => {
      const lit = await playground.lit();
      assert.deepEqual([lit.stages, lit.lines], [["one"], ["RUN make one"]]);
      assert.match(await kit.locator(".steps .lit").textContent(), /RUN make one/);
    });
    // From a stage to the steps of both.
    await playground.stage("two").hover();
    await eventually(async () => {
      assert.match((await classic.locator(".steps .lit").allTextContents()).join(), /FROM base AS two.*COPY docs.*RUN make two/);
      assert.match((await kit.locator(".steps .lit").allTextContents()).join(), /COPY docs.*RUN make two/);
      assert.equal(await classic.locator(".lit-frame").count(), 3);
    });
    await region.getByRole("button", { name: "Last moment" }).click();
    await eventually(async () => assert.match(await region.locator(".film .now").textContent(), /BuildKit .*The build ends after .*Classic builder .*The build ends after /));
    await playground.page.setViewportSize({ width: 600, height: 900 });
    await eventually(async () => assert.ok((await classic.boundingBox()).y > (await kit.boundingBox()).y, "one below the other"));
  }));

test("what the classic builder refuses is said beside what BuildKit builds", () =>
  withPage(
    async (playground, region) => {
      await region.getByRole("button", { name: "Both", exact: true }).click();
      const classic = region.getByRole("group", { name: "Classic builder", exact: true });
      assert.match(await classic.locator(".refusal").textContent(), /It refuses this file: .*requires BuildKit/);
      assert.match(await headline(region), /^BuildKit runs 2 steps in about .*; the classic builder refuses this file\.$/);
      await classic.getByRole("button", { name: "Show in the text" }).click();
      await eventually(async () => assert.deepEqual(await playground.page.evaluate(() => document.activeElement?.className), "editor-host"));
    },
    { text: "FROM alpine\nRUN --mount=type=cache,target=/c make\n" },
  ));

const WITH_ARG = FILE.replace("RUN apk add make", "ARG WHAT\nRUN make $WHAT");

const chains = (region) =>
  region.locator(".chains li").evaluateAll((all) => all.map((it) => [...it.children].map((link) => link.textContent).join(" → ")));

test("a file, a build arg, the target and the text are changed, and each is told as a chain of causes", () =>
  withPage(
    async (playground, region) => {
      await region.getByRole("button", { name: "What changed" }).click();
      const file = region.locator("[data-file='src/app.c']").getByRole("combobox");
      const field = region.getByRole("textbox", { name: "Path of a file" });
      await field.fill("src/app.c");
      await field.press("Enter");
      for (const [option, what] of [["edited", "has changed"], ["new", "is new"], ["removed", "is gone"]]) {
        await file.selectOption(option);
        await eventually(async () =>
          assert.deepEqual(await chains(region), [
            `src/app.c ${what} → [one 1/2] COPY src /src → everything below it in one and release: 3 steps`,
          ]),
        );
      }
      await file.selectOption("the same");
      await eventually(async () => assert.deepEqual(await chains(region), []));
      // Pinned by the button, which goes where a build arg is set.
      await region.getByRole("button", { name: "a build arg" }).click();
      await eventually(async () => assert.equal(await playground.page.evaluate(() => document.activeElement.id), "arg-WHAT"));
      await playground.page.keyboard.type("all");
      await eventually(async () =>
        assert.deepEqual(await chains(region), [
          "WHAT changed → [base 2/2] RUN make all[one 2/2] RUN make one[two 2/2] RUN make two → everything below it in base, one, two and release: 4 steps",
        ]),
      );
      assert.match(await region.locator(".since").textContent(), /WHAT was not set, and is all now\./);
      await region.getByRole("button", { name: "Pin this version" }).click();
      await eventually(async () => assert.deepEqual(await chains(region), []));
      await playground.choose("one");
      await eventually(async () => assert.match(await region.locator(".since").textContent(), /The target was the last stage, and is one now\./));
      await playground.paste(WITH_ARG.replace("make one", "make one more"));
      await eventually(async () =>
        assert.deepEqual(await chains(region), ["Its text changed → [one 2/2] RUN make one more"]),
      );
      assert.match(await region.locator(".since").textContent(), /The text changed at line 6\./);
    },
    { text: WITH_ARG },
  ));

test("the comparison says which version is better, and where", () =>
  withPage(
    async (playground, region) => {
      await region.getByRole("button", { name: "Compare" }).click();
      await region.getByRole("button", { name: "Pin this version" }).click();
      await eventually(async () => assert.match(await region.textContent(), /The first build of both versions takes .*An edit of a file costs the same in both\./));
      await playground.paste("FROM alpine AS app\nCOPY package.json /app/\nRUN npm ci\nCOPY src /app/src\nFROM app AS extra\n");
      await eventually(async () => assert.match(await region.textContent(), /An edit of 2 of 3 files costs less now, of 1 more\./));
      const row = (name) => region.getByRole("row").filter({ hasText: name }).textContent();
      assert.match(await row("src/index.js"), /2 steps, .* s1 step, .* less$/);
      assert.match(await row("package.json"), /2 steps, .* s3 steps, .* more$/);
      assert.match(await region.textContent(), /Stages addedextra/);
      assert.match(await region.textContent(), /Stages changedapp/);
    },
    { text: "FROM alpine AS app\nCOPY package.json src /app/\nRUN npm ci\n" },
  ));
