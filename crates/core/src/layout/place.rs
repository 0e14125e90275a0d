//! Places the vertices across the flow: no two of a rank closer than the gap,
//! links as straight as can be, long ones above all. Sweeps that solve each rank
//! exactly against its neighbours give a good start in linear time; the network
//! simplex makes it best where the drawing is small enough; what may then move
//! without cost is centred.

use super::arrangement::Arrangement;
use super::balance;
use super::ports::Ends;
use super::sheet::Sheet;
use super::simplex::{self, Constraint};
use crate::sorting::sort;

/// Vertices and segments up to which the network simplex is affordable, and its
/// work per vertex.
const SIMPLEX_UP_TO: usize = 1_600;
const WORK_PER_PART: u64 = 1_500;

/// How much dearer a slope is between a box and a bend, and between two bends.
const END_STRAIGHTNESS: i64 = 2;
const CHAIN_STRAIGHTNESS: i64 = 8;

/// What a link's slope costs more than the same move of a box from its place in
/// the drawing before.
const SLOPE: i64 = 2;

const SWEEPS: usize = 6;

/// What it costs in a sweep that a vertex leaves its place in the drawing before.
const KEPT: i64 = 64;

/// What the passes of this module share.
pub(super) struct Placing<'a> {
    pub(super) arrangement: &'a Arrangement<'a>,
    pub(super) ends: &'a Ends,
    /// Cost of each segment's slope.
    pub(super) cost: Vec<i64>,
    /// By rank and index: the least distance from the top of the vertex above.
    pub(super) distance: Vec<Vec<i64>>,
    /// A step smaller than this looks like a mistake.
    pub(super) least_step: i64,
    /// The tops in the drawing before, where known.
    kept: Vec<Option<i64>>,
}

/// The top of every vertex. `before` pulls vertices towards a middle they had.
pub(super) fn across(
    sheet: &Sheet,
    arrangement: &Arrangement<'_>,
    ends: &Ends,
    before: Option<&[Option<i64>]>,
) -> Vec<i64> {
    let layered = arrangement.layered;
    let cost = layered
        .segments
        .iter()
        .map(|segment| {
            let straightness = match (layered.is_box(segment.from), layered.is_box(segment.to)) {
                (true, true) => 1,
                (false, false) => CHAIN_STRAIGHTNESS,
                _ => END_STRAIGHTNESS,
            };
            straightness * sheet.links[segment.link].weight * SLOPE
        })
        .collect();
    let distance = arrangement.ranks.iter().map(|rank| distances(sheet, arrangement, rank));
    let placing = Placing {
        arrangement,
        ends,
        cost,
        distance: distance.collect(),
        least_step: 2 * sheet.edge_gap,
        kept: layered
            .vertices
            .iter()
            .enumerate()
            .map(|(v, vertex)| before.and_then(|b| b[v]).map(|middle| middle - vertex.across / 2))
            .collect(),
    };
    let mut top = placing.stacked();
    let size = layered.vertices.len() + layered.segments.len();
    placing.sweep(&mut top);
    if size <= SIMPLEX_UP_TO {
        // Near the drawing before there is less to do.
        let work = if before.is_some() { WORK_PER_PART / 4 } else { WORK_PER_PART };
        placing.optimise(&mut top, size as u64 * work);
        if before.is_none() {
            balance::centre_fans(&placing, &mut top);
        }
    } else {
        placing.straighten(&mut top);
    }
    let least = top.iter().copied().min().unwrap_or(0);
    top.iter_mut().for_each(|at| *at -= least);
    top
}

/// The least distances between the tops of a rank's vertices; 0 for the first.
fn distances(sheet: &Sheet, arrangement: &Arrangement<'_>, rank: &[usize]) -> Vec<i64> {
    let layered = arrangement.layered;
    let between = |pair: &[usize]| {
        let (upper, lower) = (layered.vertices[pair[0]], layered.vertices[pair[1]]);
        let gap = match (upper.bend_of, lower.bend_of) {
            _ if upper.part != lower.part => sheet.node_gap * 3 / 2,
            (None, None) => sheet.node_gap,
            (Some(_), Some(_)) => sheet.edge_gap,
            _ => sheet.edge_gap.max(sheet.node_gap * 3 / 4),
        };
        upper.across + gap
    };
    let first = rank.first().map(|_| 0);
    first.into_iter().chain(rank.windows(2).map(between)).collect()
}

impl Placing<'_> {
    /// Every rank packed around a common middle, or about where it was before.
    fn stacked(&self) -> Vec<i64> {
        let vertices = &self.arrangement.layered.vertices;
        let mut top = vec![0; vertices.len()];
        for (rank, distance) in self.arrangement.ranks.iter().zip(&self.distance) {
            let mut at = 0;
            for (&vertex, step) in rank.iter().zip(distance) {
                at += step;
                top[vertex] = at;
            }
            let last = rank.last().map_or(0, |&v| vertices[v].across);
            let middle = (at + last) / 2;
            // How far the vertices known from before stand from there, on average.
            let known = rank.iter().filter_map(|&v| Some(self.kept[v]? - top[v]));
            let (count, sum) = known.fold((0, 0), |(count, sum), by| (count + 1, sum + by));
            let shift = if count == 0 { -middle } else { sum / count };
            rank.iter().for_each(|&vertex| top[vertex] += shift);
        }
        top
    }

    /// Sweeps forward and back: each rank against the one before or after, at
    /// last against both.
    fn sweep(&self, top: &mut [i64]) {
        let count = self.arrangement.ranks.len();
        let (mut wanted, mut wishes) = (Vec::new(), Vec::new());
        for round in 0..SWEEPS {
            let forward = round % 2 == 0;
            let both = round + 2 >= SWEEPS;
            for step in 0..count {
                let rank = if forward { step } else { count - 1 - step };
                let vertices = &self.arrangement.ranks[rank];
                wishes.clear();
                for &vertex in vertices {
                    wanted.clear();
                    wishes.push(self.wish(vertex, forward || both, !forward || both, top, &mut wanted));
                }
                self.settle(vertices, &self.distance[rank], &wishes, top);
            }
        }
    }

    /// Where a vertex would stand best, and how much that matters: where it was
    /// before, or the weighted median of what its neighbours want. `wanted` is empty; it is handed in so that
    /// not every call needs memory of its own.
    fn wish(
        &self,
        vertex: usize,
        sources: bool,
        targets: bool,
        top: &[i64],
        wanted: &mut Vec<(i64, i64)>,
    ) -> (i64, i64) {
        if let Some(kept) = self.kept[vertex] {
            return (kept, KEPT);
        }
        self.want(vertex, sources, targets, top, wanted);
        if wanted.is_empty() {
            return (top[vertex], 1);
        }
        sort(wanted);
        let total: i64 = wanted.iter().map(|wish| wish.1).sum();
        let mut sum = 0;
        for (index, &(at, weight)) in wanted.iter().enumerate() {
            sum += weight;
            if 2 * sum == total {
                return ((at + wanted[index + 1].0).div_euclid(2), total);
            }
            if 2 * sum > total {
                return (at, total);
            }
        }
        (top[vertex], 1)
    }

    /// The tops at which each segment of a vertex would be straight, with its cost.
    fn want(&self, vertex: usize, sources: bool, targets: bool, top: &[i64], wanted: &mut Vec<(i64, i64)>) {
        let layered = self.arrangement.layered;
        if sources {
            wanted.extend(layered.entering[vertex].iter().map(|&s| {
                let from = layered.segments[s].from;
                (top[from] + self.ends.from[s] - self.ends.to[s], self.cost[s])
            }));
        }
        if targets {
            wanted.extend(layered.leaving[vertex].iter().map(|&s| {
                let to = layered.segments[s].to;
                (top[to] + self.ends.to[s] - self.ends.from[s], self.cost[s])
            }));
        }
    }

    /// Grants the wishes of a rank as far as its order and distances allow, with
    /// the least sum of weighted squares: neighbours that want to pass each other
    /// are joined into a block that stands at the mean of its wishes.
    fn settle(&self, rank: &[usize], distance: &[i64], wishes: &[(i64, i64)], top: &mut [i64]) {
        struct Block {
            at: i64,
            sum: i64,
            weight: i64,
            members: usize,
        }
        let mut blocks: Vec<Block> = Vec::with_capacity(rank.len());
        let mut offset = 0;
        for (step, &(at, weight)) in distance.iter().zip(wishes) {
            offset += step;
            let weight = weight.max(1);
            let wish = at - offset;
            let mut block = Block { at: wish, sum: wish * weight, weight, members: 1 };
            while let Some(above) = blocks.last() {
                if above.at <= block.at {
                    break;
                }
                block.sum += above.sum;
                block.weight += above.weight;
                block.members += above.members;
                block.at = block.sum.div_euclid(block.weight);
                blocks.pop();
            }
            blocks.push(block);
        }
        let places = blocks.iter().flat_map(|b| std::iter::repeat_n(b.at, b.members));
        let mut offset = 0;
        for ((&vertex, step), at) in rank.iter().zip(distance).zip(places) {
            offset += step;
            top[vertex] = at + offset;
        }
    }

    /// Makes the weighted sum of all slopes, and of the moves away from before,
    /// least.
    fn optimise(&self, top: &mut [i64], work: u64) {
        let layered = self.arrangement.layered;
        let mut position = top.to_vec();
        let mut constraints = Vec::new();
        for (rank, distance) in self.arrangement.ranks.iter().zip(&self.distance) {
            for (pair, &length) in rank.windows(2).zip(&distance[1..]) {
                constraints.push(Constraint { tail: pair[0], head: pair[1], length, weight: 0 });
            }
        }
        // The distance of two points a and b is what it costs to have a point
        // before both.
        let mut straight = |a: (usize, i64), b: (usize, i64), weight: i64| {
            let extra = position.len();
            position.push((position[a.0] + a.1).min(position[b.0] + b.1));
            for (node, port) in [a, b] {
                constraints.push(Constraint { tail: extra, head: node, length: -port, weight });
            }
        };
        for (index, s) in layered.segments.iter().enumerate() {
            let (from, to) = (self.ends.from[index], self.ends.to[index]);
            straight((s.from, from), (s.to, to), self.cost[index]);
        }
        if self.kept.iter().any(Option::is_some) {
            position.push(0);
            let origin = position.len() - 1;
            for (vertex, kept) in self.kept.iter().enumerate() {
                let &Some(kept) = kept else {
                    continue;
                };
                let weight = if layered.is_box(vertex) { 3 } else { 1 };
                let tail = position.len();
                position.push(position[vertex].min(position[origin] + kept));
                for (head, length) in [(vertex, 0), (origin, -kept)] {
                    constraints.push(Constraint { tail, head, length, weight });
                }
            }
        }
        simplex::improve(&mut position, &constraints, work);
        top.copy_from_slice(&position[..top.len()]);
    }

    /// Makes the chains of bends straight where there is room for it.
    fn straighten(&self, top: &mut [i64]) {
        let layered = self.arrangement.layered;
        for course in &layered.courses {
            let super::layered::Course::Chain { first_bend, bends, .. } = *course else {
                continue;
            };
            if bends < 2 {
                continue;
            }
            let chain = first_bend..first_bend + bends;
            let mut least = i64::MIN;
            let mut most = i64::MAX;
            for bend in chain.clone() {
                let (above, below) = self.room(bend, top);
                least = least.max(above);
                most = most.min(below);
            }
            if least <= most {
                let mean = chain.clone().map(|bend| top[bend]).sum::<i64>() / bends as i64;
                for bend in chain {
                    top[bend] = mean.clamp(least, most);
                }
            }
        }
    }

    /// Between which tops a vertex may move while the others stay.
    fn room(&self, vertex: usize, top: &[i64]) -> (i64, i64) {
        let rank = self.arrangement.layered.vertices[vertex].rank;
        let index = self.arrangement.index[vertex];
        let (order, distance) = (&self.arrangement.ranks[rank], &self.distance[rank]);
        let above = if index == 0 { i64::MIN } else { top[order[index - 1]] + distance[index] };
        let below = order.get(index + 1).map_or(i64::MAX, |&v| top[v] - distance[index + 1]);
        (above, below)
    }
}
