// The built site on a server of its own, and a browser to look at it: what every page test starts from.
//
// Takes the site from DIST and the browser from CHROMIUM, both set by `cargo xtask test`.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

import { chromium } from "playwright-core";

/** The policy under which the site has to work. */
export const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; " +
  "connect-src 'self'; font-src 'self'; manifest-src 'self'";

const TYPES = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript",
  ".json": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
};

/**
 * Serves the site below `base`, with `policy` as its Content-Security-Policy (none if empty).
 * `without` says which paths are answered with 404 although they exist.
 */
export async function serveSite({ base = "/", policy = POLICY, without = () => false } = {}) {
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
    try {
      if (!path.startsWith(base) || without(path)) throw new Error("not served");
      const name = normalize(path.slice(base.length)) || "index.html";
      const file = name === "." ? "index.html" : name;
      const body = await readFile(join(process.env.DIST, file));
      const type = TYPES[extname(file)] ?? "application/octet-stream";
      const csp = policy ? { "content-security-policy": policy } : {};
      response.writeHead(200, { "content-type": type, ...csp }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  return {
    address: `http://127.0.0.1:${server.address().port}${base}`,
    close: () => new Promise((closed) => (server.closeAllConnections(), server.close(closed))),
  };
}

/** Starts the browser. */
export function launch() {
  // Containers run tests as root, for whom Chromium has no sandbox.
  return chromium.launch({ executablePath: process.env.CHROMIUM, args: ["--no-sandbox"] });
}

/** Opens a page and records what goes wrong in it: `problems`, and every `requests` address. */
export async function openPage(browser, address, options = {}) {
  const page = await browser.newPage(options);
  const problems = [];
  const requests = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") problems.push(message.text());
  });
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("requestfailed", (request) => problems.push(`failed: ${request.url()}`));
  page.on("request", (request) => requests.push(request.url()));
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  await page.goto(address);
  return { page, problems, requests };
}

/** Waits until the program runs, or has failed to. */
export async function booted(page) {
  await page.waitForFunction(() => document.documentElement.dataset.boot);
  return page.evaluate(() => document.documentElement.dataset.boot);
}
