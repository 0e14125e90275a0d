//! The loop that `cargo xtask bench` measures, as its native twin in `crates/xtask/src/bench/native.rs`.

use stagewright::layout::{BoxSpec, Direction, EdgeSpec, Spacing, draw};
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
    /// Takes a Dockerfile.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new(source: String) -> Self {
        Self { request: Request { source, ..Request::default() } }
    }

    /// What the page does on every key, but for the painting. Returns the width of the drawing.
    #[must_use]
    pub fn run(&self) -> f32 {
        let graph = analyze(&self.request).graph;
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
}
