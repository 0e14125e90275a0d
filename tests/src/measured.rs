//! What `cargo xtask bench` measures, both as a program of this machine and in WebAssembly: what the page does on every
//! key, and what it simulates.
//!
//! Relies on the core alone. Who takes the time calls it: `crates/xtask/src/bench/native.rs`, and, by way of the bench
//! module of `crates/wasm`, `drive.mjs` beside it.

use std::collections::BTreeSet;

use stagewright::layout::cards::cards;
use stagewright::layout::{Direction, Spacing, draw};
use stagewright::simulate::cache::{Build, Builds, Effects, rebuild};
use stagewright::simulate::{Context, Work, estimate, schedule};
use stagewright::{Analysis, Request, analyze};

/// What the page does on every key, but for the painting. Returns the width of the drawing.
#[must_use]
pub fn analyze_and_draw(request: &Request) -> f32 {
    let analysis = analyze(request);
    let closed = BTreeSet::new();
    let cards = cards(&analysis.graph, &analysis.resolved, &closed, Direction::LeftToRight);
    draw(&cards.boxes, &cards.edges, Direction::LeftToRight, &Spacing::default(), None).size.width
}

/// What the page simulates, ready to be done again and again.
#[derive(Debug)]
pub struct Simulation {
    /// The file, and the same with a variable more in its first stage.
    analyses: [Analysis; 2],
    /// The files, and the same with one of them edited.
    contexts: [Context; 2],
    durations: Vec<u32>,
}

impl Simulation {
    /// The parts of it: when each step runs; and a build after another, with nothing changed, one file, or the text.
    pub const PARTS: [&str; 4] = ["schedule", "same", "file", "text"];

    /// Takes a Dockerfile.
    #[must_use]
    pub fn new(source: &str) -> Self {
        let place = source.find("\nFROM ").and_then(|from| Some(from + 2 + source[from + 1..].find('\n')?));
        let mut edited = source.to_owned();
        edited.insert_str(place.unwrap_or_default(), "ENV EDITED=1\n");
        let analyses = [source.to_owned(), edited]
            .map(|source| analyze(&Request { source, without_checks: true, ..Request::default() }));
        let context = Context::guess(&analyses[0].resolved);
        let mut other = context.clone();
        if let Some(content) = other.files.values_mut().next() {
            content.push_str("edited");
        }
        let durations = estimate(&analyses[0].plan, &analyses[0].resolved).millis();
        Self { analyses, contexts: [context, other], durations }
    }

    /// Does one of [`Self::PARTS`]. Returns how many steps there are.
    #[must_use]
    pub fn run(&self, part: &str) -> usize {
        let [analysis, edited] = &self.analyses;
        if part == "schedule" {
            let work =
                Work { plan: &analysis.plan, durations: &self.durations, cached: &[], workers: None, fails: None };
            return schedule(&work).slots.len();
        }
        fn build<'a>(Analysis { resolved, plan, .. }: &'a Analysis, context: &'a Context) -> Build<'a> {
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

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "# c\nFROM a AS one\nCOPY x.txt /\nRUN b\nFROM one\nCOPY y.txt /\n";

    #[test]
    fn every_part_goes_through_all_steps() {
        let simulation = Simulation::new(SOURCE);
        let n_steps = simulation.analyses[0].plan.steps.len();
        assert!(n_steps > 4, "{n_steps}");
        for part in Simulation::PARTS {
            assert_eq!(simulation.run(part), n_steps, "{part}");
        }
    }

    #[test]
    fn one_file_and_one_variable_of_the_first_stage_are_edited() {
        let Simulation { analyses, contexts, .. } = Simulation::new(SOURCE);
        let [before, after] = &contexts;
        let n_edited = before.files.iter().filter(|(path, content)| after.files.get(*path) != Some(content)).count();
        assert_eq!((before.files.len(), n_edited), (2, 1));
        let lines = |analysis: &Analysis| -> Vec<String> {
            analysis.syntax.instructions.iter().take(2).map(|it| it.code.clone()).collect()
        };
        assert_eq!(lines(&analyses[0])[1], "COPY x.txt /");
        assert_eq!(lines(&analyses[1])[1], "ENV EDITED=1");
    }
}
