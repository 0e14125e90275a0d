//! Centres what may move without cost. The least sum of slopes leaves a box
//! anywhere between the two middle ones of the boxes it fans out to, or collects
//! from; in the middle it looks calm. A box moves together with all that hangs on
//! it by straight lines, so that no line gains a bend.

use super::arrangement::Arrangement;
use super::place::Placing;
use crate::sorting::sort;

const ROUNDS: usize = 3;

/// Vertices that may be visited in all.
const WORK: usize = 40_000;

/// Moves fans to their middle. `top` must satisfy the distances, and still does.
pub(super) fn centre_fans(placing: &Placing<'_>, top: &mut [i64]) {
    let mut balance = Balance {
        placing,
        arrangement: placing.arrangement,
        inside: vec![0; top.len()],
        in_fan: vec![0; placing.cost.len()],
        turn: 0,
        work: WORK,
    };
    let layered = balance.arrangement.layered;
    let flat: Vec<usize> = balance.arrangement.ranks.iter().flatten().copied().collect();
    for _ in 0..ROUNDS {
        let mut moved = false;
        for &vertex in flat.iter().rev() {
            if layered.leaving[vertex].len() > 1 {
                moved |= balance.centre(vertex, &layered.leaving[vertex], top);
            }
        }
        for &vertex in &flat {
            if layered.entering[vertex].len() > 1 {
                moved |= balance.centre(vertex, &layered.entering[vertex], top);
            }
        }
        if !moved || balance.work == 0 {
            return;
        }
    }
}

struct Balance<'a> {
    placing: &'a Placing<'a>,
    arrangement: &'a Arrangement<'a>,
    /// The turn in which a vertex was last part of the block that moves.
    inside: Vec<usize>,
    /// The turn in which a segment was last part of the fan.
    in_fan: Vec<usize>,
    turn: usize,
    work: usize,
}

impl Balance<'_> {
    /// Brings a vertex to the middle of its `fan`: moves it, or else the other ends
    /// of the fan, with what is straight with them.
    fn centre(&mut self, vertex: usize, fan: &[usize], top: &mut [i64]) -> bool {
        let layered = self.arrangement.layered;
        let downward = |s: &usize| {
            let step = self.step(*s, top);
            (if layered.segments[*s].from == vertex { step } else { -step }, self.placing.cost[*s])
        };
        let (least, most) = median(fan.iter().map(downward).collect());
        let wish = (least + most) / 2;
        let straight = fan.iter().any(|&s| self.step(s, top) == 0);
        if wish == 0 || straight && wish.abs() < self.placing.least_step {
            return false;
        }
        let done = self.shift(&[vertex], fan, wish, top);
        let far = |s: &usize| {
            let segment = layered.segments[*s];
            if segment.from == vertex { segment.to } else { segment.from }
        };
        let others: Vec<usize> = fan.iter().map(far).collect();
        let more = self.shift(&others, fan, done - wish, top);
        done != 0 || more != 0
    }

    /// Moves some vertices and what is straight with them, not counting `fan`, by
    /// `wish` or as far as that costs nothing; gives how far.
    fn shift(&mut self, seeds: &[usize], fan: &[usize], wish: i64, top: &mut [i64]) -> i64 {
        if wish == 0 || self.work == 0 {
            return 0;
        }
        let block = self.block(seeds, fan, top);
        self.work = self.work.saturating_sub(block.len());
        let (mut least, mut most) = self.free_range(&block, top);
        if least > 0 || most < 0 {
            return 0;
        }
        for &member in &block {
            let (above, below) = self.room(member, top);
            least = least.max(above);
            most = most.min(below);
        }
        let shift = wish.min(most).max(least);
        for member in block {
            top[member] += shift;
        }
        shift
    }

    /// The vertices joined to some by straight segments other than `fan`.
    fn block(&mut self, seeds: &[usize], fan: &[usize], top: &[i64]) -> Vec<usize> {
        let layered = self.arrangement.layered;
        self.turn += 1;
        for &s in fan {
            self.in_fan[s] = self.turn;
        }
        let mut block = Vec::new();
        for &seed in seeds {
            if self.inside[seed] != self.turn {
                self.inside[seed] = self.turn;
                block.push(seed);
            }
        }
        let mut next = 0;
        while next < block.len() {
            let at = block[next];
            next += 1;
            for &s in layered.entering[at].iter().chain(&layered.leaving[at]) {
                let segment = layered.segments[s];
                let other = if segment.from == at { segment.to } else { segment.from };
                let joined = self.step(s, top) == 0 && self.in_fan[s] != self.turn;
                if joined && self.inside[other] != self.turn {
                    self.inside[other] = self.turn;
                    block.push(other);
                }
            }
        }
        block
    }

    /// How far down a segment leads.
    fn step(&self, segment: usize, top: &[i64]) -> i64 {
        let (ends, s) = (self.placing.ends, self.arrangement.layered.segments[segment]);
        top[s.to] + ends.to[segment] - top[s.from] - ends.from[segment]
    }

    /// Between which shifts of the block the sum of slopes is least.
    fn free_range(&self, block: &[usize], top: &[i64]) -> (i64, i64) {
        let layered = self.arrangement.layered;
        let mut wanted = Vec::new();
        for &member in block {
            for &s in &layered.leaving[member] {
                if self.inside[layered.segments[s].to] != self.turn {
                    wanted.push((self.step(s, top), self.placing.cost[s]));
                }
            }
            for &s in &layered.entering[member] {
                if self.inside[layered.segments[s].from] != self.turn {
                    wanted.push((-self.step(s, top), self.placing.cost[s]));
                }
            }
        }
        median(wanted)
    }

    /// Between which shifts a vertex keeps its distance from those that stay.
    fn room(&self, vertex: usize, top: &[i64]) -> (i64, i64) {
        let rank = self.arrangement.layered.vertices[vertex].rank;
        let index = self.arrangement.index[vertex];
        let (order, distance) = (&self.arrangement.ranks[rank], &self.placing.distance[rank]);
        let mut room = (i64::MIN, i64::MAX);
        if index > 0 && self.inside[order[index - 1]] != self.turn {
            room.0 = top[order[index - 1]] + distance[index] - top[vertex];
        }
        if let Some(&below) = order.get(index + 1)
            && self.inside[below] != self.turn
        {
            room.1 = top[below] - distance[index + 1] - top[vertex];
        }
        room
    }
}

/// The range of weighted medians of places with their weights.
fn median(mut wanted: Vec<(i64, i64)>) -> (i64, i64) {
    sort(&mut wanted);
    let total: i64 = wanted.iter().map(|wish| wish.1).sum();
    let mut sum = 0;
    for (index, &(at, weight)) in wanted.iter().enumerate() {
        sum += weight;
        if 2 * sum >= total {
            let next = wanted.get(index + 1).filter(|_| 2 * sum == total);
            return (at, next.map_or(at, |wish| wish.0));
        }
    }
    (0, 0)
}
