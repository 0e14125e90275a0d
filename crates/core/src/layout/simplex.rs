//! The network simplex: places points on a line so that every constraint holds
//! and the weighted sum of the distances is least. `rank` places boxes in ranks
//! with it, `place` places them across the flow. After Gansner, Koutsofios, North
//! and Vo, *A technique for drawing directed graphs* (1993), section 2, with two
//! differences: the first tree is grown with two heaps instead of repeated scans,
//! and the work is bounded, since every intermediate answer is a valid one.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// `position[head] - position[tail]` is at least `length`, and costs `weight` per unit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Constraint {
    pub(super) tail: usize,
    pub(super) head: usize,
    pub(super) length: i64,
    pub(super) weight: i64,
}

/// Improves `position`, which must satisfy all `constraints`, until it is best or
/// until about `work` elementary steps are spent. The result satisfies them too;
/// parts that no constraint joins keep arbitrary places relative to each other.
pub(super) fn improve(position: &mut [i64], constraints: &[Constraint], work: u64) {
    if position.len() < 2 || constraints.is_empty() {
        return;
    }
    let mut tree = Tree::grow(position, constraints);
    let mut spent = 0;
    let mut cursor = 0;
    while spent < work {
        let Some(leaving) = tree.leaving(&mut cursor, &mut spent) else {
            return;
        };
        let Some((entering, slack)) = tree.entering(leaving, position, &mut spent) else {
            return;
        };
        tree.exchange(leaving, entering, slack, position, &mut spent);
    }
}

const NONE: usize = usize::MAX;

/// How many candidates to leave the tree are compared before the worst is taken.
const CANDIDATES: usize = 24;

/// A spanning tree of tight constraints. `limit` is the index of a node in
/// postorder and `low` the least such index in its subtree, so that a subtree is
/// the slice `low..=limit` of `postorder`.
struct Tree {
    edges: Vec<Constraint>,
    /// Constraints at each node: those of node `n` are
    /// `incident[first[n]..first[n + 1]]`.
    first: Vec<usize>,
    incident: Vec<usize>,
    /// The constraints in the tree, and where each constraint stands among them.
    members: Vec<usize>,
    slot: Vec<usize>,
    cut: Vec<i64>,
    /// The tree constraints at each node, each with the node at its other end.
    adjacent: Vec<Vec<(usize, usize)>>,
    parent: Vec<usize>,
    low: Vec<usize>,
    limit: Vec<usize>,
    postorder: Vec<usize>,
    /// Room for the way from the root to the node that is numbered; empty in between.
    way: Vec<(usize, usize)>,
}

impl Tree {
    /// Grows a tree of tight constraints and shifts `position` as needed for it.
    fn grow(position: &mut [i64], constraints: &[Constraint]) -> Self {
        let n = position.len();
        let mut edges = constraints.to_vec();
        let (first, incident) = incidence(n, &edges);
        let mut members = Vec::with_capacity(n);
        let mut inside = vec![false; n];
        // The tree as a whole is shifted by `offset`; what is inside is stored
        // relative to it. One heap for constraints that leave the tree, one for
        // those that enter it; their slacks change together with `offset`.
        let mut offset = 0_i64;
        let mut leaving = BinaryHeap::new();
        let mut arriving = BinaryHeap::new();
        let mut next_root = 0;
        let mut pending: Option<(usize, usize)> = None;
        loop {
            let (node, edge) = match pending.take() {
                Some(found) => found,
                None => {
                    while next_root < n && inside[next_root] {
                        next_root += 1;
                    }
                    if next_root == n {
                        break;
                    }
                    (next_root, NONE)
                }
            };
            inside[node] = true;
            position[node] -= offset;
            if edge != NONE {
                members.push(edge);
            } else if node != 0 {
                // A separate part: joined by a constraint that costs nothing and
                // hence never leaves the tree.
                let length = position[node] - position[0];
                members.push(edges.len());
                edges.push(Constraint { tail: 0, head: node, length, weight: 0 });
            }
            for &e in &incident[first[node]..first[node + 1]] {
                let Constraint { tail, head, length, .. } = edges[e];
                if tail == node && !inside[head] {
                    leaving.push(Reverse((position[head] - position[node] - length, e)));
                } else if head == node && !inside[tail] {
                    arriving.push(Reverse((position[node] - position[tail] - length, e)));
                }
            }
            // The constraint with the least slack takes the next node in.
            while leaving.peek().is_some_and(|Reverse((_, e))| inside[edges[*e].head]) {
                leaving.pop();
            }
            while arriving.peek().is_some_and(|Reverse((_, e))| inside[edges[*e].tail]) {
                arriving.pop();
            }
            let out = leaving.peek().map(|Reverse((key, e))| (key - offset, *e));
            let back = arriving.peek().map(|Reverse((key, e))| (key + offset, *e));
            let leaves = match (out, back) {
                (Some(a), Some(b)) => a.0 <= b.0,
                (Some(_), None) => true,
                (None, _) => false,
            };
            if leaves {
                if let Some((slack, e)) = out {
                    offset += slack;
                    pending = Some((edges[e].head, e));
                }
            } else if let Some((slack, e)) = back {
                offset -= slack;
                pending = Some((edges[e].tail, e));
            }
        }
        Self::root(n, edges, first, incident, members)
    }

    /// Numbers the tree of the constraints `members` and measures their cuts.
    fn root(n: usize, edges: Vec<Constraint>, first: Vec<usize>, incident: Vec<usize>, members: Vec<usize>) -> Self {
        let mut slot = vec![NONE; edges.len()];
        let mut adjacent = vec![Vec::new(); n];
        for (at, &e) in members.iter().enumerate() {
            slot[e] = at;
            let Constraint { tail, head, .. } = edges[e];
            adjacent[tail].push((e, head));
            adjacent[head].push((e, tail));
        }
        let mut tree = Self {
            cut: vec![0; edges.len()],
            edges,
            first,
            incident,
            members,
            slot,
            adjacent,
            parent: vec![NONE; n],
            low: vec![0; n],
            limit: vec![0; n],
            postorder: vec![0; n],
            way: Vec::new(),
        };
        tree.number(0, NONE, 0);
        tree.measure_cuts();
        tree
    }

    /// Numbers the subtree of `root`, reached by `parent`, in postorder from `low`;
    /// gives how many nodes it has.
    fn number(&mut self, root: usize, parent: usize, low: usize) -> usize {
        let mut next = low;
        let mut way = std::mem::take(&mut self.way);
        way.push((root, 0));
        self.parent[root] = parent;
        self.low[root] = low;
        while let Some((node, at)) = way.last_mut() {
            let node = *node;
            if let Some(&(edge, child)) = self.adjacent[node].get(*at) {
                *at += 1;
                if edge == self.parent[node] {
                    continue;
                }
                self.parent[child] = edge;
                self.low[child] = next;
                if self.adjacent[child].len() > 1 {
                    way.push((child, 0));
                } else {
                    self.limit[child] = next;
                    self.postorder[next] = child;
                    next += 1;
                }
            } else {
                self.limit[node] = next;
                self.postorder[next] = node;
                next += 1;
                way.pop();
            }
        }
        self.way = way;
        next - low
    }

    /// What a unit more of each tree constraint costs: the weights that leave the
    /// part at its tail minus those that enter it.
    fn measure_cuts(&mut self) {
        let mut net = vec![0_i64; self.parent.len()];
        for edge in &self.edges {
            net[edge.tail] += edge.weight;
            net[edge.head] -= edge.weight;
        }
        for &node in &self.postorder {
            let up = self.parent[node];
            if up == NONE {
                continue;
            }
            let Constraint { tail, head, .. } = self.edges[up];
            self.cut[up] = if tail == node { net[node] } else { -net[node] };
            let other = if tail == node { head } else { tail };
            net[other] += net[node];
        }
    }

    /// A tree constraint that it pays to lengthen, looking on from `cursor`.
    fn leaving(&self, cursor: &mut usize, spent: &mut u64) -> Option<usize> {
        let mut worst: Option<usize> = None;
        let mut seen = 0;
        for _ in 0..self.members.len() {
            *cursor = if *cursor + 1 < self.members.len() { *cursor + 1 } else { 0 };
            *spent += 1;
            let edge = self.members[*cursor];
            if self.cut[edge] < 0 {
                if worst.is_none_or(|w| self.cut[edge] < self.cut[w]) {
                    worst = Some(edge);
                }
                seen += 1;
                if seen == CANDIDATES {
                    break;
                }
            }
        }
        worst
    }

    /// The constraint that stops the part at the tail of `leaving` from moving
    /// further away, and the distance to there.
    fn entering(&self, leaving: usize, position: &[i64], spent: &mut u64) -> Option<(usize, i64)> {
        let Constraint { tail, head, .. } = self.edges[leaving];
        let below_is_tail = self.parent[tail] == leaving;
        let child = if below_is_tail { tail } else { head };
        let (low, limit) = (self.low[child], self.limit[child]);
        let inside = |node: usize| (low..=limit).contains(&self.limit[node]);
        let mut best: Option<(usize, i64)> = None;
        for &node in &self.postorder[low..=limit] {
            for &e in &self.incident[self.first[node]..self.first[node + 1]] {
                *spent += 1;
                let Constraint { tail: t, head: h, length, .. } = self.edges[e];
                let crosses = if below_is_tail { h == node && !inside(t) } else { t == node && !inside(h) };
                if crosses && self.slot[e] == NONE {
                    let slack = position[h] - position[t] - length;
                    if best.is_none_or(|(_, least)| slack < least) {
                        best = Some((e, slack));
                    }
                }
            }
        }
        best
    }

    /// Puts `entering` into the tree in place of `leaving` and moves the part
    /// below `leaving` by the slack of the former.
    fn exchange(&mut self, leaving: usize, entering: usize, slack: i64, position: &mut [i64], spent: &mut u64) {
        let Constraint { tail, head, .. } = self.edges[leaving];
        let (child, shift) = if self.parent[tail] == leaving { (tail, -slack) } else { (head, slack) };
        if shift != 0 {
            for &node in &self.postorder[self.low[child]..=self.limit[child]] {
                position[node] += shift;
            }
        }
        let cut = self.cut[leaving];
        let (from, to) = (self.edges[entering].tail, self.edges[entering].head);
        let meeting = self.walk_up(from, to, cut);
        self.walk_up(to, from, -cut);
        self.cut[entering] = -cut;
        self.cut[leaving] = 0;
        self.slot[entering] = self.slot[leaving];
        self.slot[leaving] = NONE;
        self.members[self.slot[entering]] = entering;
        for node in [tail, head] {
            self.adjacent[node].retain(|&(e, _)| e != leaving);
        }
        self.adjacent[from].push((entering, to));
        self.adjacent[to].push((entering, from));
        let (parent, low) = (self.parent[meeting], self.low[meeting]);
        *spent += self.number(meeting, parent, low) as u64;
    }

    /// Adds `cut` to the tree constraints that point down the way from `node` to
    /// the subtree that also holds `other`, and subtracts it from those that point
    /// up; gives the root of that subtree.
    fn walk_up(&mut self, node: usize, other: usize, cut: i64) -> usize {
        let mut at = node;
        while !(self.low[at]..=self.limit[at]).contains(&self.limit[other]) {
            let edge = self.parent[at];
            let Constraint { tail, head, .. } = self.edges[edge];
            if tail == at {
                self.cut[edge] += cut;
                at = head;
            } else {
                self.cut[edge] -= cut;
                at = tail;
            }
        }
        at
    }
}

fn incidence(n: usize, edges: &[Constraint]) -> (Vec<usize>, Vec<usize>) {
    let mut first = vec![0; n + 1];
    for edge in edges {
        first[edge.tail + 1] += 1;
        first[edge.head + 1] += 1;
    }
    for node in 0..n {
        first[node + 1] += first[node];
    }
    let mut fill = first.clone();
    let mut incident = vec![0; edges.len() * 2];
    for (index, edge) in edges.iter().enumerate() {
        for node in [edge.tail, edge.head] {
            incident[fill[node]] = index;
            fill[node] += 1;
        }
    }
    (first, incident)
}

#[cfg(test)]
mod tests;
