//! Orders the vertices within their ranks so that few links cross: sweeps that
//! move each vertex to the middle of its neighbours, swaps of neighbours, and
//! moves of single vertices, from several starting orders, within a bounded
//! amount of work. The first start follows the input, and a later one wins only
//! with fewer crossings.

use super::arrangement::Arrangement;
use super::layered::Layered;
use crate::sorting::{sort, sort_by_key};

/// Elementary steps of work for a drawing: so many per vertex and segment, and at
/// most so many in all.
const WORK_PER_PART: u64 = 4_000;
const WORK_AT_MOST: u64 = 350_000;

/// Starting orders that are tried while crossings and time remain.
const STARTS: u64 = 24;

/// Orders of all ranks for a drawing without a predecessor.
pub(super) fn fresh(layered: &Layered) -> Vec<Vec<usize>> {
    let parts = layered.vertices.len() + layered.segments.len();
    let mut search = Search {
        now: Arrangement::new(layered, depth_first(layered, false)),
        pinned: None,
        work: (parts as u64 * WORK_PER_PART).min(WORK_AT_MOST),
    };
    let mut best = search.now.ranks.clone();
    let mut least = u64::MAX;
    for start in 0..STARTS {
        match start {
            0 => {}
            1 => search.now.set(depth_first(layered, true)),
            _ => {
                let ranks = search.shuffled(start);
                search.now.set(ranks);
            }
        }
        let (ranks, crossings) = search.descend(start % 2 == 1);
        if crossings < least {
            (best, least) = (ranks, crossings);
        }
        if least == 0 || search.work == 0 {
            break;
        }
    }
    best
}

/// Orders of all ranks that keep the boxes which `before` places, by their
/// middle, in that order; the other vertices are set between their neighbours.
pub(super) fn warm(layered: &Layered, before: &[Option<i64>]) -> Vec<Vec<usize>> {
    let at = middles(layered, before);
    let mut ranks = layered.ranks.clone();
    for rank in &mut ranks {
        sort_by_key(rank, |&vertex| at[vertex]);
    }
    let pinned: Vec<bool> = (0..before.len()).map(|v| layered.is_box(v) && before[v].is_some()).collect();
    let parts = layered.vertices.len() + layered.segments.len();
    let mut search = Search {
        now: Arrangement::new(layered, ranks),
        pinned: Some(pinned),
        work: (parts as u64 * WORK_PER_PART).min(WORK_AT_MOST / 2),
    };
    search.swap_while_better();
    search.move_single();
    search.now.ranks
}

/// A place for every vertex: the one before, else the mean of its neighbours'.
fn middles(layered: &Layered, before: &[Option<i64>]) -> Vec<i64> {
    let mut at: Vec<Option<i64>> = before.to_vec();
    let order: Vec<usize> = layered.ranks.iter().flatten().copied().collect();
    // Forward, then backward: reaches whatever hangs together with a known place.
    for backward in [false, true] {
        let mut place = |vertex: usize| {
            if at[vertex].is_none() {
                let sources = layered.entering[vertex].iter().map(|&s| layered.segments[s].from);
                let targets = layered.leaving[vertex].iter().map(|&s| layered.segments[s].to);
                let known: Vec<i64> = sources.chain(targets).filter_map(|v| at[v]).collect();
                if !known.is_empty() {
                    at[vertex] = Some(known.iter().sum::<i64>() / known.len() as i64);
                }
            }
        };
        if backward {
            order.iter().rev().for_each(|&vertex| place(vertex));
        } else {
            order.iter().for_each(|&vertex| place(vertex));
        }
    }
    // What has no place yet comes last, in input order.
    at.iter().map(|place| place.unwrap_or(i64::MAX)).collect()
}

/// Ranks in the order in which a depth first walk meets their vertices, from the
/// sources along the flow or from the sinks against it.
fn depth_first(layered: &Layered, against: bool) -> Vec<Vec<usize>> {
    let (first, then) =
        if against { (&layered.leaving, &layered.entering) } else { (&layered.entering, &layered.leaving) };
    let n = layered.vertices.len();
    let parts = layered.vertices.iter().map(|vertex| vertex.part + 1).max().unwrap_or(0);
    let mut roots = vec![Vec::new(); parts];
    for vertex in 0..n {
        if first[vertex].is_empty() {
            roots[layered.vertices[vertex].part].push(vertex);
        }
    }
    let mut ranks = vec![Vec::new(); layered.ranks.len()];
    let mut seen = vec![false; n];
    for root in roots.into_iter().flatten() {
        let mut stack = vec![root];
        while let Some(vertex) = stack.pop() {
            if std::mem::replace(&mut seen[vertex], true) {
                continue;
            }
            ranks[layered.vertices[vertex].rank].push(vertex);
            for &s in then[vertex].iter().rev() {
                let segment = layered.segments[s];
                stack.push(if against { segment.from } else { segment.to });
            }
        }
    }
    ranks
}

/// A descent through arrangements, and the work that is left for it.
struct Search<'a> {
    now: Arrangement<'a>,
    /// Vertices that keep their order among each other.
    pinned: Option<Vec<bool>>,
    work: u64,
}

impl Search<'_> {
    fn spend(&mut self, steps: u64) {
        self.work = self.work.saturating_sub(steps);
    }

    /// Goes down from the present order; gives the best order met.
    fn descend(&mut self, mean: bool) -> (Vec<Vec<usize>>, u64) {
        let mut least = self.now.crossings();
        let mut best = self.now.ranks.clone();
        let mut idle = 0;
        let mut round = 0;
        while least > 0 && idle < 4 && self.work > 0 {
            self.sweep(round % 2 == 0, mean, round % 4 >= 2);
            self.swap_while_better();
            let crossings = self.now.crossings();
            if crossings < least {
                least = crossings;
                best.clone_from(&self.now.ranks);
                idle = 0;
            } else {
                idle += 1;
            }
            round += 1;
        }
        if least > 0 && self.work > 0 {
            self.now.set(best.clone());
            self.move_single();
            let crossings = self.now.crossings();
            if crossings < least {
                (best, least) = (self.now.ranks.clone(), crossings);
            }
        }
        (best, least)
    }

    /// Sorts rank after rank by the middle of the neighbours in the rank before
    /// (`forward`) or after. Vertices without such neighbours keep their index.
    fn sweep(&mut self, forward: bool, mean: bool, turn_ties: bool) {
        let layered = self.now.layered;
        let count = self.now.ranks.len();
        self.spend((layered.segments.len() + layered.vertices.len()) as u64 * 6);
        let mut keyed = Vec::new();
        let mut slots = Vec::new();
        for step in 1..count {
            let rank = if forward { step } else { count - 1 - step };
            keyed.clear();
            for (index, &vertex) in self.now.ranks[rank].iter().enumerate() {
                slots.clear();
                if forward {
                    slots.extend(layered.entering[vertex].iter().map(|&s| self.now.start_slot(s)));
                } else {
                    slots.extend(layered.leaving[vertex].iter().map(|&s| self.now.end_slot(s)));
                }
                if !slots.is_empty() {
                    let tie = if turn_ties { usize::MAX - index } else { index };
                    let part = layered.vertices[vertex].part;
                    keyed.push((part, middle(&mut slots, mean), tie, index, vertex));
                }
            }
            let mut places: Vec<usize> = keyed.iter().map(|key| key.3).collect();
            // Parts that are not connected stand one below the other: sorted by
            // part first, no vertex leaves the stretch of its part.
            sort(&mut keyed);
            sort(&mut places);
            for (place, key) in places.iter().zip(&keyed) {
                self.now.ranks[rank][*place] = key.4;
            }
            self.now.renumber(rank);
        }
    }

    fn may_swap(&self, upper: usize, lower: usize) -> bool {
        let vertices = &self.now.layered.vertices;
        vertices[upper].part == vertices[lower].part
            && self.pinned.as_ref().is_none_or(|pinned| !(pinned[upper] && pinned[lower]))
    }

    /// Swaps neighbours as long as that saves crossings.
    fn swap_while_better(&mut self) {
        // When a vertex or one of its neighbours last changed its place, and when it was held against the one
        // below it: what did not change since need not be counted again, though it is paid for, so that
        // the work ends at the same place.
        let n = self.now.layered.vertices.len();
        let (mut changed, mut held) = (vec![1_u32; n], vec![0_u32; n]);
        let mut time = 1;
        let mut improved = true;
        while improved && self.work > 0 {
            improved = false;
            for rank in 0..self.now.ranks.len() {
                for at in 1..self.now.ranks[rank].len() {
                    let (upper, lower) = (self.now.ranks[rank][at - 1], self.now.ranks[rank][at]);
                    if !self.may_swap(upper, lower) {
                        continue;
                    }
                    self.spend(self.now.cost_of_swap(upper, lower));
                    if held[upper] >= changed[upper].max(changed[lower]) {
                        continue;
                    }
                    held[upper] = time;
                    if self.now.gain_of_swap(upper, lower) > 0 {
                        self.now.swap(rank, at - 1);
                        improved = true;
                        time += 1;
                        self.note_change(upper, lower, time, &mut changed);
                    }
                }
            }
        }
    }

    /// Notes that two vertices changed places: for them, and for those that are linked to them.
    fn note_change(&self, upper: usize, lower: usize, time: u32, changed: &mut [u32]) {
        let layered = self.now.layered;
        for vertex in [upper, lower] {
            changed[vertex] = time;
            for &s in &layered.entering[vertex] {
                changed[layered.segments[s].from] = time;
            }
            for &s in &layered.leaving[vertex] {
                changed[layered.segments[s].to] = time;
            }
        }
    }

    /// Moves each vertex to the best place in its rank, as long as that helps.
    fn move_single(&mut self) {
        let order: Vec<usize> = self.now.ranks.iter().flatten().copied().collect();
        let mut improved = true;
        while improved && self.work > 0 {
            improved = false;
            for &vertex in &order {
                if self.work == 0 {
                    return;
                }
                improved |= self.move_to_best(vertex);
            }
        }
    }

    /// Carries a vertex up and down its rank and leaves it where crossings are
    /// fewest, or where it was.
    fn move_to_best(&mut self, vertex: usize) -> bool {
        let rank = self.now.layered.vertices[vertex].rank;
        let start = self.now.index[vertex];
        let last = self.now.ranks[rank].len() - 1;
        let (mut best, mut best_at, mut gain) = (0, start, 0);
        while self.now.index[vertex] > 0 {
            let at = self.now.index[vertex];
            let above = self.now.ranks[rank][at - 1];
            if !self.may_swap(above, vertex) {
                break;
            }
            self.spend(self.now.cost_of_swap(above, vertex));
            gain += self.now.gain_of_swap(above, vertex);
            self.now.swap(rank, at - 1);
            if gain > best {
                (best, best_at) = (gain, at - 1);
            }
        }
        while self.now.index[vertex] < start {
            self.now.swap(rank, self.now.index[vertex]);
        }
        gain = 0;
        while self.now.index[vertex] < last {
            let at = self.now.index[vertex];
            let below = self.now.ranks[rank][at + 1];
            if !self.may_swap(vertex, below) {
                break;
            }
            self.spend(self.now.cost_of_swap(vertex, below));
            gain += self.now.gain_of_swap(vertex, below);
            self.now.swap(rank, at);
            if gain > best {
                (best, best_at) = (gain, at + 1);
            }
        }
        while self.now.index[vertex] > best_at {
            self.now.swap(rank, self.now.index[vertex] - 1);
        }
        best > 0
    }

    /// The present order shuffled, each part within itself.
    fn shuffled(&mut self, seed: u64) -> Vec<Vec<usize>> {
        let mut state = seed;
        let mut key = || {
            // A step of the splitmix64 generator.
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut bits = state;
            bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            bits ^ (bits >> 31)
        };
        let mut ranks = self.now.layered.ranks.clone();
        for rank in &mut ranks {
            let part = |vertex: usize| self.now.layered.vertices[vertex].part;
            let mut keyed: Vec<_> = rank.iter().map(|&vertex| (part(vertex), key(), vertex)).collect();
            sort_by_key(&mut keyed, |&(part, key, _)| (part, key));
            *rank = keyed.into_iter().map(|(_, _, vertex)| vertex).collect();
        }
        ranks
    }
}

/// The middle of the slots: their mean, or their weighted median as in Gansner et
/// al. (1993). In 1/1024 of a slot.
fn middle(slots: &mut [usize], mean: bool) -> u64 {
    let n = slots.len();
    if mean {
        return slots.iter().map(|&slot| slot as u64 * 1024).sum::<u64>() / n as u64;
    }
    sort(slots);
    let half = n / 2;
    if n % 2 == 1 {
        return slots[half] as u64 * 1024;
    }
    let (below, above) = (slots[half - 1] as u64, slots[half] as u64);
    let left = below - slots[0] as u64;
    let right = slots[n - 1] as u64 - above;
    if n == 2 || left + right == 0 {
        (below + above) * 512
    } else {
        (below * right + above * left) * 1024 / (left + right)
    }
}
