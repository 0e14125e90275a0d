//! The loop that is measured, in this program; `drive.mjs` is its twin for wasm.

use std::collections::BTreeSet;
use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use stagewright::layout::cards::cards;
use stagewright::layout::{Direction, Spacing, draw};
use stagewright::{Request, analyze};

/// Runs that count go on for this long, after half as long of runs that do not.
const TIME: Duration = Duration::from_millis(700);
/// However long one run takes, so many are made.
const LEAST: usize = 9;

/// Measures some files and prints, line by line, the name of each and its times in milliseconds.
pub(super) fn run(files: &[String]) -> Result<()> {
    for file in files {
        let source = fs::read_to_string(file).with_context(|| format!("cannot read {file}"))?;
        let request = Request { source, without_checks: true, ..Request::default() };
        measure(&request, TIME / 2);
        let times: Vec<String> = measure(&request, TIME).iter().map(f64::to_string).collect();
        let name = Path::new(file).file_stem().unwrap_or_default().to_string_lossy();
        println!("{name} {}", times.join(" "));
    }
    Ok(())
}

fn measure(request: &Request, time: Duration) -> Vec<f64> {
    let mut times = Vec::new();
    let begin = Instant::now();
    while times.len() < LEAST || begin.elapsed() < time {
        let start = Instant::now();
        black_box(analyze_and_draw(black_box(request)));
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
