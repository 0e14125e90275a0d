// Holds our drawings against Graphviz's of the same graphs.
//
// Reads one JSON object per line from standard input:
//   {name, direction?: "LR" | "TB", boxes: [{w, h}], edges: [[from, to, toPort?]],
//    ours: {boxes: [{x, y, w, h}], routes: [[[x, y], …]]}}
// in pixels, routes already sampled, `toPort` counted along the side of the box
// that the edge enters. Graphviz (through the package @viz-js/viz, which must
// resolve from this folder or from the one in NODE_PACKAGES) gets the same box sizes,
// direction and distances, ports as cells of the same place, and draws its
// default splines.
//
// One rule for both: a crossing is a place where the drawn curves of two edges
// pass through each other; where the two share a box, not within 12 px of it.
// A hit is an edge that runs inside a box that is not one of its ends, by
// more than a pixel, since Graphviz rounds to points.
//
// Prints a table and exits with 1 when ours cross more often in sum, or when one
// of ours hits a box.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const base = process.env.NODE_PACKAGES
  ? pathToFileURL(join(process.env.NODE_PACKAGES, "here.js"))
  : import.meta.url;
const entry = createRequire(base).resolve("@viz-js/viz");
const loaded = await import(pathToFileURL(entry));
const { instance } = loaded.instance ? loaded : loaded.default;

const NEAR_SHARED_BOX = 12;
const SAMPLES = 16;
const POINTS_PER_INCH = 72;
// Of `Spacing::default()`: between ranks, and between boxes of a rank.
const RANK_GAP = 64;
const NODE_GAP = 28;

const viz = await instance();
const graphs = readFileSync(0, "utf8").split("\n").filter(Boolean).map((line) => JSON.parse(line));
if (graphs.length === 0) {
  console.error("nothing to compare: no graphs on standard input");
  process.exit(1);
}
const sum = { ours: measureNothing(), theirs: measureNothing() };
console.log(
  "graph".padEnd(40), "boxes", "edges", "| crossings ours, Graphviz | hits | area ours / Graphviz | length",
);
for (const graph of graphs) {
  const ours = measure(graph, graph.ours);
  const theirs = measure(graph, drawnByGraphviz(graph));
  for (const key of Object.keys(ours)) {
    sum.ours[key] += ours[key];
    sum.theirs[key] += theirs[key];
  }
  row(graph.name, graph.boxes.length, graph.edges.length, ours, theirs);
}
row("sum", "", "", sum.ours, sum.theirs);
const failures = [];
if (sum.ours.crossings > sum.theirs.crossings) failures.push("more crossings than Graphviz");
if (sum.ours.hits > 0) failures.push("an edge runs through a box");
if (sum.ours.overlaps > 0) failures.push("boxes overlap");
for (const failure of failures) console.error(`failed: ${failure}`);
process.exit(failures.length ? 1 : 0);

function measureNothing() {
  return { crossings: 0, hits: 0, overlaps: 0, area: 0, length: 0 };
}

function row(name, boxes, edges, ours, theirs) {
  const ratio = (a, b) => (b ? (a / b).toFixed(2) : "–");
  console.log(
    name.padEnd(40), String(boxes).padStart(5), String(edges).padStart(5), "|",
    String(ours.crossings).padStart(6), String(theirs.crossings).padStart(6), "|",
    String(ours.hits).padStart(3), String(theirs.hits).padStart(3), "|",
    ratio(ours.area, theirs.area), "|", ratio(ours.length, theirs.length),
  );
}

function measure(graph, drawing) {
  const routes = drawing.routes.map(nudged);
  const extents = routes.map(extent);
  let crossings = 0;
  for (let a = 0; a < routes.length; a++) {
    for (let b = a + 1; b < routes.length; b++) {
      if (!meet(extents[a], extents[b])) continue;
      const ends = graph.edges[b].slice(0, 2);
      const shared = graph.edges[a].slice(0, 2).filter((node) => ends.includes(node));
      crossings += crossingsOf(routes[a], routes[b], shared.map((node) => drawing.boxes[node]));
    }
  }
  let hits = 0;
  drawing.routes.forEach((route, edge) => {
    drawing.boxes.forEach((box, node) => {
      if (graph.edges[edge].slice(0, 2).includes(node)) return;
      if (route.some((point, at) => at > 0 && enters(route[at - 1], point, box))) hits++;
    });
  });
  let overlaps = 0;
  drawing.boxes.forEach((p, a) => {
    for (const q of drawing.boxes.slice(a + 1)) {
      if (p.x < q.x + q.w && q.x < p.x + p.w && p.y < q.y + q.h && q.y < p.y + p.h) overlaps++;
    }
  });
  const corners = drawing.boxes.flatMap(({ x, y, w, h }) => [[x, y], [x + w, y + h]]);
  const all = extent([...corners, ...drawing.routes.flat()]);
  const area = (all[2] - all[0]) * (all[3] - all[1]);
  const lengthOf = (route) =>
    route.reduce((n, p, at) => n + (at ? Math.hypot(p[0] - route[at - 1][0], p[1] - route[at - 1][1]) : 0), 0);
  const length = drawing.routes.reduce((n, route) => n + lengthOf(route), 0);
  return { crossings, hits, overlaps, area, length };
}

// Moves a route by less than is seen, so that no bend of one lies on another.
function nudged(route, index) {
  const part = (by) => ((index * by) % 1) * 1e-3;
  return route.map(([x, y]) => [x + part(0.6180339887), y + part(0.7548776662)]);
}

function extent(points) {
  return points.reduce(
    (e, [x, y]) => [Math.min(e[0], x), Math.min(e[1], y), Math.max(e[2], x), Math.max(e[3], y)],
    [Infinity, Infinity, -Infinity, -Infinity],
  );
}

function meet(a, b) {
  return a[0] <= b[2] && b[0] <= a[2] && a[1] <= b[3] && b[1] <= a[3];
}

function crossingsOf(a, b, shared) {
  let count = 0;
  for (let i = 1; i < a.length; i++) {
    const piece = extent([a[i - 1], a[i]]);
    for (let j = 1; j < b.length; j++) {
      if (!meet(piece, extent([b[j - 1], b[j]]))) continue;
      const at = crossing(a[i - 1], a[i], b[j - 1], b[j]);
      if (at && !shared.some((box) => distance(at, box) < NEAR_SHARED_BOX)) count++;
    }
  }
  return count;
}

function crossing(a, b, c, d) {
  const side = (p, q, r) => (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0]);
  const aSide = side(c, d, a);
  const bSide = side(c, d, b);
  if (side(a, b, c) * side(a, b, d) >= 0 || aSide * bSide >= 0) return undefined;
  const t = aSide / (aSide - bSide);
  return [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])];
}

function distance([x, y], box) {
  const outside = (at, start, length) => Math.max(start - at, at - start - length, 0);
  return Math.hypot(outside(x, box.x, box.w), outside(y, box.y, box.h));
}

function enters(a, b, box) {
  let from = 0;
  let to = 1;
  for (const [start, end, low, length] of [[a[0], b[0], box.x, box.w], [a[1], b[1], box.y, box.h]]) {
    const [least, most] = [low + 1, low + length - 1];
    const step = end - start;
    if (step === 0) {
      if (start <= least || start >= most) return false;
      continue;
    }
    const [p, q] = [(least - start) / step, (most - start) / step];
    from = Math.max(from, Math.min(p, q));
    to = Math.min(to, Math.max(p, q));
  }
  return from < to;
}

function drawnByGraphviz(graph) {
  const direction = graph.direction ?? "LR";
  const ports = graph.boxes.map(() => new Set());
  for (const [, to, port] of graph.edges) if (port != null) ports[to].add(port);
  const nodes = graph.boxes.map((box, node) =>
    ports[node].size ? withPorts(node, box, [...ports[node]], direction) : plain(node, box));
  const edges = graph.edges.map(([from, to, port], index) => {
    const side = direction === "LR" ? "w" : "n";
    const head = port == null ? to : `${to}:"p${port}":${side}`;
    return `${from} -> ${head} [id=${index}];`;
  });
  const dot = `digraph { rankdir=${direction}; nodesep=${NODE_GAP / POINTS_PER_INCH};
    ranksep=${RANK_GAP / POINTS_PER_INCH}; edge [dir=none];
    ${nodes.join("\n")} ${edges.join("\n")} }`;
  return read(JSON.parse(viz.renderString(dot, { format: "json", engine: "dot" })), graph);
}

function plain(node, { w, h }) {
  const [width, height] = [w / POINTS_PER_INCH, h / POINTS_PER_INCH];
  return `${node} [shape=box, fixedsize=true, label="", width=${width}, height=${height}];`;
}

// A table with one cell for each port, their borders half way between the ports.
function withPorts(node, { w, h }, ports, direction) {
  ports.sort((a, b) => a - b);
  const length = direction === "LR" ? h : w;
  const borders = ports.map((port, at) => (at === 0 ? 0 : (ports[at - 1] + port) / 2));
  const sizes = borders.map((start, at) => Math.max(1, Math.round((borders[at + 1] ?? length) - start)));
  const cell = (port, size) => {
    const [cw, ch] = direction === "LR" ? [w, size] : [size, h];
    return `<td port="p${port}" fixedsize="true" width="${cw}" height="${ch}"></td>`;
  };
  const cells = ports.map((port, at) => cell(port, sizes[at]));
  const rows = direction === "LR" ? cells.map((c) => `<tr>${c}</tr>`).join("") : `<tr>${cells.join("")}</tr>`;
  const table = `<table border="0" cellborder="0" cellspacing="0" cellpadding="0">${rows}</table>`;
  return `${node} [shape=plain, label=<${table}>];`;
}

function read(output, graph) {
  const boxes = graph.boxes.map(({ w, h }) => ({ x: 0, y: 0, w, h }));
  for (const object of output.objects ?? []) {
    const box = boxes[Number(object.name)];
    const [x, y] = object.pos.split(",").map(Number);
    box.x = x - box.w / 2;
    box.y = -y - box.h / 2;
  }
  const routes = graph.edges.map(() => []);
  for (const edge of output.edges ?? []) {
    const spline = edge.pos.split(" ").filter((p) => !/^[es],/.test(p));
    routes[Number(edge.id)] = sampled(spline.map((p) => p.split(",").map(Number)));
  }
  return { boxes, routes: routes.map((route) => route.map(([x, y]) => [x, -y])) };
}

function sampled(points) {
  const line = [points[0]];
  for (let at = 0; at + 3 < points.length; at += 3) {
    const [p, q, r, s] = points.slice(at, at + 4);
    for (let step = 1; step <= SAMPLES; step++) {
      const t = step / SAMPLES;
      const u = 1 - t;
      line.push([0, 1].map((k) =>
        u * u * u * p[k] + 3 * u * u * t * q[k] + 3 * u * t * t * r[k] + t * t * t * s[k]));
    }
  }
  return line;
}
