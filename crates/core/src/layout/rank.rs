//! Gives every box its rank, that is its column when the flow runs to the right:
//! so that the weighted sum of the links' lengths is least. Parts that are not
//! connected are set below each other, and side by side where that would become
//! a tower.

use super::sheet::Sheet;
use super::simplex::{self, Constraint};
use crate::sorting::sort;

/// Steps of the network simplex per box and link, and at most.
const WORK_PER_PART: u64 = 1_200;
const WORK_AT_MOST: u64 = 300_000;

/// The ranks of the boxes, and the part of the drawing each belongs to.
#[derive(Debug)]
pub(super) struct Ranks {
    /// Rank by box; no rank is empty.
    pub(super) of: Vec<usize>,
    /// Connected part by box, counted in input order.
    pub(super) part: Vec<usize>,
}

/// Ranks for a drawing that has no predecessor.
pub(super) fn fresh(sheet: &Sheet) -> Ranks {
    let part = parts(sheet);
    let mut at = vec![0_i64; sheet.cards.len()];
    push_forward(sheet, &mut at);
    shorten(sheet, &mut at);
    normalise_parts(&part, &mut at);
    shelve(sheet, &part, &mut at);
    Ranks { of: without_gaps(&at), part }
}

/// Ranks that stay as they were: `before` where it is known and possible, next to
/// their neighbours for new boxes. All is one part, as it was one drawing.
/// Where this makes the links clearly longer than they need be, they are
/// shortened.
pub(super) fn warm(sheet: &Sheet, before: &[Option<usize>]) -> Ranks {
    const UNKNOWN: i64 = i64::MIN;
    let mut at: Vec<i64> = before.iter().map(|rank| rank.map_or(UNKNOWN, |r| r as i64)).collect();
    let outgoing = heads(sheet);
    // Known boxes and what follows them, then what only comes before them.
    for &node in &sheet.sequence {
        if at[node] != UNKNOWN {
            for &head in &outgoing[node] {
                at[head] = at[head].max(at[node] + 1);
            }
        }
    }
    for &node in sheet.sequence.iter().rev() {
        if at[node] == UNKNOWN {
            let next = outgoing[node].iter().map(|&head| at[head]);
            at[node] = next.min().map_or(0, |rank| rank - 1);
        }
    }
    push_forward(sheet, &mut at);
    let mut best = at.clone();
    shorten(sheet, &mut best);
    let (now, could_be) = (length(sheet, &at), length(sheet, &best));
    if now > could_be + could_be / 3 + 8 {
        at = best;
    }
    Ranks { of: without_gaps(&at), part: vec![0; at.len()] }
}

/// Weighted sum of the links' lengths in ranks.
pub(super) fn length(sheet: &Sheet, at: &[i64]) -> i64 {
    sheet.links.iter().map(|link| link.weight * (at[link.head] - at[link.tail])).sum()
}

/// Moves boxes forward until every link points forward.
fn push_forward(sheet: &Sheet, at: &mut [i64]) {
    let outgoing = heads(sheet);
    for &node in &sheet.sequence {
        for &head in &outgoing[node] {
            at[head] = at[head].max(at[node] + 1);
        }
    }
}

/// The boxes that the links of each box lead to.
fn heads(sheet: &Sheet) -> Vec<Vec<usize>> {
    let mut outgoing = vec![Vec::new(); sheet.cards.len()];
    for link in &sheet.links {
        outgoing[link.tail].push(link.head);
    }
    outgoing
}

fn shorten(sheet: &Sheet, at: &mut [i64]) {
    let constraints: Vec<Constraint> = sheet
        .links
        .iter()
        .map(|link| Constraint { tail: link.tail, head: link.head, length: 1, weight: link.weight })
        .collect();
    let size = (at.len() + constraints.len()) as u64;
    simplex::improve(at, &constraints, (size * WORK_PER_PART).min(WORK_AT_MOST));
}

/// Numbers the connected parts in input order.
fn parts(sheet: &Sheet) -> Vec<usize> {
    let n = sheet.cards.len();
    let mut neighbours = vec![Vec::new(); n];
    for link in &sheet.links {
        neighbours[link.tail].push(link.head);
        neighbours[link.head].push(link.tail);
    }
    let mut part = vec![usize::MAX; n];
    let mut count = 0;
    for root in 0..n {
        if part[root] != usize::MAX {
            continue;
        }
        part[root] = count;
        let mut stack = vec![root];
        while let Some(node) = stack.pop() {
            for &next in &neighbours[node] {
                if part[next] == usize::MAX {
                    part[next] = count;
                    stack.push(next);
                }
            }
        }
        count += 1;
    }
    part
}

/// Starts every part at rank 0.
fn normalise_parts(part: &[usize], at: &mut [i64]) {
    let count = part.iter().max().map_or(0, |last| last + 1);
    let mut first = vec![i64::MAX; count];
    for (node, &p) in part.iter().enumerate() {
        first[p] = first[p].min(at[node]);
    }
    for (node, &p) in part.iter().enumerate() {
        at[node] -= first[p];
    }
}

/// Moves parts to the side of earlier ones as long as the drawing would be taller
/// than it is wide.
fn shelve(sheet: &Sheet, part: &[usize], at: &mut [i64]) {
    let count = part.iter().max().map_or(0, |last| last + 1);
    if count < 2 {
        return;
    }
    let mut ranks = vec![1_usize; count];
    for (node, &p) in part.iter().enumerate() {
        ranks[p] = ranks[p].max(at[node] as usize + 1);
    }
    let mut columns: Vec<Vec<i64>> = ranks.iter().map(|&n| vec![0; n]).collect();
    for (node, &p) in part.iter().enumerate() {
        columns[p][at[node] as usize] += sheet.cards[node].across + sheet.node_gap;
    }
    let heights: Vec<i64> = columns.iter().map(|column| column.iter().copied().max().unwrap_or(0)).collect();
    let broadest = sheet.cards.iter().map(|card| card.along).max().unwrap_or(0);
    let pitch = broadest + sheet.rank_gap;
    let longest = ranks.iter().copied().max().unwrap_or(1);
    let total: usize = ranks.iter().sum();
    let mut width = longest;
    let mut shelves = fill_shelves(&ranks, &heights, width);
    while width < total && shelves.height > width as i64 * pitch * 3 / 2 {
        width += 1 + width / 8;
        shelves = fill_shelves(&ranks, &heights, width);
    }
    for (node, &p) in part.iter().enumerate() {
        at[node] += shelves.start[p] as i64;
    }
}

struct Shelves {
    start: Vec<usize>,
    height: i64,
}

/// Sets the parts in order on shelves of `width` ranks.
fn fill_shelves(ranks: &[usize], heights: &[i64], width: usize) -> Shelves {
    let mut shelves = Shelves { start: Vec::with_capacity(ranks.len()), height: 0 };
    let (mut used, mut shelf) = (0, 0);
    for (&n, &height) in ranks.iter().zip(heights) {
        if used > 0 && used + n > width {
            shelves.height += shelf;
            (used, shelf) = (0, 0);
        }
        shelves.start.push(used);
        used += n;
        shelf = shelf.max(height);
    }
    shelves.height += shelf;
    shelves
}

/// Numbers the ranks that hold a box from 0.
fn without_gaps(at: &[i64]) -> Vec<usize> {
    let mut used: Vec<i64> = at.to_vec();
    sort(&mut used);
    used.dedup();
    at.iter().map(|rank| used.partition_point(|u| u < rank)).collect()
}
