//! The loop that `cargo xtask bench` measures, as its native twin in `crates/xtask/src/bench/native.rs`.

use std::collections::BTreeSet;

use stagewright::layout::cards::cards;
use stagewright::layout::{Direction, Spacing, draw};
use stagewright::{Request, analyze};
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
