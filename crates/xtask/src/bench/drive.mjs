// The loop that is measured, in wasm: `node drive.mjs MODULE MODE FILE…`, with the glue that
// wasm-bindgen made for the web, beside its wasm. Prints, line by line, the name of each file and its times in
// milliseconds. `native.rs` is its twin.

import { readFileSync } from "node:fs";
import { basename, extname } from "node:path";
import { pathToFileURL } from "node:url";

// As in `native.rs`.
const TIME = 700;
const LEAST = 9;

const [module, mode, ...files] = process.argv.slice(2);
const { Bench, Simulation, analyze, initSync } = await import(pathToFileURL(module));
initSync({ module: readFileSync(module.replace(/\.js$/, "_bg.wasm")) });

const modes = {
  // Analysis and layout, whose results stay in the module.
  core: (source) => {
    const bench = new Bench(source, false);
    return () => bench.run();
  },
  // The same with all checks.
  checks: (source) => {
    const bench = new Bench(source, true);
    return () => bench.run();
  },
  // Analysis, with all of its results as JavaScript objects.
  api: (source) => () => analyze({ source }),
};

function measure(run, time) {
  const times = [];
  const begin = performance.now();
  while (times.length < LEAST || performance.now() - begin < time) {
    const start = process.hrtime.bigint();
    run();
    times.push(Number(process.hrtime.bigint() - start) / 1e6);
  }
  return times;
}

function tell(name, run) {
  measure(run, TIME / 2);
  console.log(name, measure(run, TIME).join(" "));
}

for (const file of files) {
  const source = readFileSync(file, "utf8");
  const name = basename(file, extname(file));
  if (mode === "simulation") {
    const simulation = new Simulation(source);
    for (const part of Simulation.parts()) {
      tell(`${name}/${part}`, () => simulation.run(part));
    }
  } else {
    tell(name, modes[mode](source));
  }
}
