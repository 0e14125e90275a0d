// How long the page keeps the main thread busy: from a key press to the painted graph and list, or, with --timeline, for
// a frame in which the timeline of 1,000 steps is scrolled or zoomed.
//
// Not a test; needs DIST and CHROMIUM as the page tests have them. Takes the work from Chromium's own trace: everything
// that the renderer's main thread does, in processor time, so that other programs on the machine do not count. Script,
// style, layout and painting are part of that. For keys it types into the file of the talk, and counts from a press to
// the next one; the few hundredths of a second between presses are long enough for all of it. For the timeline it turns
// the wheel, and counts from a frame to the next one; what opening the simulation and asking for another build cost is
// told beside that.
//
// Prints one JSON object a line: scenario, how many keys or frames, and median, 95th percentile and maximum in
// milliseconds. Ends with status 1 if a 95th percentile is over the limit, which is in budgets.toml.
//
//     node tests/browser/measure.mjs [--keys N] [--timeline] [--only PART] [--limit MS]
//
// With --only, the scenarios or files whose name contains PART.

import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";

import { eventually, Playground, start } from "./playground.mjs";

const { values } = parseArgs({
  options: {
    keys: { type: "string", default: "200" },
    timeline: { type: "boolean", default: false },
    only: { type: "string", default: "" },
    limit: { type: "string" },
  },
});
const KEYS = Number(values.keys);
const budgets = readFileSync(new URL("../../budgets.toml", import.meta.url), "utf8");
const budget = (name) => budgets.match(new RegExp(`^${name} = (.+)$`, "m"))[1];
const LIMIT = Number(values.limit ?? budget(values.timeline ? "frame" : "key"));
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

const named = (all) => Object.entries(all).filter(([name]) => name.includes(values.only));

/** The keys of a scenario: what is typed, then as many times Backspace, over and over. */
function* keys(typed) {
  for (;;) {
    yield* typed;
    for (let i = 0; i < typed.length; i++) yield "Backspace";
  }
}

/** The trace events of the time in which `run` runs. */
async function trace(browser, page, categories, run) {
  await browser.startTracing(page, { categories: ["toplevel", "__metadata", ...categories] });
  await run();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString());
  return traceEvents;
}

/** The tasks of the thread that `of` ran on, in the order of time. */
const tasksOf = (events, of) =>
  events
    .filter((event) => event.name === "ThreadControllerImpl::RunTask" || event.name === "RunTask")
    .filter((event) => event.pid === of.pid && event.tid === of.tid && event.ph === "X")
    .sort((a, b) => a.ts - b.ts);

const work = (tasks) => tasks.reduce((sum, task) => sum + (task.tdur ?? task.dur), 0) / 1000;

/** Milliseconds of work of the main thread from each of `starts` to the next, the last one for `rest` µs. */
const workBetween = (tasks, starts, rest) =>
  starts.map((from, index) => {
    const until = starts[index + 1] ?? from + rest;
    return work(tasks.filter(({ ts }) => ts >= from && ts < until));
  });

/** Milliseconds of work of the main thread for each key press. */
function workPerKey(events) {
  const presses = events.filter(({ name, args }) => name === "EventDispatch" && args.data?.type === "keydown");
  const tasks = tasksOf(events, presses[0]);
  // A press belongs to the task in which it is handled.
  const starts = presses
    .map(({ ts }) => tasks.findLast((task) => task.ts <= ts && ts < task.ts + task.dur)?.ts)
    .filter((ts) => ts !== undefined)
    .sort((a, b) => a - b);
  return workBetween(tasks, starts, PAUSE * 1000);
}

/** What tells of frames; not `devtools.timeline`, which counts all objects of the page at each layout. */
const FRAMES = ["cc"];

/** When the main thread of the page began its part of each frame, and its tasks. */
function framesOf(events) {
  const begins = events.filter(({ name, ph }) => name === "ProxyMain::BeginMainFrame" && (ph === "X" || ph === "B"));
  const starts = begins.map(({ ts }) => ts).sort((a, b) => a - b);
  return { starts, tasks: tasksOf(events, begins[0]) };
}

/** Milliseconds of work of the main thread for each frame that it has a part in. */
function workPerFrame(events) {
  const { starts, tasks } = framesOf(events);
  return workBetween(tasks, starts, 0).slice(0, -1);
}

const quantile = (sorted, q) => sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * q) - 1)];
const round = (ms) => Math.round(ms * 100) / 100;

let over = false;

/** Prints the figures of a scenario, and holds them against the limit. */
function tell(scenario, unit, work) {
  const sorted = work.toSorted((a, b) => a - b);
  const p95 = quantile(sorted, 0.95);
  over ||= p95 > LIMIT;
  const figures = { median_ms: quantile(sorted, 0.5), p95_ms: p95, max_ms: sorted.at(-1) };
  for (const name of Object.keys(figures)) figures[name] = round(figures[name]);
  console.log(JSON.stringify({ scenario, [unit]: sorted.length, ...figures, limit_ms: LIMIT }));
}

async function measureKeys({ browser, address }) {
  for (const [scenario, { line, typed }] of named(SCENARIOS)) {
    const playground = await Playground.open(browser, address);
    const { page } = playground;
    await playground.paste(dockerfile);
    await playground.caretAtEndOf(line);
    const press = keys([...typed]);
    // The first keys compile and warm what later ones use.
    for (let i = 0; i < typed.length * 4; i++) await page.keyboard.press(press.next().value);
    const events = await trace(browser, page, ["devtools.timeline"], async () => {
      for (let i = 0; i < KEYS; i++) {
        await page.keyboard.press(press.next().value);
        await sleep(PAUSE);
      }
    });
    const work = workPerKey(events);
    if (work.length < KEYS * 0.95) throw new Error(`the trace has ${work.length} of ${KEYS} key presses`);
    await eventually(async () => {
      const { steps } = await playground.shown();
      if (steps.length !== 8) throw new Error("the page does not show the build any more");
    });
    tell(scenario, "keys", work);
    await playground.close();
  }
}

/** A file of about 1,000 steps: so many stages of so many commands. */
function many(stages, commands) {
  let text = "";
  for (let stage = 0; stage < stages; stage++) {
    text += `FROM alpine AS part${stage}\n`;
    for (let at = 0; at < commands; at++) text += `RUN make part-${stage}-${at} TARGET="number ${at} of stage ${stage}"\n`;
  }
  text += "FROM scratch\n";
  for (let stage = 0; stage < stages; stage++) text += `COPY --from=part${stage} /out /part${stage}\n`;
  return text;
}

const FILES = {
  "20 stages": many(20, 49),
  "100 stages": many(100, 8),
  "200 stages": many(200, 4),
  "500 stages": many(500, 1),
};
/** How often the wheel is turned, and the pause between. */
const TURNS = 120;
const TURN = 16;

/** What the wheel does in each scenario: its turn number `at`. */
const WHEEL = {
  "scrolls down": (page, at) => page.mouse.wheel(0, at < TURNS / 2 ? 60 : -60),
  "scrolls along": (page, at) => page.mouse.wheel(at < TURNS / 2 ? 90 : -90, 0),
  "zooms": async (page, at) => {
    await page.keyboard.down("Control");
    await page.mouse.wheel(0, at < TURNS / 2 ? -30 : 30);
    await page.keyboard.up("Control");
  },
};

/** Presses a button of the simulation by what it says: looking for it by its role would be work of the page, too. */
const press = (page, name) =>
  page.locator(".simulation").evaluate((it, name) => {
    [...it.querySelectorAll("button")].find((button) => button.textContent === name).click();
  }, name);

/** Tells what an action costs the page until it rests. */
async function measureAsk({ browser }, page, scenario, ask) {
  const events = await trace(browser, page, FRAMES, async () => {
    await ask();
    await page.locator(".timeline-room").first().waitFor();
    await sleep(1500);
  });
  const { tasks } = framesOf(events);
  const longest = Math.max(...tasks.map((task) => task.tdur ?? task.dur)) / 1000;
  console.log(JSON.stringify({ scenario, work_ms: round(work(tasks)), longest_task_ms: round(longest) }));
}

/** Turns the wheel over the timeline in each way, and tells what a frame costs. */
async function measureWheel({ browser }, page, about) {
  const room = page.locator(".timeline-room").first();
  await room.scrollIntoViewIfNeeded();
  const box = await room.boundingBox();
  await page.mouse.move(box.x + box.width / 3, box.y + box.height / 2);
  for (const [name, turn] of Object.entries(WHEEL)) {
    await room.press("0");
    if (name === "scrolls along") for (let i = 0; i < 6; i++) await room.press("+");
    await sleep(200);
    const events = await trace(browser, page, FRAMES, async () => {
      for (let at = 0; at < TURNS; at++) {
        await turn(page, at);
        await sleep(TURN);
      }
    });
    const frames = workPerFrame(events);
    if (frames.length < TURNS / 2) throw new Error(`the trace has ${frames.length} frames for ${TURNS} turns of the wheel`);
    tell(`${about}, ${name}`, "frames", frames);
  }
}

async function measureTimeline({ browser, address }) {
  for (const [file, text] of named(FILES)) {
    const playground = await Playground.open(browser, address);
    const { page } = playground;
    await playground.paste(text);
    await sleep(2000);
    const workers = (count) => () => page.locator(".simulation .switches select").selectOption(count);
    const ask = (name, how) => measureAsk({ browser }, page, `${file}, ${name}`, how);
    await ask("opens", () => press(page, "Simulation"));
    await measureWheel({ browser }, page, file);
    await ask("asks for 4 workers", workers("4"));
    await measureWheel({ browser }, page, `${file}, 4 workers`);
    await ask("asks for all workers", workers(""));
    await ask("asks for the next build", () => press(page, "Next build"));
    await ask("asks for both builders", () => press(page, "Both"));
    await ask("asks for one again", () => press(page, "BuildKit"));
    // Half of it comes from the cache.
    await press(page, "What changed");
    await press(page, "Pin this version");
    await playground.paste(text.replace(/^RUN make part-\d*[02468]-\d+ /gm, "$&AGAIN=1 "));
    await press(page, "Timeline");
    await sleep(1000);
    await measureWheel({ browser }, page, `${file}, half of it cached`);
    await playground.close();
  }
}

const site = await start();
try {
  await (values.timeline ? measureTimeline : measureKeys)(site);
} finally {
  await site.close();
}
process.exitCode = over ? 1 : 0;
