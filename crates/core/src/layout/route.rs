//! Draws: places the ranks along the flow and leads the links from side to side.
//! Every rank is a band as broad as its broadest box. Links run straight through
//! a band, at a place of their own, and change their place only in the gap
//! between two bands, where no box is: so no link can meet a foreign box.

use crate::sorting::sort_by_key;
use std::ops::RangeInclusive;

use super::arrangement::Arrangement;
use super::layered::Course;
use super::ports::{Ends, Lane};
use super::sheet::{Sheet, clamped, pixels};
use super::{BoxSpec, Direction, Drawing, Order, Point, Rect, Route, Size};

/// A gap is at least this part of the largest step across that a link makes in
/// it, up to a limit in hundredths of the least gap: steep bundles are hard to read.
const STEEPEST: i64 = 6;
const WIDEST_GAP_PERCENT: i64 = 175;

/// A place in units: along the flow, and across it.
type Spot = (i64, i64);

/// A band of the drawing along the flow.
#[derive(Clone, Copy)]
struct Band {
    start: i64,
    end: i64,
}

/// Everything that is decided before the drawing is put together.
pub(super) struct Plan<'a> {
    pub(super) sheet: &'a Sheet,
    pub(super) arrangement: &'a Arrangement<'a>,
    pub(super) ends: &'a Ends,
    /// The place of every vertex across the flow.
    pub(super) top: &'a [i64],
}

/// Puts the drawing together.
pub(super) fn drawing(
    boxes: &[BoxSpec],
    n_edges: usize,
    direction: Direction,
    plan: &Plan<'_>,
    order: Order,
) -> Drawing {
    let Plan { sheet, top, ends, .. } = *plan;
    let layered = plan.arrangement.layered;
    let bands = plan.bands();
    let lanes = plan.lane_places();
    let mut courses: Vec<Vec<Spot>> = vec![Vec::new(); n_edges];
    for (index, link) in sheet.links.iter().enumerate() {
        let rank = layered.vertices[link.tail].rank;
        let side = bands[rank].start + sheet.cards[link.tail].along;
        let mut spots = match (layered.courses[index], ends.lanes[index]) {
            (Course::Chain { first_segment, bends, .. }, _) => {
                plan.chain(side, first_segment..=first_segment + bends, rank, &bands)
            }
            (Course::Lane, Some(lane)) => {
                let last = layered.vertices[link.head].rank;
                let (from, to) = (top[link.tail] + lane.from, top[link.head] + lane.to);
                vec![
                    (side, from),
                    (bands[rank].end, from),
                    (bands[rank + 1].start, lanes[index]),
                    (bands[last - 1].end, lanes[index]),
                    (bands[last].start, to),
                ]
            }
            (Course::Lane, None) => Vec::new(),
        };
        drop_needless(&mut spots);
        if link.turned {
            spots.reverse();
        }
        courses[link.edge] = spots;
    }
    for &(edge, node) in &sheet.loops {
        let side = bands[layered.vertices[node].rank].start + sheet.cards[node].along;
        courses[edge] = own_loop(sheet, side, top[node], sheet.cards[node].across);
    }
    finish(boxes, direction, plan, &bands, &courses, order)
}

impl Plan<'_> {
    /// The bands of the ranks, one after the other.
    fn bands(&self) -> Vec<Band> {
        let Self { sheet, arrangement, ends, top } = *self;
        let layered = arrangement.layered;
        let mut steps = vec![0_i64; arrangement.ranks.len()];
        for (index, s) in layered.segments.iter().enumerate() {
            let step = top[s.to] + ends.to[index] - top[s.from] - ends.from[index];
            let most = &mut steps[layered.vertices[s.to].rank];
            *most = step.abs().max(*most);
        }
        let mut bands: Vec<Band> = Vec::with_capacity(arrangement.ranks.len());
        for (rank, vertices) in arrangement.ranks.iter().enumerate() {
            let broadest =
                vertices.iter().filter_map(|&vertex| sheet.cards.get(vertex)).map(|card| card.along).max().unwrap_or(0);
            let widest = sheet.rank_gap * WIDEST_GAP_PERCENT / 100;
            let gap = (steps[rank] / STEEPEST).clamp(sheet.rank_gap, widest);
            let start = bands.last().map_or(0, |band| band.end + gap);
            bands.push(Band { start, end: start + broadest });
        }
        bands
    }

    /// The way of a link along its segments, from the side of its first box on.
    fn chain(&self, side: i64, segments: RangeInclusive<usize>, first_rank: usize, bands: &[Band]) -> Vec<Spot> {
        let Self { arrangement, ends, top, .. } = *self;
        let mut spots = Vec::new();
        for (rank, index) in (first_rank..).zip(segments) {
            let segment = arrangement.layered.segments[index];
            let from = top[segment.from] + ends.from[index];
            let to = top[segment.to] + ends.to[index];
            if rank == first_rank {
                spots.push((side, from));
            }
            spots.push((bands[rank].end, from));
            spots.push((bands[rank + 1].start, to));
        }
        spots
    }

    /// The place across of every link that runs around the outside.
    fn lane_places(&self) -> Vec<i64> {
        let Self { sheet, arrangement, ends, top } = *self;
        let layered = arrangement.layered;
        let bottom = |v: usize| top[v] + layered.vertices[v].across;
        let upper = top.iter().copied().min().unwrap_or(0) - sheet.node_gap;
        let lower = (0..top.len()).map(bottom).max().unwrap_or(0) + sheet.node_gap;
        let mut places = vec![0; sheet.links.len()];
        let start = |index: usize| layered.vertices[sheet.links[index].tail].rank;
        let mut order: Vec<(usize, Lane)> =
            ends.lanes.iter().enumerate().filter_map(|(i, lane)| lane.map(|l| (i, l))).collect();
        sort_by_key(&mut order, |&(index, _)| (start(index), index));
        // Each takes the innermost lane that is free where it starts.
        let mut taken: [Vec<usize>; 2] = [Vec::new(), Vec::new()];
        for (index, lane) in order {
            let used = &mut taken[usize::from(lane.above)];
            let end = layered.vertices[sheet.links[index].head].rank;
            let free = used.iter().position(|&until| until <= start(index));
            let at = free.unwrap_or(used.len());
            if at == used.len() {
                used.push(end);
            } else {
                used[at] = end;
            }
            let distance = at as i64 * sheet.edge_gap;
            places[index] = if lane.above { upper - distance } else { lower + distance };
        }
        places
    }
}

/// A small loop at the lower end of the side that links leave from.
fn own_loop(sheet: &Sheet, side: i64, top: i64, across: i64) -> Vec<Spot> {
    let reach = side + sheet.rank_gap / 3;
    let (from, to) = (top + across * 3 / 4, top + across - across / 16);
    vec![(side, from), (reach, from), (reach, to), (side, to)]
}

/// Drops what lies on the straight line between its neighbours, and repetitions.
fn drop_needless(spots: &mut Vec<Spot>) {
    spots.dedup();
    let all = std::mem::take(spots);
    for (index, &spot) in all.iter().enumerate() {
        let level = |other: Option<&Spot>| other.is_some_and(|o| o.1 == spot.1);
        let inner = index > 0 && level(all.get(index - 1)) && level(all.get(index + 1));
        if !inner {
            spots.push(spot);
        }
    }
}

/// Moves all to the origin, and back to pixels and the caller's direction.
fn finish(
    boxes: &[BoxSpec],
    direction: Direction,
    plan: &Plan<'_>,
    bands: &[Band],
    courses: &[Vec<Spot>],
    order: Order,
) -> Drawing {
    let Plan { sheet, arrangement, top, .. } = *plan;
    let spots = || courses.iter().flatten().copied();
    let cards = || sheet.cards.iter().enumerate();
    let start = |node: usize| bands[arrangement.layered.vertices[node].rank].start;
    let least = cards().map(|(node, _)| top[node]).chain(spots().map(|s| s.1)).min().unwrap_or(0);
    let far = cards().map(|(node, card)| start(node) + card.along);
    let far = far.chain(spots().map(|s| s.0)).max().unwrap_or(0);
    let low = cards().map(|(node, card)| top[node] + card.across);
    let low = low.chain(spots().map(|s| s.1)).max().unwrap_or(0);
    let point = |(along, across): Spot| {
        let (along, across) = (pixels(along), pixels(across - least));
        match direction {
            Direction::LeftToRight => Point { x: along, y: across },
            Direction::TopToBottom => Point { x: across, y: along },
        }
    };
    let rect = |(node, spec): (usize, &BoxSpec)| {
        let Point { x, y } = point((start(node), top[node]));
        Rect { x, y, width: clamped(spec.width), height: clamped(spec.height) }
    };
    let Point { x: width, y: height } = point((far, low));
    let route = |course: &Vec<Spot>| Route { points: course.iter().map(|&s| point(s)).collect() };
    Drawing {
        size: Size { width, height },
        boxes: boxes.iter().enumerate().map(rect).collect(),
        routes: courses.iter().map(route).collect(),
        order,
    }
}
