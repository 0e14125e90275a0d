//! The input in the form the passes work on: whole units instead of floats, the
//! flow always from left to right, every link pointing forward. What cannot be
//! laid out (a self loop, an edge without its ends, a size that is no number) is
//! set apart or clamped here, so that no later pass meets it.

use super::{BoxSpec, Direction, EdgeSpec, Spacing};

/// Units per pixel. A power of two, so that going back to `f32` is exact.
const UNITS: f32 = 8.0;

/// The largest box side, in pixels: keeps every sum far from overflow and a
/// thousand boxes within what `f32` holds exactly.
const LARGEST: f32 = 10_000.0;

/// A box: its sides along the flow and across it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Card {
    pub(super) along: i64,
    pub(super) across: i64,
}

/// An edge that is laid out. `tail` comes before `head`; ports count from the top.
#[derive(Clone, Copy, Debug)]
pub(super) struct Link {
    pub(super) edge: usize,
    pub(super) tail: usize,
    pub(super) head: usize,
    pub(super) tail_port: Option<i64>,
    pub(super) head_port: Option<i64>,
    pub(super) weight: i64,
    /// The edge runs from `head` to `tail`: it closes a ring.
    pub(super) turned: bool,
}

/// The whole input.
#[derive(Debug)]
pub(super) struct Sheet {
    pub(super) cards: Vec<Card>,
    pub(super) links: Vec<Link>,
    /// Edges from a box to itself: edge and box.
    pub(super) loops: Vec<(usize, usize)>,
    /// Boxes such that links point from earlier to later.
    pub(super) sequence: Vec<usize>,
    pub(super) rank_gap: i64,
    pub(super) node_gap: i64,
    pub(super) edge_gap: i64,
}

impl Sheet {
    pub(super) fn new(boxes: &[BoxSpec], edges: &[EdgeSpec], direction: Direction, spacing: &Spacing) -> Self {
        let cards: Vec<Card> = boxes
            .iter()
            .map(|spec| {
                let (width, height) = (units(spec.width), units(spec.height));
                match direction {
                    Direction::LeftToRight => Card { along: width, across: height },
                    Direction::TopToBottom => Card { along: height, across: width },
                }
            })
            .collect();
        let mut loops = Vec::new();
        let mut links = Vec::with_capacity(edges.len());
        for (edge, spec) in edges.iter().enumerate() {
            if spec.from >= cards.len() || spec.to >= cards.len() {
                continue;
            }
            if spec.from == spec.to {
                loops.push((edge, spec.from));
                continue;
            }
            let port = |at: Option<f32>, card: Card| at.map(|px| units(px).min(card.across));
            links.push(Link {
                edge,
                tail: spec.from,
                head: spec.to,
                tail_port: port(spec.from_port, cards[spec.from]),
                head_port: port(spec.to_port, cards[spec.to]),
                weight: i64::from(spec.weight.clamp(1, 64)),
                turned: false,
            });
        }
        let sequence = turn_back_links(cards.len(), &mut links);
        Self {
            cards,
            links,
            loops,
            sequence,
            rank_gap: units(spacing.rank).max(units(8.0)),
            node_gap: units(spacing.node).max(units(1.0)),
            edge_gap: units(spacing.edge).max(units(1.0)),
        }
    }
}

/// Pixels as whole units: nothing negative, nothing infinite, no NaN.
pub(super) fn units(px: f32) -> i64 {
    if px > 0.0 {
        // In range by `min`; rounded up so that nothing is drawn too small.
        (px.min(LARGEST) * UNITS).ceil() as i64
    } else {
        0
    }
}

/// Units as pixels.
pub(super) fn pixels(units: i64) -> f32 {
    units as f32 / UNITS
}

/// The size as it is drawn, in pixels.
pub(super) fn clamped(px: f32) -> f32 {
    if px > 0.0 { px.min(LARGEST) } else { 0.0 }
}

/// Turns the links that close a ring, found depth first in input order, and gives
/// an order of the boxes in which every link points forward.
fn turn_back_links(n: usize, links: &mut [Link]) -> Vec<usize> {
    #[derive(Clone, Copy, PartialEq)]
    enum Seen {
        No,
        Open,
        Done,
    }
    let mut outgoing = vec![Vec::new(); n];
    for (index, link) in links.iter().enumerate() {
        outgoing[link.tail].push(index);
    }
    let mut seen = vec![Seen::No; n];
    let mut finished = Vec::with_capacity(n);
    for root in 0..n {
        if seen[root] != Seen::No {
            continue;
        }
        seen[root] = Seen::Open;
        let mut stack = vec![(root, 0)];
        while let Some((node, at)) = stack.pop() {
            let Some(&index) = outgoing[node].get(at) else {
                seen[node] = Seen::Done;
                finished.push(node);
                continue;
            };
            stack.push((node, at + 1));
            let link = &mut links[index];
            match seen[link.head] {
                Seen::No => {
                    seen[link.head] = Seen::Open;
                    stack.push((link.head, 0));
                }
                Seen::Open => {
                    std::mem::swap(&mut link.tail, &mut link.head);
                    std::mem::swap(&mut link.tail_port, &mut link.head_port);
                    link.turned = true;
                }
                Seen::Done => {}
            }
        }
    }
    finished.reverse();
    finished
}
