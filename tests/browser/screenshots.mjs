// Pictures of the page in its states, to be looked at: each width, theme and state as a PNG.
//
//     DIST=dist CHROMIUM=/usr/bin/chromium node tests/browser/screenshots.mjs FOLDER [PART]
//
// With PART, only the pictures whose name contains it.

import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { Playground, start } from "./playground.mjs";

const [folder, part = ""] = process.argv.slice(2);
if (!folder) {
  console.error("usage: node tests/browser/screenshots.mjs FOLDER [PART]");
  process.exit(2);
}
mkdirSync(folder, { recursive: true });

const records = (name) =>
  readFileSync(new URL(`../conformance/${name}`, import.meta.url), "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
const file = (id) => [...records("seeds.jsonl"), ...records("corpus.jsonl")].find((one) => one.id.startsWith(id)).dockerfile;

const BROKEN = `FROM golang:1.22 AS build
WORKDIR /src
COPY . .
RUN go build -o /out/app ./cmd/app
RUNN go test ./...

FROM gcr.io/distroless/static AS final
COPY --from=build /out/app /app
ENTRYPOINT ["/app"]
`;

const FINDINGS = `# VERSION of the base
ARG VERSION=3.20
FROM alpine:\${VERSION} AS Base
WORKDIR app
ENV GREETING "hello world"
RUN --mount=type=cache,target=/root/.cache --mount=type=secret,id=token,required make

from base AS test
MAINTAINER someone@example.com

# app serves the page
FROM base AS App
ARG PORT=8080
ENV API_KEY=abc PORT=$PORT
COPY .env /app/
EXPOSE 80/TCP
CMD serve --port 8080
`;

const LANGUAGE = `ARG VERSION=3.20
FROM alpine:\${VERSION} AS Base
RUN apk add \\
      curl \\
      git
ENV MODE fast
ENV LEVEL 3

FROM base AS app
COPY --from=Base /etc/os-release /info
RUN --mount=type=cache,target=/cache \\
    make
`;

/** What the editor tells about a text, after `keys` at the end of a line. */
const telling = (line, ...keys) => async (playground) => {
  const { page } = playground;
  await playground.paste(LANGUAGE);
  await playground.caretAtEndOf(line);
  for (const key of keys) await (key.startsWith("type ") ? page.keyboard.type(key.slice(5)) : page.keyboard.press(key));
  await page.waitForTimeout(400);
};

const example = (index) => async ({ page }) => {
  await page.getByRole("button", { name: "Examples", exact: true }).click();
  await page.getByRole("dialog").getByRole("listitem").getByRole("button").nth(index).click();
};

const STATES = {
  first: async () => {},
  error: async (playground) => {
    await playground.paste(BROKEN.replace("RUNN", "RUN"));
    await playground.caretAtEndOf(5);
    await playground.paste(BROKEN);
  },
  findings: (playground) => playground.paste(FINDINGS),
  fix: async (playground) => {
    await playground.paste(FINDINGS);
    await playground.showProblems();
    await playground.button("Fix all 2").click();
    await playground.button("Rename it to base").click();
  },
  many: (playground) => playground.paste(`FROM alpine\n${"MAINTAINER a\nexpose 80/TCP\nCMD x\nENV a b\n".repeat(40)}`),
  dockerignore: async (playground) => {
    await playground.paste(FINDINGS);
    await playground.button(".dockerignore").click();
    await playground.page.getByRole("textbox", { name: ".dockerignore" }).fill(".env\n*.log\n");
  },
  outline: async (playground) => {
    await playground.paste(FINDINGS);
    await playground.button("Outline").click();
  },
  selected: (playground) => playground.stage("test-base").press(" "),
  target: (playground) => playground.choose("Test"),
  instructions: (playground) => playground.button("Instructions").click(),
  table: (playground) => playground.button("Table").click(),
  gallery: (playground) => playground.button("Examples").click(),
  args: example(4),
  mounts: example(6),
  parallel: example(1),
  seed: (playground) => playground.paste(file("seed-slides")),
  large: (playground) => playground.paste(file("talk-style-observatory-fanout")),
  sixty: (playground) => playground.paste(file("wide-fan-out-and-in-60-stages")),
  one: (playground) => playground.paste("FROM alpine\nRUN true\n"),
  address: (playground) => playground.page.evaluate(() => (location.hash = "#v1.garbage")),
  problem: telling(1, "F8", "F8"),
  fixes: telling(6, "ControlOrMeta+."),
  hover: telling(11, "Home", ...Array(8).fill("ArrowRight"), "Alt+F1"),
  variable: telling(2, "Home", ...Array(16).fill("ArrowRight"), "Alt+F1"),
  completion: telling(12, "Enter", "type COPY --"),
  stages: telling(12, "Enter", "type COPY --from="),
  uses: telling(9, "Home", ...Array(6).fill("ArrowRight"), "Shift+F12"),
  rename: telling(9, "Home", ...Array(6).fill("ArrowRight"), "F2"),
  refused: telling(9, "Home", ...Array(6).fill("ArrowRight"), "F2", "type app"),
  folded: telling(3, "Control+Shift+BracketLeft"),
  empty: async (playground) => {
    await playground.editor.focus();
    await playground.page.keyboard.press("ControlOrMeta+a");
    await playground.page.keyboard.press("Delete");
  },
};

const VIEWS = {
  wide: { viewport: { width: 1440, height: 900 } },
  laptop: { viewport: { width: 1280, height: 720 } },
  projector: { viewport: { width: 1920, height: 1080 }, presenting: true },
  narrow: { viewport: { width: 390, height: 844 } },
  small: { viewport: { width: 320, height: 640 } },
};

const site = await start();
for (const [view, { presenting, ...options }] of Object.entries(VIEWS)) {
  for (const colorScheme of ["light", "dark"]) {
    for (const [state, reach] of Object.entries(STATES)) {
      const name = `${view}-${colorScheme}-${state}.png`;
      if (!name.includes(part)) continue;
      const playground = await Playground.open(site.browser, site.address, { colorScheme, ...options });
      const { page } = playground;
      await reach(playground);
      if (presenting && state !== "gallery") await playground.button("Present").click();
      await page.mouse.move(0, 0);
      await page.waitForTimeout(300);
      // What is scrolled is shown in full: narrow pages are.
      await page.screenshot({ path: join(folder, name), fullPage: options.viewport.width < 1000 });
      console.log(name);
      await playground.close();
    }
  }
}
await site.close();
