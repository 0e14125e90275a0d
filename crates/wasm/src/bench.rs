//! What `cargo xtask bench` measures in WebAssembly: `measured` of `stagewright-tests`, for JavaScript to call.

use stagewright::Request;
use stagewright_tests::measured::{self, analyze_and_draw};
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
        analyze_and_draw(&self.request)
    }
}

/// What the page simulates, ready to be done again and again.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Simulation(measured::Simulation);

#[wasm_bindgen]
impl Simulation {
    /// Takes a Dockerfile.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new(source: &str) -> Self {
        Self(measured::Simulation::new(source))
    }

    /// The names of its parts.
    #[must_use]
    pub fn parts() -> Vec<String> {
        measured::Simulation::PARTS.map(str::to_owned).to_vec()
    }

    /// Does a part. Returns how many steps there are.
    #[must_use]
    pub fn run(&self, part: &str) -> usize {
        self.0.run(part)
    }
}
