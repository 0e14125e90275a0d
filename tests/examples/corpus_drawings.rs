//! Draws the stage graphs of the larger files of the corpus, each with its cards closed and open, from
//! left to right and from top to bottom, for `tests/graphviz/compare.mjs`:
//!
//! ```text
//! cargo run -p stagewright-tests --example corpus_drawings | node tests/graphviz/compare.mjs
//! ```

#![expect(clippy::print_stdout, reason = "what it draws goes to its standard output")]

use serde_json::{Value, json};
use stagewright::layout::cards::Cards;
use stagewright::layout::{Direction, Drawing};
use stagewright::{Request, analyze};
use stagewright_tests::drawing::{cards_of, drawn, sampled};
use stagewright_tests::recorded::dockerfiles;

/// Stages from which on a file is large.
const STAGES: usize = 8;

fn main() {
    for (name, source) in ["seeds", "corpus"].into_iter().flat_map(dockerfiles) {
        let analysis = analyze(&Request { source, ..Request::default() });
        if analysis.resolved.stages.len() < STAGES {
            continue;
        }
        for (direction, side) in [(Direction::LeftToRight, "LR"), (Direction::TopToBottom, "TB")] {
            for (are_open, word) in [(false, "closed"), (true, "open")] {
                let cards = cards_of(&analysis, direction, are_open);
                let drawing = drawn(&cards, direction, None);
                println!("{}", compared(&format!("{name} {side} {word}"), side, direction, &cards, &drawing));
            }
        }
    }
}

/// A drawing in the form of the comparison.
fn compared(name: &str, side: &str, direction: Direction, cards: &Cards, drawing: &Drawing) -> Value {
    let sizes: Vec<Value> = cards.boxes.iter().map(|spec| json!({"w": spec.width, "h": spec.height})).collect();
    let edges: Vec<Value> = cards.edges.iter().map(|edge| json!([edge.from, edge.to, edge.to_port])).collect();
    let boxes: Vec<Value> =
        drawing.boxes.iter().map(|rect| json!({"x": rect.x, "y": rect.y, "w": rect.width, "h": rect.height})).collect();
    let points = |route| sampled(route, direction).iter().map(|point| json!([point.x, point.y])).collect();
    let routes: Vec<Value> = drawing.routes.iter().map(points).collect();
    json!({
        "name": name, "direction": side, "boxes": sizes, "edges": edges,
        "ours": {"boxes": boxes, "routes": routes},
    })
}
