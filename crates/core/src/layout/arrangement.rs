//! An order of the vertices within their ranks, and how many crossings it has.
//! Link ends on a box count with their port: ends that are free share one slot,
//! since they can be put in any order, fixed ones have a slot each.

use super::layered::{Groups, Layered};
use crate::sorting::{sort, sort_by_key};

/// The order of every rank, with what is needed to count crossings quickly.
#[derive(Clone, Debug)]
pub(super) struct Arrangement<'a> {
    pub(super) layered: &'a Layered,
    pub(super) ranks: Vec<Vec<usize>>,
    /// Where each vertex stands in its rank.
    pub(super) index: Vec<usize>,
    leaving: Side,
    entering: Side,
}

/// The slots on one side of all vertices.
#[derive(Clone, Debug)]
struct Side {
    /// The vertex of each segment's end.
    vertex: Vec<usize>,
    /// The slot of each segment's end, counted on its vertex.
    of_segment: Vec<usize>,
    /// How many slots each vertex has, at least one.
    count: Vec<usize>,
    /// The first slot of each vertex in its rank.
    base: Vec<usize>,
}

impl Side {
    #[inline]
    fn slot(&self, segment: usize) -> usize {
        self.base[self.vertex[segment]] + self.of_segment[segment]
    }

    fn new(layered: &Layered, ends: &Groups, port: impl Fn(usize) -> Option<i64>) -> Self {
        let mut side = Self {
            vertex: vec![0; layered.segments.len()],
            of_segment: vec![0; layered.segments.len()],
            count: vec![1; layered.vertices.len()],
            base: vec![0; layered.vertices.len()],
        };
        for vertex in 0..layered.vertices.len() {
            let segments = &ends[vertex];
            for &s in segments {
                side.vertex[s] = vertex;
            }
            if segments.iter().all(|&s| port(s).is_none()) {
                continue;
            }
            let middle = layered.vertices[vertex].across / 2;
            let mut ports: Vec<i64> = segments.iter().map(|&s| port(s).unwrap_or(middle)).collect();
            sort(&mut ports);
            ports.dedup();
            for &s in segments {
                let at = port(s).unwrap_or(middle);
                side.of_segment[s] = ports.partition_point(|&other| other < at);
            }
            side.count[vertex] = ports.len();
        }
        side
    }
}

impl<'a> Arrangement<'a> {
    /// The arrangement in which the ranks stand as given.
    pub(super) fn new(layered: &'a Layered, ranks: Vec<Vec<usize>>) -> Self {
        let segments = &layered.segments;
        let mut arrangement = Self {
            leaving: Side::new(layered, &layered.leaving, |s| segments[s].from_port),
            entering: Side::new(layered, &layered.entering, |s| segments[s].to_port),
            index: vec![0; layered.vertices.len()],
            ranks: Vec::new(),
            layered,
        };
        arrangement.set(ranks);
        arrangement
    }

    /// Takes another order of the ranks.
    pub(super) fn set(&mut self, ranks: Vec<Vec<usize>>) {
        self.ranks = ranks;
        for rank in 0..self.ranks.len() {
            self.renumber(rank);
        }
    }

    /// To be called when `ranks[rank]` has changed.
    pub(super) fn renumber(&mut self, rank: usize) {
        let (mut out, mut into) = (0, 0);
        for (index, &vertex) in self.ranks[rank].iter().enumerate() {
            self.index[vertex] = index;
            self.leaving.base[vertex] = out;
            self.entering.base[vertex] = into;
            out += self.leaving.count[vertex];
            into += self.entering.count[vertex];
        }
    }

    /// The slot, counted in its rank, from which a segment leaves.
    #[inline]
    pub(super) fn start_slot(&self, segment: usize) -> usize {
        self.leaving.slot(segment)
    }

    /// The slot, counted in its rank, at which a segment arrives.
    #[inline]
    pub(super) fn end_slot(&self, segment: usize) -> usize {
        self.entering.slot(segment)
    }

    /// Crossings in the whole drawing.
    pub(super) fn crossings(&self) -> u64 {
        let mut pairs = Vec::new();
        let mut tree = Vec::new();
        (1..self.ranks.len()).map(|rank| self.crossings_before(rank, &mut pairs, &mut tree)).sum()
    }

    /// Crossings between a rank and the one before: inversions, counted with a
    /// Fenwick tree.
    fn crossings_before(&self, rank: usize, pairs: &mut Vec<(usize, usize)>, tree: &mut Vec<u64>) -> u64 {
        pairs.clear();
        for &vertex in &self.ranks[rank - 1] {
            for &s in &self.layered.leaving[vertex] {
                pairs.push((self.start_slot(s), self.end_slot(s)));
            }
        }
        if pairs.len() < 2 {
            return 0;
        }
        // Only several ports on one box can be out of order.
        if !pairs.is_sorted_by_key(|pair| pair.0) {
            sort_by_key(pairs, |pair| pair.0);
        }
        let slots = pairs.iter().map(|pair| pair.1).max().unwrap_or(0) + 1;
        tree.clear();
        tree.resize(slots + 1, 0);
        let (mut crossings, mut done) = (0, 0);
        while done < pairs.len() {
            let group = pairs[done..].iter().take_while(|pair| pair.0 == pairs[done].0).count();
            for &(_, to) in &pairs[done..done + group] {
                let mut at = to + 1;
                let mut at_most = 0;
                while at > 0 {
                    at_most += tree[at];
                    at &= at - 1;
                }
                crossings += done as u64 - at_most;
            }
            for &(_, to) in &pairs[done..done + group] {
                let mut at = to + 1;
                while at <= slots {
                    tree[at] += 1;
                    at += at & at.wrapping_neg();
                }
            }
            done += group;
        }
        crossings
    }

    /// How many crossings fewer there are when `upper` and the vertex right below
    /// it change places; negative when there are more.
    pub(super) fn gain_of_swap(&self, upper: usize, lower: usize) -> i64 {
        let layered = self.layered;
        let into = |s: usize| self.start_slot(s);
        let out = |s: usize| self.end_slot(s);
        gain(&layered.entering[upper], &layered.entering[lower], into)
            + gain(&layered.leaving[upper], &layered.leaving[lower], out)
    }

    /// Work that `gain_of_swap` takes.
    pub(super) fn cost_of_swap(&self, upper: usize, lower: usize) -> u64 {
        let layered = self.layered;
        let product = |ends: &Groups| ends[upper].len() * ends[lower].len();
        (product(&layered.entering) + product(&layered.leaving) + 2) as u64
    }

    /// Swaps the vertices at `at` and `at + 1` of a rank.
    pub(super) fn swap(&mut self, rank: usize, at: usize) {
        let (upper, lower) = (self.ranks[rank][at], self.ranks[rank][at + 1]);
        self.ranks[rank].swap(at, at + 1);
        self.index[upper] = at + 1;
        self.index[lower] = at;
        for side in [&mut self.leaving, &mut self.entering] {
            side.base[lower] = side.base[upper];
            side.base[upper] = side.base[lower] + side.count[lower];
        }
    }
}

/// Pairs of ends that cross now minus those that would after the swap.
fn gain(upper: &[usize], lower: &[usize], slot: impl Fn(usize) -> usize) -> i64 {
    let mut gain = 0_i32;
    if upper.is_empty() {
        return 0;
    }
    for &b in lower {
        let b = slot(b);
        for &a in upper {
            let a = slot(a);
            gain += i32::from(a > b) - i32::from(a < b);
        }
    }
    i64::from(gain)
}
