// Writing in the playground: the text is kept, what is wrong with it is said where it is, and everything that
// depends on it follows at once.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";

import { eventually, Playground, start } from "./playground.mjs";

const FILE = "ARG VERSION=3.20\nFROM alpine:${VERSION} AS base\nRUN true\n\nFROM base AS app\nCOPY src /app\n";

let site;
before(async () => {
  site = await start({ base: "/play/" });
});
after(() => site?.close());

async function withPage(look) {
  const playground = await Playground.open(site.browser, site.address);
  try {
    await look(playground);
    assert.deepEqual(playground.problemsOfPage, []);
  } finally {
    await playground.close();
  }
}

/** The problems that stop the build. */
const errors = async (playground) => (await playground.shown()).problems.filter(({ rule }) => rule === "error");

const labels = async (playground) => (await playground.shown()).steps.map(({ text }) => text);

test("the text, the target and the build args survive a reload", () =>
  withPage(async (playground) => {
    await playground.paste(FILE);
    await playground.choose("base");
    await playground.page.getByLabel("VERSION").fill("edge");
    await eventually(async () => assert.match((await labels(playground))[0], /alpine:edge$/));
    await playground.page.reload();
    await playground.editorLoaded();
    await eventually(async () => {
      assert.equal(await playground.text(), FILE);
      assert.deepEqual(await playground.stagesThatAre("target"), ["base"]);
      assert.match((await labels(playground))[0], /alpine:edge$/);
    });
  }));

test("an error is shown at its line, and the last good graph stays until it is mended", () =>
  withPage(async (playground) => {
    await playground.paste(FILE);
    await eventually(async () => assert.equal((await playground.shown()).stages.length, 2));
    const good = await playground.shown();
    await playground.caretAtEndOf(3);
    await playground.page.keyboard.press("Enter");
    await playground.page.keyboard.type("RUNN oops");
    await eventually(async () => {
      const { problems, stages, edges, steps } = await playground.shown();
      assert.deepEqual(problems.map(({ rule, line }) => [rule, line]), [["error", 4]]);
      assert.match(problems[0].text, /dockerfile parse error on line 4: unknown instruction: RUNN \(did you mean RUN\?\)/);
      assert.deepEqual({ stages, edges, steps }, { stages: good.stages, edges: good.edges, steps: good.steps });
    });
    const marked = playground.page.locator(".wrong.error");
    assert.match(await marked.first().textContent(), /RUNN/);
    for (let i = 0; i < "N oops".length; i++) await playground.page.keyboard.press("Backspace");
    await playground.page.keyboard.type(" echo mended");
    await eventually(async () => {
      assert.deepEqual(await errors(playground), []);
      assert.equal((await labels(playground))[2], "[base 3/3] RUN echo mended");
    });
  }));

describe("what BuildKit says of broken files stands in the list of problems", () => {
  const records = (name) =>
    readFileSync(new URL(`../conformance/${name}`, import.meta.url), "utf8")
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  const answers = new Map(records("corpus.expected.jsonl").map((answer) => [answer.id, answer]));
  const broken = records("corpus.jsonl").filter(({ id, target }) => id.startsWith("bad-") && !target);
  let playground;
  before(async () => {
    playground = await Playground.open(site.browser, site.address);
  });
  after(() => playground?.close());

  for (const { id, dockerfile } of broken) {
    const { error } = answers.get(id);
    if (!error) continue;
    test(error.message, async () => {
      await playground.paste(dockerfile);
      await eventually(async () => {
        const found = (await playground.shown()).problems.find(({ rule }) => rule === "error");
        assert.ok(found, "there is an error");
        assert.ok(found.text.includes(error.message), found.text);
        if (error.lines) assert.equal(found.line, error.lines[0][0]);
      });
    });
  }
});

test("a target that is gone is an error that names the nearest stage", () =>
  withPage(async (playground) => {
    await playground.paste(FILE);
    await playground.choose("base");
    await eventually(async () => assert.deepEqual(await playground.stagesThatAre("target"), ["base"]));
    await playground.paste(FILE.replaceAll("base", "bases"));
    await eventually(async () => {
      const [problem] = (await playground.shown()).problems;
      assert.equal(problem?.rule, "error");
      assert.match(problem.text, /target stage "base" could not be found \(did you mean bases\?\)/);
    });
    await playground.choose("bases");
    await eventually(async () => assert.deepEqual(await errors(playground), []));
  }));

test("another file, pasted while a target is chosen that it does not have, is shown, and has its stages to choose", () =>
  withPage(async (playground) => {
    await playground.choose("Prod");
    await eventually(async () => assert.deepEqual(await playground.stagesThatAre("target"), ["prod"]));
    await playground.paste(FILE);
    await eventually(async () => {
      const { stages, problems } = await playground.shown();
      assert.deepEqual(stages.map(({ stage }) => stage), ["base", "app"]);
      assert.match(problems[0].text, /target stage "prod" could not be found/i);
    });
    await playground.choose("app");
    await eventually(async () => {
      assert.deepEqual(await errors(playground), []);
      assert.deepEqual(await playground.stagesThatAre("built", "target"), ["base", "app"]);
    });
  }));

test("a FROM that uses a build arg follows it at every key", () =>
  withPage(async (playground) => {
    await playground.paste(FILE);
    const field = playground.page.getByLabel("VERSION");
    await field.focus();
    for (const [key, version] of [["3", "3"], [".", "3."], ["9", "3.9"]]) {
      await playground.page.keyboard.type(key);
      await eventually(async () => {
        const { images, edges } = await playground.shown();
        assert.deepEqual(images, [`docker.io/library/alpine:${version}`]);
        assert.ok(edges.some(({ from, to }) => from === images[0] && to === "base"));
        assert.match((await labels(playground))[0], new RegExp(`alpine:${version}$`));
      });
    }
    await field.fill("");
    await eventually(async () => assert.match((await labels(playground))[0], /alpine:3\.20$/));
  }));

test("choosing any stage that the control offers never leads to an error", () =>
  withPage(async (playground) => {
    await playground.paste("FROM alpine\nRUN a\nFROM busybox AS Named\nRUN b\nFROM scratch\nCOPY --from=0 /a /b\n");
    await eventually(async () => assert.equal((await playground.shown()).stages.length, 3));
    const options = playground.target.locator("option:not([disabled])");
    assert.ok((await options.count()) >= 2);
    for (const value of await options.evaluateAll((all) => all.map(({ value }) => value))) {
      await playground.target.selectOption(value);
      await playground.page.waitForTimeout(50);
      assert.deepEqual(await errors(playground), [], `target ${value || "by default"}`);
    }
  }));

test("building a stage without a name from the graph does not end in an error", () =>
  withPage(async (playground) => {
    await playground.paste("FROM alpine\nRUN a\nFROM scratch\nCOPY --from=0 /a /b\n");
    await eventually(async () => assert.equal((await playground.shown()).stages.length, 2));
    for (const name of ["stage-0", "stage-1"]) {
      await playground.stage(name).press("Enter");
      await playground.page.waitForTimeout(50);
      assert.deepEqual(await errors(playground), [], name);
    }
  }));

test("at least eight examples, none of which has an error", () =>
  withPage(async (playground) => {
    const { page } = playground;
    await playground.button("Examples").click();
    const items = page.getByRole("dialog").getByRole("listitem").getByRole("button");
    const count = await items.count();
    assert.ok(count >= 8, `${count} examples`);
    const texts = new Set();
    for (let i = 0; i < count; i++) {
      if (i > 0) await playground.button("Examples").click();
      const title = await items.nth(i).textContent();
      await items.nth(i).click();
      await page.getByRole("dialog").waitFor({ state: "hidden" });
      await eventually(async () => {
        const { stages, steps } = await playground.shown();
        assert.deepEqual(await errors(playground), [], title);
        assert.ok(stages.length > 1 && steps.length > 1, title);
        assert.ok(!texts.has(await playground.text()), `${title} is a text of its own`);
      });
      texts.add(await playground.text());
    }
  }));

test("opening an example can be undone, and the text is the reader's own again", () =>
  withPage(async (playground) => {
    await playground.paste(FILE);
    await playground.button("Examples").click();
    await playground.page.getByRole("dialog").getByRole("listitem").getByRole("button").nth(1).click();
    await eventually(async () => assert.notEqual(await playground.text(), FILE));
    await playground.editor.focus();
    await playground.page.keyboard.press("ControlOrMeta+z");
    await eventually(async () => {
      assert.equal(await playground.text(), FILE);
      assert.deepEqual((await playground.shown()).stages.map(({ stage }) => stage), ["base", "app"]);
    });
  }));

test("an example that comes late does not replace what was typed since", () =>
  withPage(async (playground) => {
    let answer;
    const asked = new Promise((resolve) => {
      playground.page.route(/examples\/parallel/, async (route) => {
        resolve();
        await new Promise((later) => (answer = later));
        await route.continue();
      });
    });
    await playground.button("Examples").click();
    await playground.page.getByRole("dialog").getByRole("listitem").getByRole("button").nth(1).click();
    await asked;
    await playground.paste(FILE);
    const came = playground.page.waitForResponse(/examples\/parallel/);
    answer();
    await (await came).finished();
    await playground.page.waitForTimeout(200);
    assert.equal(await playground.text(), FILE);
  }));

test("a theme that is chosen is kept, and goes before the system's", () =>
  withPage(async (playground) => {
    const { page } = playground;
    const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await page.emulateMedia({ colorScheme: "light" });
    const light = await paper();
    await page.getByLabel("Theme").selectOption("dark");
    await eventually(async () => assert.notEqual(await paper(), light));
    const dark = await paper();
    await page.reload();
    await eventually(async () => assert.equal(await paper(), dark));
    await page.getByLabel("Theme").selectOption("system");
    await eventually(async () => assert.equal(await paper(), light));
    await page.emulateMedia({ colorScheme: "dark" });
    assert.equal(await paper(), dark);
  }));

test("an open card stays open while the name of its stage is typed", () =>
  withPage(async (playground) => {
    const { page } = playground;
    await playground.paste("FROM alpine AS base\nRUN make\nFROM alpine AS app\nRUN more\n");
    await playground.stage("base").dblclick();
    const rows = (stage) => playground.stage(stage).locator(".row").count();
    if ((await rows("base")) === 0) await playground.stage("base").locator(".toggle").click();
    await eventually(async () => assert.equal(await rows("base"), 1));
    await playground.caretAtEndOf(1);
    for (let letter = 0; letter < 4; letter++) await page.keyboard.press("Backspace");
    await page.keyboard.type("deps", { delay: 30 });
    await eventually(async () => assert.deepEqual((await playground.shown()).stages.map(({ stage }) => stage), ["deps", "app"]));
    assert.deepEqual([await rows("deps"), await rows("app")], [1, 0]);
    // It can be closed by its new name.
    await playground.stage("deps").locator(".toggle").click();
    await eventually(async () => assert.equal(await rows("deps"), 0));
  }));

test("typing over everything, deleting and undoing leave the page and its text in step", () =>
  withPage(async (playground) => {
    const { keyboard } = playground.page;
    await playground.paste(FILE);
    await keyboard.press("ControlOrMeta+a");
    await keyboard.type("FROM busybox AS x\nRUN y");
    await eventually(async () => assert.deepEqual(await labels(playground), [
      "[1/2] FROM docker.io/library/busybox:latest",
      "[2/2] RUN y",
    ]));
    await keyboard.press("ControlOrMeta+a");
    await keyboard.press("Delete");
    await eventually(async () => assert.equal(await playground.text(), ""));
    await keyboard.type("# \u{1f49b}\nFROM scratch AS z");
    await eventually(async () => assert.deepEqual(await playground.stagesThatAre("target"), ["z"]));
    await keyboard.press("ControlOrMeta+a");
    await keyboard.insertText("FROM scratch AS one\nFROM one AS two\n");
    await eventually(async () => {
      assert.equal(await playground.text(), "FROM scratch AS one\nFROM one AS two\n");
      assert.deepEqual(await playground.stagesThatAre("target"), ["two"]);
    });
  }));

test("the colours are those of the text, whatever stood in its place", () =>
  withPage(async (playground) => {
    const coloured = () =>
      playground.page.evaluate(() => {
        const { shadowRoot } = document.querySelector(".editor-host");
        const spans = [...shadowRoot.querySelectorAll(".cm-line [class^='tok-']")];
        return spans.map((span) => `${span.className.replace("tok-", "")} ${span.textContent}`);
      });
    const colours = (expected) => eventually(async () => assert.deepEqual(await coloured(), expected));
    await playground.paste("# a comment that is long enough\n");
    await colours(["comment # a comment that is long enough"]);
    await playground.paste("FROM alpine AS one\n");
    await colours(["keyword FROM", "reference alpine", "keyword AS", "stage one"]);
    await playground.paste("FROM alpine AS one # x\n# FROM\n");
    await playground.paste("# FROM\n");
    await colours(["comment # FROM"]);
    await playground.page.keyboard.press("ControlOrMeta+Home");
    await playground.page.keyboard.press("Delete");
    await colours(["keyword FROM"]);
  }));
