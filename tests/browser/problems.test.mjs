// What the checks find: at its line, with what mends it, which can be undone; the .dockerignore that some of them
// need; and the outline of the target, in which each value leads to its line.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { eventually, fragment, Playground, start } from "./playground.mjs";

const FILE = `# VERSION of the base
ARG VERSION=3.20
FROM alpine:\${VERSION} AS Base
WORKDIR app
ENV GREETING "hello world"
RUN --mount=type=secret,id=token,required cat /run/secrets/token

FROM base AS Test
MAINTAINER someone@example.com

# app serves the page
FROM base AS app
COPY .env /app/
ENV PORT=8080
CMD serve
`;

let site;
before(async () => {
  site = await start();
});
after(() => site?.close());

async function withPage(look, options) {
  const playground = await Playground.open(site.browser, site.address, options);
  try {
    await look(playground);
    assert.deepEqual(playground.problemsOfPage, []);
  } finally {
    await playground.close();
  }
}

/** The problems as rule and line, in the order of the page. */
const listed = async (playground) => (await playground.shown()).problems.map(({ rule, line }) => `${rule} ${line}`);

const lists = (playground, expected) =>
  eventually(async () => assert.deepEqual(await listed(playground), expected));

const problem = ({ page }, rule, line) => page.locator(`[data-rule="${rule}"][data-line="${line}"]`);

/** The text of the line with the caret, which has the focus. */
const caretLine = async ({ editor, page }) => {
  assert.equal(await editor.evaluate((element) => element.getRootNode().activeElement === element), true);
  return page.evaluate(() => {
    const root = document.querySelector(".editor-host").shadowRoot;
    const { anchorNode } = root.getSelection?.() ?? document.getSelection();
    return (anchorNode.nodeType === 1 ? anchorNode : anchorNode.parentElement).closest(".cm-line").textContent;
  });
};

const ALL = [
  "StageNameCasing 3",
  "StageNameCasing 8",
  "JSONArgsRecommended 15",
  "LegacyKeyValueFormat 5",
  "MaintainerDeprecated 9",
  "WorkdirRelativePath 4",
];

test("findings stand at their lines, in BuildKit's words, with whose check it is and where to read on", () =>
  withPage(async (playground) => {
    await playground.paste(FILE);
    await eventually(async () => assert.deepEqual((await listed(playground)).sort(), [...ALL].sort()));
    const stage = problem(playground, "StageNameCasing", 3);
    assert.match(await stage.textContent(), /Stage name 'Base' should be lowercase/);
    const rule = playground.page.locator("li.rule", { has: stage });
    assert.match(await rule.textContent(), /StageNameCasing.*Docker.*lower case/);
    const link = rule.getByRole("link");
    assert.equal(await link.getAttribute("href"), "https://docs.docker.com/go/dockerfile/rule/stage-name-casing/");
    await problem(playground, "WorkdirRelativePath", 4).getByRole("button").first().click();
    await eventually(async () => assert.equal(await caretLine(playground), "WORKDIR app"));
  }));

test("what this build does not print comes last, and says so", () =>
  withPage(async (playground) => {
    await playground.paste("FROM alpine AS one\nWORKDIR a\nFROM alpine AS two\nWORKDIR b\nFROM alpine AS three\nWORKDIR c\n");
    await lists(playground, ["WorkdirRelativePath 6", "WorkdirRelativePath 2", "WorkdirRelativePath 4"]);
    const problems = playground.page.getByRole("region", { name: "Problems" });
    assert.match(await problems.textContent(), /1 warning, 2 notes.*Line 6.*Not printed by this build:.*Line 2.*Line 4/);
    await playground.choose("one");
    await lists(playground, ["WorkdirRelativePath 2", "WorkdirRelativePath 4", "WorkdirRelativePath 6"]);
  }));

test("an error comes before what the checks find", () =>
  withPage(async (playground) => {
    await playground.paste("FROM alpine AS One\nCOPY --from=nowhere:x:y / /\n");
    await lists(playground, ["error 2", "StageNameCasing 1"]);
    const problems = playground.page.getByRole("region", { name: "Problems" });
    assert.match(await problems.textContent(), /1 error, 1 warning/);
  }));

test("a fix shows what it changes, is applied, and undone in the editor", () =>
  withPage(async (playground) => {
    await playground.paste(FILE);
    const finding = problem(playground, "StageNameCasing", 8);
    const fix = finding.getByRole("button", { name: "Rename it to test" });
    await fix.click();
    assert.equal(await fix.getAttribute("aria-expanded"), "true");
    const change = finding.getByRole("group", { name: "Rename it to test" });
    assert.match(await change.textContent(), /Line 8BeforeFROM base AS TestAfterFROM base AS test/);
    assert.equal(await playground.text(), FILE);
    await change.getByRole("button", { name: "Apply" }).click();
    const mended = FILE.replace("AS Test", "AS test");
    await eventually(async () => assert.equal(await playground.text(), mended));
    assert.equal(await problem(playground, "StageNameCasing", 8).count(), 0);
    assert.match(await playground.notice.textContent(), /Changed in 1 place/);
    // The caret is where it changed, so that it can be undone at once.
    assert.equal(await caretLine(playground), "FROM base AS test");
    await playground.page.keyboard.press("ControlOrMeta+z");
    await eventually(async () => assert.equal(await playground.text(), FILE));
    await eventually(async () => assert.equal(await problem(playground, "StageNameCasing", 8).count(), 1));
  }));

test("what BuildKit takes for a slip is mended as a finding is", () =>
  withPage(async (playground) => {
    const broken = "FROM alpine AS one\nRUNN --mnt=type=cache,target=/c true\n";
    await playground.paste(broken);
    for (const [title, mended] of [
      ["Write RUN", broken.replace("RUNN", "RUN")],
      ["Write mount", broken.replace("RUNN", "RUN").replace("--mnt", "--mount")],
    ]) {
      const error = problem(playground, "error", 2);
      await error.getByRole("button", { name: title }).click();
      await error.getByRole("group", { name: title }).getByRole("button", { name: "Apply" }).click();
      await eventually(async () => assert.equal(await playground.text(), mended));
    }
    await eventually(async () => assert.equal(await problem(playground, "error", 2).count(), 0));
    await playground.page.keyboard.press("ControlOrMeta+z");
    await playground.page.keyboard.press("ControlOrMeta+z");
    await eventually(async () => assert.equal(await playground.text(), broken));
  }));

test("where errors are made of findings, it is said what stops the build, and what only a check would", () =>
  withPage(async (playground) => {
    await playground.paste("# check=error=true\nFROM alpine AS One\nRUN make\n");
    await lists(playground, ["error 2", "StageNameCasing 2"]);
    assert.match(await problem(playground, "error", 2).textContent(), /lint violation found for rules: StageNameCasing/);
    assert.match(await playground.status.textContent(), /This file does not build.*The checks stop it, as the text says error=true/);
    // What the target does not need is checked, too, but does not stop the build.
    await playground.paste("# check=error=true\nFROM alpine AS one\nWORKDIR a\nFROM alpine\nRUN make\n");
    await lists(playground, ["WorkdirRelativePath 3"]);
    const problems = playground.page.getByRole("region", { name: "Problems" });
    assert.match(await problems.textContent(), /docker build --check fails here, and docker build does not: lint violation/);
    assert.match(await playground.status.textContent(), /builds 1 of 2 stages/);
  }));

test("on a phone the problems are a line that opens them, and the graph comes next", () =>
  withPage(
    async (playground) => {
      const { page } = playground;
      const title = page.getByRole("button", { name: /^Problems/ });
      const first = page.locator("[data-rule]").first();
      assert.equal(await title.getAttribute("aria-expanded"), "false");
      assert.ok((await listed(playground)).length > 0, "they are in the document");
      assert.equal(await first.isVisible(), false);
      const top = async (locator) => (await locator.boundingBox()).y;
      const graph = page.locator(".canvas").first();
      assert.ok((await top(graph)) < 844, `the graph begins at ${await top(graph)}`);
      // The title opens them, wherever it is pressed.
      await page.getByRole("heading", { name: /^Problems/ }).click({ force: true });
      await eventually(async () => assert.equal(await first.isVisible(), true));
      assert.equal(await title.getAttribute("aria-expanded"), "true");
      assert.ok((await top(first)) < (await top(graph)));
      await title.press("Enter");
      await eventually(async () => assert.equal(await first.isVisible(), false));
      // Where there is room for columns, they are always there.
      await page.setViewportSize({ width: 1440, height: 900 });
      await eventually(async () => assert.equal(await first.isVisible(), true));
      assert.equal(await title.isVisible(), false);
    },
    { viewport: { width: 390, height: 844 } },
  ));

test("all findings of a rule are mended at once, and undone at once", () =>
  withPage(async (playground) => {
    await playground.paste(FILE);
    await playground.choose("test");
    await playground.button("Fix all 2").click();
    const change = playground.page.getByRole("group", { name: "Fix all 2" });
    assert.match(await change.textContent(), /Line 3.*AS Base.*AS base.*Line 8.*AS Test.*AS test/);
    await change.getByRole("button", { name: "Apply" }).click();
    const mended = FILE.replace("AS Base", "AS base").replace("AS Test", "AS test");
    await eventually(async () => assert.equal(await playground.text(), mended));
    assert.deepEqual((await listed(playground)).filter((it) => it.startsWith("Stage")), []);
    assert.deepEqual(await playground.stagesThatAre("target"), ["test"], "the target stays");
    await playground.page.keyboard.press("ControlOrMeta+z");
    await eventually(async () => assert.equal(await playground.text(), FILE));
    await playground.page.keyboard.press("ControlOrMeta+y");
    await eventually(async () => assert.equal(await playground.text(), mended));
  }));

test("a fix is found, looked at, applied and undone with the keyboard alone", () =>
  withPage(async (playground) => {
    const { keyboard } = playground.page;
    await playground.paste(FILE);
    await eventually(async () => assert.notEqual((await listed(playground)).length, 0));
    const focused = () => playground.page.evaluate(() => document.activeElement.textContent);
    for (let presses = 0; (await focused()) !== "Write a LABEL"; presses++) {
      assert.ok(presses < 60, "Tab comes to the fix");
      await keyboard.press("Tab");
    }
    await keyboard.press("Enter");
    await keyboard.press("Tab");
    assert.equal(await focused(), "Apply");
    await keyboard.press("Enter");
    await eventually(async () => assert.match(await playground.text(), /LABEL org\.opencontainers\.image\.authors=/));
    await keyboard.press("ControlOrMeta+z");
    await eventually(async () => assert.equal(await playground.text(), FILE));
  }));

test("of hundreds of findings some are shown, and the others when they are asked for", () =>
  withPage(async (playground) => {
    await playground.paste(`FROM alpine\n${"MAINTAINER me\nENV a b\n".repeat(150)}`);
    await lists(playground, [2, 4, 6].map((line) => `MaintainerDeprecated ${line}`).concat([3, 5, 7].map((line) => `LegacyKeyValueFormat ${line}`)));
    const more = playground.button("147 more");
    assert.equal(await more.count(), 2);
    await more.first().click();
    await eventually(async () => assert.equal((await listed(playground)).length, 153));
    assert.equal(await playground.button("Fix all 150").count(), 2);
  }));

test("a .dockerignore makes the check that asks for it look, and goes with the link", () =>
  withPage(async (playground) => {
    await playground.paste(FILE);
    assert.equal(await problem(playground, "CopyIgnoredFile", 13).count(), 0);
    await playground.button(".dockerignore").click();
    await playground.page.getByRole("textbox", { name: ".dockerignore" }).fill("*.log\n.env\n");
    await eventually(async () => assert.equal(await problem(playground, "CopyIgnoredFile", 13).count(), 1));
    await playground.button("Copy link").click();
    await eventually(async () => assert.match(await playground.notice.textContent(), /Link copied/));
    const link = await playground.page.evaluate(() => navigator.clipboard.readText());
    const other = await Playground.open(site.browser, link);
    const field = other.page.getByRole("textbox", { name: ".dockerignore" });
    await eventually(async () => assert.equal(await field.inputValue(), "*.log\n.env\n"));
    assert.equal(await problem(other, "CopyIgnoredFile", 13).count(), 1);
    await other.close();
    await playground.page.reload();
    await playground.editorLoaded();
    await eventually(async () => assert.equal(await problem(playground, "CopyIgnoredFile", 13).count(), 1));
  }));

test("a link of a program that knows no .dockerignore is opened without one", () =>
  withPage(async (playground) => {
    await playground.page.evaluate((hash) => (location.hash = hash), fragment({ source: "FROM alpine AS old\nCOPY .env /\n" }));
    await eventually(async () => assert.deepEqual(await playground.stagesThatAre("target"), ["old"]));
    assert.equal(await playground.button(".dockerignore").getAttribute("aria-expanded"), "false");
    assert.deepEqual(await listed(playground), []);
  }));

test("each value of the outline leads to its line", () =>
  withPage(async (playground) => {
    await playground.paste(FILE);
    await eventually(async () => assert.equal((await playground.shown()).stages.length, 3));
    const button = playground.button("Outline");
    assert.equal(await button.getAttribute("aria-expanded"), "false");
    await button.click();
    const outline = playground.page.getByRole("region", { name: "Outline" });
    const facts = await outline.getByRole("listitem").allTextContents();
    for (const [fact, line] of Object.entries({
      "VERSION3.20defaultof the baseLine 2": "ARG VERSION=3.20",
      "token/run/secrets/tokenrequiredLine 6": "RUN --mount=type=secret,id=token,required cat /run/secrets/token",
      "ENVGREETING=hello worldLine 5": 'ENV GREETING "hello world"',
      "ENVPORT=8080Line 14": "ENV PORT=8080",
      'CMD["/bin/sh", "-c", "serve"]Line 15': "CMD serve",
      "WORKDIR/appLine 4": "WORKDIR app",
      "appdefaultserves the pageLine 12": "FROM base AS app",
    })) {
      assert.ok(facts.includes(fact), `${fact} in ${JSON.stringify(facts)}`);
      await outline.getByRole("listitem").nth(facts.indexOf(fact)).getByRole("button").click();
      await eventually(async () => assert.equal(await caretLine(playground), line));
    }
    assert.ok(facts.some((fact) => /PATH=.*from the base image$/.test(fact)), "what has no line says where it is from");
    await playground.choose("base");
    await eventually(async () => assert.doesNotMatch(await outline.textContent(), /PORT/));
    await button.click();
    assert.equal(await outline.getByRole("listitem").count(), 0);
  }));

test("a value of the outline lights its line and its stage, by pointer and by keyboard", () =>
  withPage(async (playground) => {
    await playground.paste(FILE);
    await playground.button("Outline").click();
    const fact = playground.page.getByRole("region", { name: "Outline" }).getByRole("button", { name: /GREETING/ });
    await fact.hover();
    const lit = { stages: ["base"], steps: [], lines: ['ENV GREETING "hello world"'] };
    await eventually(async () => assert.deepEqual(await playground.lit(), lit));
    await playground.page.mouse.move(0, 0);
    await eventually(async () => assert.deepEqual((await playground.lit()).lines, []));
    await fact.focus();
    await eventually(async () => assert.deepEqual(await playground.lit(), lit));
  }));

/** Waits for two frames: what a key changes at once is painted. */
const painted = ({ page }) =>
  page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));

test("while the text is typed, findings stay at their places; when it rests, they are those of the text", () =>
  withPage(async (playground) => {
    const { page } = playground;
    await playground.paste("FROM alpine AS One\nWORKDIR a\n");
    await lists(playground, ["StageNameCasing 1", "WorkdirRelativePath 2"]);
    await playground.caretAtEndOf(1);
    // Keys that come faster than the text rests.
    const seen = [];
    for (const key of "some") {
      await page.keyboard.press(key);
      seen.push(await listed(playground));
    }
    for (const list of seen) assert.deepEqual(list, ["StageNameCasing 1", "WorkdirRelativePath 2"]);
    await eventually(async () => {
      assert.match(await problem(playground, "StageNameCasing", 1).textContent(), /'Onesome'.*Rename it to onesome/);
    });
    await problem(playground, "StageNameCasing", 1).getByRole("button", { name: "Rename it to onesome" }).click();
    await playground.button("Apply").click();
    await eventually(async () => assert.equal(await playground.text(), "FROM alpine AS onesome\nWORKDIR a\n"));
    await lists(playground, ["WorkdirRelativePath 2"]);
  }));

test("what opens a line, and every error, is told in the frame of its key", () =>
  withPage(async (playground) => {
    const { page } = playground;
    await playground.paste("FROM alpine AS one\nWORKDIR a\n");
    await lists(playground, ["WorkdirRelativePath 2"]);
    await playground.caretAtEndOf(1);
    await page.keyboard.press("Enter");
    await painted(playground);
    assert.deepEqual(await listed(playground), ["WorkdirRelativePath 3"]);
    await page.keyboard.press("X");
    await painted(playground);
    assert.deepEqual(await listed(playground), ["error 2", "WorkdirRelativePath 3"]);
    await page.keyboard.press("Backspace");
    await painted(playground);
    assert.deepEqual(await listed(playground), ["WorkdirRelativePath 3"]);
  }));

test("a fix that is asked for right after a key is one of the text as it is", () =>
  withPage(async (playground) => {
    const { page } = playground;
    await playground.paste("FROM alpine AS One\nRUN true\n");
    await lists(playground, ["StageNameCasing 1"]);
    await playground.caretAtEndOf(1);
    await page.keyboard.press("2");
    await page.keyboard.press("ControlOrMeta+.");
    const dialog = page.getByRole("dialog", { name: "Problems and fixes" });
    await dialog.getByRole("button", { name: "Rename it to one2" }).click();
    await eventually(async () => assert.equal(await playground.text(), "FROM alpine AS one2\nRUN true\n"));
    await lists(playground, []);
  }));
