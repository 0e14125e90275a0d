//! The loop that `cargo xtask bench` measures, as its native twin in `crates/xtask/src/bench/native.rs`.

use std::collections::BTreeSet;

use stagewright::layout::cards::cards;
use stagewright::layout::{Direction, Spacing, draw};
use stagewright::simulate::cache::{Build, Builds, Effects, rebuild};
use stagewright::simulate::{Context, Work, estimate, schedule};
use stagewright::{Analysis, Request, analyze};
use wasm_bindgen::prelude::*;

/// A source, ready to be analysed and laid out again and again.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Bench {
    request: Request,
}

#[wasm_bindgen]
impl Bench {
    /// Takes a Dockerfile, and whether it is also checked.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new(source: String, checked: bool) -> Self {
        Self { request: Request { source, without_checks: !checked, ..Request::default() } }
    }

    /// What the page does on every key, but for the painting. Returns the width of the drawing.
    #[must_use]
    pub fn run(&self) -> f32 {
        let analysis = analyze(&self.request);
        let closed = BTreeSet::new();
        let cards = cards(&analysis.graph, &analysis.resolved, &closed, Direction::LeftToRight);
        draw(&cards.boxes, &cards.edges, Direction::LeftToRight, &Spacing::default(), None).size.width
    }
}

/// What the page simulates, ready to be done again and again.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Simulation {
    /// The file, and the same with a variable more in its first stage.
    analyses: [Analysis; 2],
    /// The files, and the same with one of them edited.
    contexts: [Context; 2],
    durations: Vec<u32>,
}

#[wasm_bindgen]
impl Simulation {
    /// Takes a Dockerfile.
    #[wasm_bindgen(constructor)]
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

    /// Does a part: tells when each step runs (`schedule`), or what a build does after another, with one file changed
    /// (`file`), the text (`text`), or nothing. Returns how many steps there are.
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
