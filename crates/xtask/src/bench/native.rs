//! The loop that is measured, in this program; `drive.mjs` is its twin for wasm.

use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use stagewright::Request;
use stagewright_tests::measured::{Simulation, analyze_and_draw};

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
