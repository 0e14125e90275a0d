// Line, stage and step belong together: pointing at one, or coming to it with the keyboard, lights the others.
// Choosing a stage explains it.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { eventually, Playground, start } from "./playground.mjs";

const FILE = `FROM alpine AS base
COPY list /
RUN apk add \\
  curl
FROM base AS test
RUN check
FROM test AS report
RUN write
FROM scratch AS prod
COPY --from=base /bin/curl /
RUN --mount=from=busybox,target=/m true
`;

let site;
let playground;
before(async () => {
  site = await start();
  playground = await Playground.open(site.browser, site.address);
  await playground.paste(FILE);
  await eventually(async () => assert.equal((await playground.shown()).stages.length, 4));
});
after(() => site?.close());

const check = (expected) => eventually(async () => assert.deepEqual(await playground.lit(), expected));
const line = (number) => playground.page.locator(".cm-line").nth(number - 1);
const stepCalled = async (label) => {
  const { steps } = await playground.shown();
  const found = steps.find(({ text }) => text === label);
  assert.ok(found, `${label} is among ${JSON.stringify(steps)}`);
  return found.number;
};
const RUN = "[base 3/3] RUN apk add   curl";
const RUN_LINES = ["RUN apk add \\", "  curl"];

test("pointing at a line lights its stage and its step", async () => {
  const step = await stepCalled(RUN);
  await line(4).hover();
  await eventually(async () => {
    const { stages, steps } = await playground.lit();
    assert.deepEqual({ stages, steps }, { stages: ["base"], steps: [step] });
  });
});

test("the caret in a line does the same, without a mouse", async () => {
  const step = await stepCalled(RUN);
  await playground.page.mouse.move(0, 0);
  await playground.caretAtEndOf(3);
  await eventually(async () => {
    const { stages, steps } = await playground.lit();
    assert.deepEqual({ stages, steps }, { stages: ["base"], steps: [step] });
  });
});

for (const [way, come] of Object.entries({
  "pointing at": (element) => element.hover(),
  "the focus on": async (element) => {
    await playground.page.mouse.move(0, 0);
    await element.getByRole("button").focus();
  },
})) {
  test(`${way} a step lights its stage and its lines`, async () => {
    const step = await stepCalled(RUN);
    await come(playground.step(step));
    await check({ stages: ["base"], steps: [step], lines: RUN_LINES });
  });
}

for (const [way, come] of Object.entries({
  "pointing at": (element) => element.hover(),
  "the focus on": async (element) => {
    await playground.page.mouse.move(0, 0);
    await element.focus();
  },
})) {
  test(`${way} a stage lights its steps and its lines`, async () => {
    const { steps } = await playground.shown();
    await come(playground.stage("base"));
    await check({
      stages: ["base"],
      steps: steps.filter(({ text }) => text.startsWith("[base ")).map(({ number }) => number),
      lines: FILE.split("\n").slice(0, 4),
    });
  });
}

test("choosing a step goes to its line", async () => {
  await playground.step(await stepCalled(RUN)).click();
  await playground.page.keyboard.type("#");
  await eventually(async () => assert.match(await playground.text(), /^#RUN apk add/m));
  await playground.page.keyboard.press("Backspace");
  await eventually(async () => assert.equal(await playground.text(), FILE));
});

for (const [name, ...sentences] of [
  ["base", "base is built, because prod needs it.", "COPY --from", "Starts from the image alpine.", "Reads list from the build context."],
  ["test", "test is skipped: prod does not need it.", "It is built for report, or as the target itself.", "Starts from base."],
  ["report", "report is skipped: prod does not need it.", "Nothing else in the file needs it"],
  ["prod", "prod is the target.", "Copies /bin/curl from base (line 10).", "Mounts all files from busybox (line 11)."],
]) {
  test(`choosing ${name} explains it`, async () => {
    await playground.stage(name).click();
    const why = playground.page.getByRole("region", { name: "Why" });
    await eventually(async () => {
      const text = await why.innerText();
      for (const sentence of sentences) assert.ok(text.includes(sentence), `“${sentence}” in “${text}”`);
    });
  });
}

test("a stage can be made the target from its explanation, and by clicking on it twice", async () => {
  await playground.stage("test").click();
  await playground.button("Build this stage").click();
  await eventually(async () => assert.deepEqual(await playground.stagesThatAre("target"), ["test"]));
  await playground.stage("report").dblclick();
  await eventually(async () => {
    assert.deepEqual(await playground.stagesThatAre("target"), ["report"]);
    assert.deepEqual(await playground.stagesThatAre("built"), ["base", "test"]);
  });
  await playground.choose("");
});

test("choosing a stage does not move it away from under the pointer", async () => {
  const { browser, address } = site;
  const first = await Playground.open(browser, address);
  const place = async () => (await first.stage("test-base").boundingBox()).y;
  const before = await place();
  await first.stage("test-base").click();
  const why = first.page.getByRole("region", { name: "Why" });
  await eventually(async () => assert.match(await why.innerText(), /test-base is skipped/));
  await first.page.waitForTimeout(100);
  assert.equal(await place(), before);
  await first.close();
});

test("every kind of edge is told apart", async () => {
  const { edges, images } = await playground.shown();
  const told = edges.map(({ from, to, kind }) => `${from} ${kind} ${to}`).sort();
  assert.deepEqual(told, [
    "base copy prod",
    "base from test",
    "docker.io/library/alpine:latest from base",
    "docker.io/library/busybox:latest mount prod",
    "test from report",
  ]);
  assert.deepEqual([...images].sort(), ["docker.io/library/alpine:latest", "docker.io/library/busybox:latest"]);
  const looks = await playground.page.evaluate(() =>
    [...document.querySelectorAll("[data-from]")].map((edge) => {
      const line = edge.querySelector("path");
      return [edge.dataset.kind, getComputedStyle(line).strokeDasharray];
    }),
  );
  assert.equal(new Set(Object.values(Object.fromEntries(looks))).size, 3, JSON.stringify(looks));
});

test("the table says the same as the graph", async () => {
  await playground.button("Table").click();
  const rows = await playground.page.locator("tbody tr").evaluateAll((rows) =>
    rows.map((row) => [...row.cells].map((cell) => cell.textContent)),
  );
  assert.deepEqual(rows, [
    ["base", "built", "alpine", "", "test and prod", "1"],
    ["test", "skipped", "base", "", "report", "5"],
    ["report", "skipped", "test", "", "", "7"],
    ["prod", "target", "scratch", "base and busybox", "", "9"],
  ]);
  await playground.button("Graph").click();
});
