// Starts the program, and says why when it cannot be started.
//
// `cargo xtask` puts the names of the glue, of the program's modules and of the styles of what is not in the first
// view in place of GLUE, FIRST, REST and STYLES; all lie beside this file. The import is dynamic so that a failed download of the glue is caught like everything
// else.
//
// An optimised program comes in two modules (crates/xtask/src/split/mod.rs). FIRST has what the first view runs. REST
// has everything else, and is fetched when the reader first does something, or at once where the page opens with
// other text than its example. Whoever only looks does not pay for it. If a function of it is needed sooner, it
// is fetched then and there; `data-waited` on <html> tells that this happened,
// `data-rest` that it is there; `document` gets the event `stagewright:complete` then.
//
// Leaves `data-boot="ready"` or `data-boot="failed"` on <html>. On failure the page keeps its text: the
// reason is written to #boot-message (made when the page has none) and sent as the event
// `stagewright:failed` on `document`, with the reason as its `detail`.

/* global GLUE, FIRST, REST, STYLES, PROFILE */

const refused = [];
document.addEventListener("securitypolicyviolation", (event) => refused.push(event.blockedURI));

/** Why `error` kept the program from starting, as a sentence for the reader. */
function reason(error) {
  if (typeof WebAssembly !== "object") {
    return "This browser has no WebAssembly, or it is switched off.";
  }
  const text = String(error?.message ?? error);
  if (refused.includes("wasm-eval") || /unsafe-eval|Content Security Policy/i.test(text)) {
    return "The Content-Security-Policy of this site blocks WebAssembly: script-src needs 'wasm-unsafe-eval'.";
  }
  if (error instanceof WebAssembly.CompileError || error instanceof WebAssembly.LinkError) {
    return "This browser is too old for the WebAssembly that Stagewright uses.";
  }
  if (error instanceof WebAssembly.RuntimeError) {
    return `Stagewright stopped while it started (${text}).`;
  }
  return `A part of Stagewright could not be loaded (${text}). Reload the page to try again.`;
}

/** Keeps what was typed for the next visit, where and as the program would: a link that is not packed. */
function keep() {
  const area = document.querySelector("#app textarea");
  // The editor library leaves a way to its text (web/js/editor.mjs).
  const typed = globalThis.stagewrightText?.() ?? (area?.value === area?.defaultValue ? undefined : area.value);
  if (typed === undefined) return;
  const text = new TextEncoder().encode(typed);
  const length = [];
  let left = text.length;
  for (; left > 0x7f; left >>= 7) length.push((left & 0x7f) | 0x80);
  let data = "";
  for (const byte of [0x73, ...length, left, ...text]) data += String.fromCharCode(byte);
  const link = btoa(data).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  try {
    localStorage.setItem("stagewright.request", `v1.p.${link}`);
  } catch {
    // The browser keeps nothing; the text is still in the page.
  }
}

function fail(error) {
  keep();
  addEventListener("pagehide", keep);
  const detail = `Stagewright cannot start. ${reason(error)} Your text is kept.`;
  let message = document.getElementById("boot-message");
  if (!message) {
    message = document.createElement("p");
    message.id = "boot-message";
    message.setAttribute("role", "alert");
    document.body.prepend(message);
  }
  message.textContent = detail;
  message.hidden = false;
  document.documentElement.dataset.boot = "failed";
  document.dispatchEvent(new CustomEvent("stagewright:failed", { detail }));
  console.error(error);
}

/** What tells that someone is there. */
const DEEDS = ["pointerdown", "keydown", "focusin", "wheel", "scroll", "dragenter"];
const HOVERS = ["pointer", "mouse"].flatMap((device) => ["over", "out", "enter", "leave", "move"].map((deed) => device + deed));

/** Pointing at something waits for the rest: a pointer that passes by must not stop the page. */
function hold(event) {
  event.stopImmediatePropagation();
  fetchRest();
}

/** The problems are drawn by the rest: what is pressed there before is pressed again when it is there. */
function press(event) {
  const buttons = () => [...document.querySelectorAll(".problems button")];
  const at = buttons().indexOf(event.target.closest?.("button"));
  if (at < 0 || "rest" in document.documentElement.dataset) return;
  document.addEventListener("stagewright:complete", () => setTimeout(() => buttons()[at]?.click()), { once: true });
}

/** What the program exports, once it is there. */
let program;
/** How long a fetch that failed is not tried again, in milliseconds. */
const AGAIN = 2000;
/** The rest of the program, underway or there. */
let rest;

const restUrl = () => new URL(REST, import.meta.url);

/** The rest is there. */
function letGo() {
  for (const type of HOVERS) removeEventListener(type, hold, { capture: true });
  for (const type of DEEDS) removeEventListener(type, fetchRest, { capture: true });
  document.documentElement.dataset.rest = "";
  // Not now: the program may be in the midst of something.
  setTimeout(() => document.dispatchEvent(new Event("stagewright:complete")));
}

let styled;

/** The styles of what is not in the first view. */
function style() {
  if (styled) return;
  styled = document.createElement("link");
  styled.rel = "stylesheet";
  styled.href = new URL(STYLES, import.meta.url);
  document.head.append(styled);
}

/** Fetches the rest in the background. */
function fetchRest() {
  style();
  rest ??= fetch(restUrl())
    .then((response) => (response.ok ? response.arrayBuffer() : Promise.reject(new Error(`${response.status}`))))
    .then((bytes) => WebAssembly.compile(bytes))
    .then((module) => {
      // It may have been needed sooner; twice it must not write into the memory.
      if ("rest" in document.documentElement.dataset) return;
      new WebAssembly.Instance(module, { first: program });
      letGo();
    })
    // Asked again in a while, or when it is needed.
    .catch(() => setTimeout(() => (rest = undefined), AGAIN));
  return rest;
}

/** The program needs a function of the rest now: nothing else happens until it is there. */
globalThis.stagewrightFetchRest = () => {
  if ("rest" in document.documentElement.dataset) return;
  style();
  document.documentElement.dataset.waited = "";
  try {
    const request = new XMLHttpRequest();
    request.open("GET", restUrl(), false);
    // Bytes as characters; nothing better is allowed here.
    request.overrideMimeType("text/plain; charset=x-user-defined");
    request.send();
    if (request.status !== 200) throw new Error(`${request.status}`);
    const bytes = Uint8Array.from(request.responseText, (character) => character.charCodeAt(0));
    new WebAssembly.Instance(new WebAssembly.Module(bytes), { first: program });
    letGo();
  } catch (error) {
    fail(error);
    throw error;
  }
};

/** Whether the page opens with something else than what it was built for: then all of the program is wanted. */
function opensOther() {
  const area = document.querySelector("#app textarea");
  if (location.hash.startsWith("#v") || (area && area.value !== area.defaultValue)) return true;
  try {
    return localStorage.getItem("stagewright.request") !== null;
  } catch {
    return false;
  }
}

try {
  const glue = await import(GLUE);
  program = await glue.default({ module_or_path: new URL(FIRST, import.meta.url) });
  if (PROFILE) globalThis.stagewrightProgram = program;
  // In one piece, it is complete; but its profile is that of a program that is not.
  if (!REST && !PROFILE) document.documentElement.dataset.rest = "";
  if (!REST) style();
  if (REST) {
    for (const type of DEEDS) addEventListener(type, fetchRest, { capture: true, passive: true });
    addEventListener("click", press, { capture: true });
    for (const type of HOVERS) addEventListener(type, hold, { capture: true, passive: true });
    if (opensOther()) await fetchRest();
  }
  glue.start();
  document.documentElement.dataset.boot = "ready";
} catch (error) {
  // The report of a blocked compilation is sent after the refusal itself.
  await new Promise((later) => setTimeout(later));
  fail(error);
}
