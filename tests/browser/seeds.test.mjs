// The Dockerfiles of the seed documents, pasted into the page: for every target it shows what BuildKit did.
//
// The steps are BuildKit's recorded ones; stages and edges are read from the text by a reader of the tests' own,
// which the records are held against as well.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";

import { eventually, fragment, Playground, start } from "./playground.mjs";
import { edgesOf, neededBy, short, stagesOf } from "./reader.mjs";

const records = (name) =>
  readFileSync(new URL(`../conformance/${name}`, import.meta.url), "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));

const answers = new Map(records("seeds.expected.jsonl").map((answer) => [answer.id, answer]));
const cases = records("seeds.jsonl").map((seed) => ({ ...seed, answer: answers.get(seed.id) }));
const files = [...new Set(cases.map(({ dockerfile }) => dockerfile))];

let site;
let playground;
before(async () => {
  site = await start({ base: "/docs/playground/" });
  playground = await Playground.open(site.browser, site.address);
});
after(() => site?.close());

/** Which stages, edges and steps the page has to show. */
function expected({ dockerfile, target, answer }) {
  const stages = stagesOf(dockerfile);
  const needed = neededBy(stages, target);
  const last = target?.toLowerCase() || stages.at(-1).name;
  const state = (name) => (name === last ? "target" : needed.has(name) ? "built" : "skipped");
  return {
    stages: stages.map(({ name }) => `${name} ${state(name)}`).sort(),
    edges: edgesOf(stages),
    steps: answer.vertices.map(({ name }) => name).sort(),
  };
}

function compare(shown, wanted, vertices) {
  const steps = shown.steps.map(({ text }) => text);
  assert.deepEqual(shown.stages.map(({ stage, state }) => `${stage} ${state}`).sort(), wanted.stages);
  const edges = shown.edges.map(({ from, to, kind }) => `${short(from)} ${kind} ${to}`);
  assert.deepEqual([...new Set(edges)].sort(), wanted.edges);
  assert.deepEqual([...steps].sort(), wanted.steps);
  assert.deepEqual(
    shown.steps.map(({ number, cached }) => [number, cached]),
    steps.map((_, index) => [index + 1, "false"]),
  );
  for (const { name, inputs = [] } of vertices) {
    for (const input of inputs) {
      const before = vertices[input].name;
      assert.ok(steps.indexOf(before) < steps.indexOf(name), `“${before}” comes before “${name}”`);
    }
  }
  assert.deepEqual(shown.problems.filter(({ rule }) => rule === "error"), []);
}

for (const dockerfile of files) {
  const targets = cases.filter((one) => one.dockerfile === dockerfile);
  describe(targets[0].id.replace(/@.*/, ""), () => {
    before(() => playground.paste(dockerfile));

    for (const { target, answer } of targets) {
      const wanted = expected({ dockerfile, target, answer });

      test(`${target || "the default target"}: stages, edges and steps are those of the build`, async () => {
        await playground.choose(target);
        await eventually(async () => compare(await playground.shown(), wanted, answer.vertices));
      });

      test(`${target || "the default target"}: the reader of the tests agrees with the record`, () => {
        const stages = stagesOf(dockerfile);
        assert.deepEqual(
          answer.stages.map(({ name, base }, index) => [name ?? `stage-${index}`, base.toLowerCase()]),
          stages.map(({ name, inputs: [{ from }] }) => [name, from]),
        );
        const named = answer.vertices.flatMap(({ name }) => /^\[(\S+)\s+\d+\/\d+\] /.exec(name)?.[1] ?? []);
        const needed = neededBy(stages, target);
        assert.deepEqual(named.filter((name) => !needed.has(name)), []);
        assert.equal(new Set(wanted.steps).size, wanted.steps.length, "names tell steps apart");
      });
    }
  });
}

describe("the file of the talk", () => {
  const source = cases.find(({ id }) => id.startsWith("seed-velocity0")).dockerfile;

  test("by default 4 stages are built, in 8 steps", async () => {
    await playground.paste(source);
    await playground.choose("");
    await eventually(async () => {
      assert.deepEqual(await playground.stagesThatAre("built", "target"), ["base", "app", "release", "prod"]);
      assert.equal((await playground.shown()).steps.length, 8);
      assert.match(await playground.status.textContent(), /^Prod builds 4 of 10 stages in 8 steps/);
    });
  });

  for (const target of ["test", "Test", "TEST", "tEsT"]) {
    test(`${target} in the address builds 3 stages, in 10 steps`, async () => {
      const { page } = playground;
      await playground.choose("");
      await page.evaluate((hash) => (location.hash = hash), fragment({ source, target }));
      await eventually(async () => {
        assert.deepEqual(await playground.stagesThatAre("built", "target"), ["base", "test-base", "test"]);
        assert.equal((await playground.shown()).steps.length, 10);
        assert.equal(await playground.target.locator("option:checked").textContent(), "Test");
        assert.deepEqual((await playground.shown()).problems.filter(({ rule }) => rule === "error"), []);
      });
    });
  }
});
