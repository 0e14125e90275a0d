//! The loop that is measured, in this program; `drive.mjs` is its twin for wasm.

use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use stagewright::layout::{BoxSpec, Direction, EdgeSpec, Spacing, draw};
use stagewright::{Request, analyze};

/// Runs that count go on for this long, after half as long of runs that do not.
const TIME: Duration = Duration::from_millis(700);
/// However long one run takes, so many are made.
const LEAST: usize = 9;

/// Measures some files and prints, line by line, the name of each and its times in milliseconds.
pub(super) fn run(files: &[String]) -> Result<()> {
    for file in files {
        let source = fs::read_to_string(file).with_context(|| format!("cannot read {file}"))?;
        let request = Request { source, ..Request::default() };
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
    let graph = analyze(request).graph;
    let name = |node| BoxSpec { key: format!("{node:?}"), width: 200.0, height: 72.0 };
    let boxes: Vec<BoxSpec> = graph.nodes.iter().map(|node| name(node.id)).collect();
    let edge = |from: u32, to: u32| EdgeSpec {
        from: from as usize,
        to: to as usize,
        from_port: None,
        to_port: None,
        weight: 1,
    };
    let edges: Vec<EdgeSpec> = graph.edges.iter().map(|it| edge(it.from.0, it.to.0)).collect();
    draw(&boxes, &edges, Direction::LeftToRight, &Spacing::default(), None).size.width
}
