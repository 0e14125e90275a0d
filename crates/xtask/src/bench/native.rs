//! The loop that is measured, in this program; `drive.mjs` is its twin for wasm.

use std::collections::BTreeSet;
use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use stagewright::layout::cards::cards;
use stagewright::layout::{Direction, Spacing, draw};
use stagewright::simulate::cache::{Build, Builds, Effects, rebuild};
use stagewright::simulate::{Context as Files, Work, estimate, schedule};
use stagewright::{Analysis, Request, analyze};

/// Runs that count go on for this long, after half as long of runs that do not.
const TIME: Duration = Duration::from_millis(700);
/// However long one run takes, so many are made.
const LEAST: usize = 9;

/// Measures some files and prints, line by line, the name of each and its times in milliseconds. What is measured is
/// told by the first argument.
pub(super) fn run(args: &[String]) -> Result<()> {
    let Some((mode, files)) = args.split_first() else { return Ok(()) };
    for file in files {
        let source = fs::read_to_string(file).with_context(|| format!("cannot read {file}"))?;
        let name = Path::new(file).file_stem().unwrap_or_default().to_string_lossy();
        if mode == "simulation" {
            let simulation = Simulation::new(&source);
            for part in Simulation::PARTS {
                tell(&format!("{name}/{part}"), &|| simulation.run(part) as f32);
            }
        } else {
            let request = Request { source, without_checks: true, ..Request::default() };
            tell(&name, &|| analyze_and_draw(black_box(&request)));
        }
    }
    Ok(())
}

fn tell(name: &str, run: &dyn Fn() -> f32) {
    measure(run, TIME / 2);
    let times: Vec<String> = measure(run, TIME).iter().map(f64::to_string).collect();
    println!("{name} {}", times.join(" "));
}

fn measure(run: &dyn Fn() -> f32, time: Duration) -> Vec<f64> {
    let mut times = Vec::new();
    let begin = Instant::now();
    while times.len() < LEAST || begin.elapsed() < time {
        let start = Instant::now();
        black_box(run());
        times.push(start.elapsed().as_secs_f64() * 1000.0);
    }
    times
}

/// What the page does on every key, but for the painting. Returns the width of the drawing. The bench
/// module of `crates/wasm` does the same.
fn analyze_and_draw(request: &Request) -> f32 {
    let analysis = analyze(request);
    let closed = BTreeSet::new();
    let cards = cards(&analysis.graph, &analysis.resolved, &closed, Direction::LeftToRight);
    draw(&cards.boxes, &cards.edges, Direction::LeftToRight, &Spacing::default(), None).size.width
}

/// What the page simulates, ready to be done again and again. The bench module of `crates/wasm` has the same.
struct Simulation {
    /// The file, and the same with a variable more in its first stage.
    analyses: [Analysis; 2],
    /// The files, and the same with one of them edited.
    contexts: [Files; 2],
    durations: Vec<u32>,
}

impl Simulation {
    /// When each step runs; and a build after another, with nothing changed, one file, or the text.
    const PARTS: [&str; 4] = ["schedule", "same", "file", "text"];

    fn new(source: &str) -> Self {
        let place = source.find("\nFROM ").and_then(|from| Some(from + 2 + source[from + 1..].find('\n')?));
        let mut edited = source.to_owned();
        edited.insert_str(place.unwrap_or_default(), "ENV EDITED=1\n");
        let analyses = [source.to_owned(), edited]
            .map(|source| analyze(&Request { source, without_checks: true, ..Request::default() }));
        let context = Files::guess(&analyses[0].resolved);
        let mut other = context.clone();
        if let Some(content) = other.files.values_mut().next() {
            content.push_str("edited");
        }
        let durations = estimate(&analyses[0].plan, &analyses[0].resolved).millis();
        Self { analyses, contexts: [context, other], durations }
    }

    /// Does a part. Returns how many steps there are.
    fn run(&self, part: &str) -> usize {
        let [analysis, edited] = &self.analyses;
        if part == "schedule" {
            let work =
                Work { plan: &analysis.plan, durations: &self.durations, cached: &[], workers: None, fails: None };
            return schedule(&work).slots.len();
        }
        fn build<'a>(Analysis { resolved, plan, .. }: &'a Analysis, context: &'a Files) -> Build<'a> {
            Build { resolved, plan, context, no_cache: false, no_cache_filter: &[] }
        }
        let first = build(analysis, &self.contexts[0]);
        let second = match part {
            "file" => build(analysis, &self.contexts[1]),
            "text" => build(edited, &self.contexts[0]),
            _ => first,
        };
        rebuild(&Builds { first, second, effects: &[], otherwise: &Effects::Everything }).second.len()
    }
}
