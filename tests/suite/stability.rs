//! While one types, the picture keeps still: an edge more or less in a large file of the corpus leaves what
//! stays of its drawing in the order that it had.

use stagewright::layout::cards::Cards;
use stagewright::layout::{Direction, Drawing, EdgeSpec, Rect};
use stagewright::{Request, analyze};
use stagewright_tests::drawing::{cards_of, drawn};
use stagewright_tests::recorded::dockerfiles;

/// Stages from which on a file is large.
const STAGES: usize = 8;

#[test]
fn an_edge_more_or_less_turns_about_at_most_two_pairs_of_a_level_in_a_hundred() {
    let mut edits = 0;
    for_each_edit(|name, before, after, direction| {
        let (turned, pairs) = turned(before, after, |one| across(one, direction), |a, b| overlap(a, b, direction));
        assert!(turned * 50 <= pairs, "{name}: {turned} of {pairs} pairs of a level were turned about");
        edits += 1;
    });
    assert!(edits > 3_000, "only {edits} edits were tried");
}

#[test]
fn an_edge_more_or_less_turns_about_at_most_one_pair_of_boxes_in_a_hundred() {
    for side in [across, along] {
        let mut all = (0, 0);
        for_each_edit(|_, before, after, direction| {
            let (turned, pairs) = turned(before, after, |one| side(one, direction), |_, _| true);
            all = (all.0 + turned, all.1 + pairs);
        });
        let (turned, pairs) = all;
        assert!(turned * 100 <= pairs, "{turned} of {pairs} pairs were turned about");
    }
}

#[test]
fn another_name_moves_nothing() {
    for_each_drawing(|name, cards, direction| {
        let before = drawn(cards, direction, None);
        let same = drawn(cards, direction, Some(&before.order));
        for at in 0..cards.boxes.len() {
            let mut renamed = cards.clone();
            renamed.boxes[at].key = "another".into();
            let after = drawn(&renamed, direction, Some(&before.order));
            assert_eq!((&same.boxes, &same.routes), (&after.boxes, &after.routes), "{name}, box {at}");
        }
    });
}

/// Draws every large file without each of its links in turn, and as often with another one. Gives the
/// drawings before and after.
fn for_each_edit(mut see: impl FnMut(&str, &Drawing, &Drawing, Direction)) {
    for_each_drawing(|name, cards, direction| {
        let before = drawn(cards, direction, None);
        for edges in edited(cards) {
            let edited = Cards { edges, ..cards.clone() };
            see(name, &before, &drawn(&edited, direction, Some(&before.order)), direction);
        }
    });
}

/// The cards of every large file, in both directions, closed and open.
fn for_each_drawing(mut see: impl FnMut(&str, &Cards, Direction)) {
    for (name, source) in ["seeds", "corpus"].into_iter().flat_map(dockerfiles) {
        let analysis = analyze(&Request { source, ..Request::default() });
        if analysis.resolved.stages.len() < STAGES {
            continue;
        }
        for direction in [Direction::LeftToRight, Direction::TopToBottom] {
            for are_open in [false, true] {
                see(&name, &cards_of(&analysis, direction, are_open), direction);
            }
        }
    }
}

/// The edges without each of them in turn, and as often with another one that closes no ring.
fn edited(cards: &Cards) -> Vec<Vec<EdgeSpec>> {
    let edges = &cards.edges;
    let mut all = Vec::new();
    let mut state = 4_u64;
    let mut below = |n: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % n
    };
    for at in 0..edges.len() {
        let mut fewer = edges.clone();
        fewer.remove(at);
        all.push(fewer);
        let (a, b) = (below(cards.boxes.len()), below(cards.boxes.len()));
        let (from, to) = if reaches(edges, b, a) { (b, a) } else { (a, b) };
        if from != to && !edges.iter().any(|edge| (edge.from, edge.to) == (from, to)) {
            let mut more = edges.clone();
            more.push(EdgeSpec { from, to, ..edges[at] });
            all.push(more);
        }
    }
    all
}

/// Whether edges lead from one box to another.
fn reaches(edges: &[EdgeSpec], from: usize, to: usize) -> bool {
    let mut seen = vec![from];
    let mut at = 0;
    while let Some(&one) = seen.get(at) {
        at += 1;
        for edge in edges.iter().filter(|edge| edge.from == one) {
            if !seen.contains(&edge.to) {
                seen.push(edge.to);
            }
        }
    }
    seen.contains(&to)
}

/// Pairs of boxes of which the first was before the other and is now after it, and all pairs that count
/// both before and after.
fn turned(
    before: &Drawing,
    after: &Drawing,
    place: impl Fn(&Rect) -> f32,
    counts: impl Fn(&Rect, &Rect) -> bool,
) -> (usize, usize) {
    let side = |a: &Rect, b: &Rect| place(a).total_cmp(&place(b)) as i32;
    let (mut turned, mut pairs) = (0, 0);
    for a in 0..before.boxes.len() {
        for b in 0..a {
            let pair = |drawing: &Drawing| (drawing.boxes[a], drawing.boxes[b]);
            let ((p, q), (r, s)) = (pair(before), pair(after));
            if counts(&p, &q) && counts(&r, &s) {
                turned += usize::from(side(&p, &q) * side(&r, &s) < 0);
                pairs += 1;
            }
        }
    }
    (turned, pairs)
}

/// The middle of a box, across the flow.
fn across(rect: &Rect, direction: Direction) -> f32 {
    match direction {
        Direction::LeftToRight => rect.y + rect.height / 2.0,
        Direction::TopToBottom => rect.x + rect.width / 2.0,
    }
}

/// Where a box begins, along the flow.
fn along(rect: &Rect, direction: Direction) -> f32 {
    match direction {
        Direction::LeftToRight => rect.x,
        Direction::TopToBottom => rect.y,
    }
}

/// Whether two boxes are on a level: one begins, along the flow, before the other ends.
fn overlap(a: &Rect, b: &Rect, direction: Direction) -> bool {
    match direction {
        Direction::LeftToRight => a.x < b.x + b.width && b.x < a.x + a.width,
        Direction::TopToBottom => a.y < b.y + b.height && b.y < a.y + a.height,
    }
}
