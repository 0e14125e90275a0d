// From a key press to the painted graph and list: how long the page keeps the main thread busy.
//
// Not a test: `cargo xtask bench` runs it, with DIST and CHROMIUM as the page tests have them, and it can be run
// by hand. Types into the file of the talk, and takes the work from Chromium's own trace: everything that the
// renderer's main thread does from a key press to the next one, in processor time, so that other programs on
// the machine do not count. Script, style, layout and painting are part of that; the two hundredths of a
// second between presses are long enough for all of it.
//
// Prints one JSON object a line: scenario, keys, and median, 95th percentile and maximum in milliseconds.
// Ends with status 1 if a 95th percentile is over the limit.
//
//     node tests/browser/measure.mjs [--keys N] [--limit MS]

import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";

import { eventually, Playground, start } from "./playground.mjs";

const { values } = parseArgs({
  options: { keys: { type: "string", default: "200" }, limit: { type: "string", default: "16" } },
});
const KEYS = Number(values.keys);
const LIMIT = Number(values.limit);
/** Milliseconds from one key press to the next: a fast typist. */
const PAUSE = 60;

const seeds = readFileSync(new URL("../conformance/seeds.jsonl", import.meta.url), "utf8").split("\n");
const { dockerfile } = JSON.parse(seeds.find((line) => line.includes("seed-velocity0")));
const lineOf = (text) => dockerfile.split("\n").indexOf(text) + 1;

/** Where is typed, and what the last step or stage shows of it. */
const SCENARIOS = {
  "a step": { line: lineOf("RUN pip install pipenv==2018.10.13"), typed: " --user" },
  "a stage name": { line: lineOf("FROM release As Prod"), typed: "uction" },
  "a comment": { line: lineOf("# stages but only need to update it in one place if we change it"), typed: " again." },
};

/** The keys of a scenario: what is typed, then as many times Backspace, over and over. */
function* keys(typed) {
  for (;;) {
    yield* typed;
    for (let i = 0; i < typed.length; i++) yield "Backspace";
  }
}

/** The trace events of the time in which `run` runs. */
async function trace(browser, page, run) {
  await browser.startTracing(page, { categories: ["toplevel", "devtools.timeline", "__metadata"] });
  await run();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString());
  return traceEvents;
}

/** Milliseconds of work of the main thread for each key press. */
function workPerKey(events) {
  const presses = events.filter(({ name, args }) => name === "EventDispatch" && args.data?.type === "keydown");
  const { pid, tid } = presses[0];
  const tasks = events
    .filter((event) => event.name === "ThreadControllerImpl::RunTask" || event.name === "RunTask")
    .filter((event) => event.pid === pid && event.tid === tid && event.ph === "X")
    .sort((a, b) => a.ts - b.ts);
  // A press belongs to the task in which it is handled.
  const starts = presses
    .map(({ ts }) => tasks.findLast((task) => task.ts <= ts && ts < task.ts + task.dur)?.ts)
    .filter((ts) => ts !== undefined)
    .sort((a, b) => a - b);
  return starts.map((from, index) => {
    const until = starts[index + 1] ?? from + PAUSE * 1000;
    const own = tasks.filter(({ ts }) => ts >= from && ts < until);
    return own.reduce((sum, task) => sum + (task.tdur ?? task.dur), 0) / 1000;
  });
}

const quantile = (sorted, q) => sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * q) - 1)];
const round = (ms) => Math.round(ms * 100) / 100;

const site = await start();
let over = false;
try {
  for (const [scenario, { line, typed }] of Object.entries(SCENARIOS)) {
    const playground = await Playground.open(site.browser, site.address);
    const { page } = playground;
    await playground.paste(dockerfile);
    await playground.caretAtEndOf(line);
    const press = keys([...typed]);
    // The first keys compile and warm what later ones use.
    for (let i = 0; i < typed.length * 4; i++) await page.keyboard.press(press.next().value);
    const events = await trace(site.browser, page, async () => {
      for (let i = 0; i < KEYS; i++) {
        await page.keyboard.press(press.next().value);
        await sleep(PAUSE);
      }
    });
    const work = workPerKey(events).sort((a, b) => a - b);
    if (work.length < KEYS * 0.95) throw new Error(`the trace has ${work.length} of ${KEYS} key presses`);
    await eventually(async () => {
      const { steps } = await playground.shown();
      if (steps.length !== 8) throw new Error("the page does not show the build any more");
    });
    const p95 = quantile(work, 0.95);
    over ||= p95 > LIMIT;
    const figures = { median_ms: quantile(work, 0.5), p95_ms: p95, max_ms: work.at(-1) };
    for (const name of Object.keys(figures)) figures[name] = round(figures[name]);
    console.log(JSON.stringify({ scenario, keys: work.length, ...figures, limit_ms: LIMIT }));
    await playground.close();
  }
} finally {
  await site.close();
}
process.exitCode = over ? 1 : 0;
