//! The cards of a stage graph as they are laid out, and what every drawing of them must keep to.

use std::collections::BTreeSet;

use stagewright::Analysis;
use stagewright::graph::NodeKind;
use stagewright::layout::cards::{Cards, cards};
use stagewright::layout::{Direction, Drawing, Order, Piece, Point, Rect, Route, Spacing, draw};

/// The cards of an analysis, all of them closed, or all open.
#[must_use]
pub fn cards_of(analysis: &Analysis, direction: Direction, are_open: bool) -> Cards {
    let closed = cards(&analysis.graph, &analysis.resolved, &BTreeSet::new(), direction);
    if !are_open {
        return closed;
    }
    let keys = closed.cards.into_iter().map(|card| card.key).collect();
    cards(&analysis.graph, &analysis.resolved, &keys, direction)
}

/// The drawing of some cards, close to a previous one.
#[must_use]
pub fn drawn(cards: &Cards, direction: Direction, previous: Option<&Order>) -> Drawing {
    draw(&cards.boxes, &cards.edges, direction, &Spacing::default(), previous)
}

/// What is wrong with the cards of an analysis; `Ok` if nothing is.
///
/// # Errors
/// The first promise that they break.
pub fn check_cards(analysis: &Analysis, cards: &Cards) -> Result<(), String> {
    let keys: BTreeSet<&str> = cards.cards.iter().map(|card| card.key.as_str()).collect();
    if keys.len() != cards.cards.len() {
        return Err("two cards have the same key".into());
    }
    if cards.boxes.len() != cards.cards.len() || cards.edges.len() != cards.links.len() {
        return Err("a card has no box, or a link no edge".into());
    }
    let mut drawn: Vec<u32> = cards.links.iter().flat_map(|link| &link.edges).map(|edge| edge.0).collect();
    drawn.sort_unstable();
    let is_drawn = |edge: &&stagewright::graph::Edge| {
        analysis.graph.nodes.get(edge.from.0 as usize).is_some_and(|node| node.kind != NodeKind::Context)
    };
    let wanted: Vec<u32> = analysis.graph.edges.iter().filter(is_drawn).map(|edge| edge.id.0).collect();
    if drawn != wanted {
        return Err("a link stands for no edge, or two for the same one".into());
    }
    for link in &cards.links {
        let (Some(from), Some(to)) = (cards.cards.get(link.from), cards.cards.get(link.to)) else {
            return Err("a link lacks an end".into());
        };
        for edge in link.edges.iter().filter_map(|edge| analysis.graph.edges.get(edge.0 as usize)) {
            if (edge.from, edge.to, edge.kind) != (from.node, to.node, link.kind) {
                return Err(format!("the link of edge {} leads elsewhere", edge.id.0));
            }
        }
    }
    Ok(())
}

/// What is wrong with a drawing of some cards; `Ok` if nothing is.
///
/// # Errors
/// The first promise that it breaks.
pub fn check(cards: &Cards, drawing: &Drawing) -> Result<(), String> {
    if drawing.boxes.len() != cards.boxes.len() || drawing.routes.len() != cards.edges.len() {
        return Err("a drawing has a box for each box and a route for each edge".into());
    }
    let sides = drawing.boxes.iter().flat_map(|rect| [rect.x, rect.y, rect.width, rect.height]);
    let points = drawing.routes.iter().flat_map(|route| &route.points);
    if !sides.chain(points.flat_map(|point| [point.x, point.y])).all(f32::is_finite) {
        return Err("a drawing has a place that is no number".into());
    }
    if let Some((one, other)) = overlap(&drawing.boxes) {
        return Err(format!("boxes {one} and {other} overlap"));
    }
    match drawing.routes.iter().position(|route| route.points.len() < 2) {
        Some(edge) => Err(format!("edge {edge} has no route")),
        None => Ok(()),
    }
}

/// Two boxes that overlap. They are held against each other in the order of their left sides.
fn overlap(boxes: &[Rect]) -> Option<(usize, usize)> {
    let mut order: Vec<usize> = (0..boxes.len()).collect();
    order.sort_by(|&a, &b| boxes[a].x.total_cmp(&boxes[b].x));
    for (at, &one) in order.iter().enumerate() {
        let a = &boxes[one];
        let beside = order[at + 1..].iter().take_while(|&&other| boxes[other].x < a.x + a.width);
        for &other in beside {
            let b = &boxes[other];
            if a.y < b.y + b.height && b.y < a.y + a.height {
                return Some((one, other));
            }
        }
    }
    None
}

/// Straight pieces that a curve is measured with.
const SAMPLES: u8 = 16;

/// A route as a line of many short pieces.
#[must_use]
pub fn sampled(route: &Route, direction: Direction) -> Vec<Point> {
    let mut line: Vec<Point> = route.points.first().copied().into_iter().collect();
    for piece in route.pieces(direction) {
        let Some(&start) = line.last() else { break };
        match piece {
            Piece::Line(end) => line.push(end),
            Piece::Curve(a, b, end) => line.extend((1..=SAMPLES).map(|step| {
                let t = f32::from(step) / f32::from(SAMPLES);
                let weights = [(1.0 - t).powi(3), 3.0 * (1.0 - t).powi(2) * t, 3.0 * (1.0 - t) * t * t, t.powi(3)];
                let sum = |of: fn(&Point) -> f32| weights.iter().zip([start, a, b, end]).map(|(w, p)| w * of(&p)).sum();
                Point { x: sum(|p| p.x), y: sum(|p| p.y) }
            })),
        }
    }
    line
}
