//! Graphs to try the layout on: repeatable, of every shape, some of them with
//! whatever a broken caller might pass.

use stagewright::layout::{BoxSpec, EdgeSpec};

/// A graph as the layout takes it.
#[derive(Clone, Debug)]
pub(crate) struct Graph {
    pub(crate) boxes: Vec<BoxSpec>,
    pub(crate) edges: Vec<EdgeSpec>,
}

/// A repeatable source of numbers: splitmix64.
pub(crate) struct Numbers(pub(crate) u64);

impl Numbers {
    /// A number below `limit`, which is not 0.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((bits ^ (bits >> 31)) % limit as u64) as usize
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }
}

pub(crate) fn card(key: &str, width: f32, height: f32) -> BoxSpec {
    BoxSpec { key: key.to_owned(), width, height }
}

pub(crate) fn edge(from: usize, to: usize) -> EdgeSpec {
    EdgeSpec { from, to, from_port: None, to_port: None, weight: 1 }
}

/// What a Dockerfile gives: every stage is based on an earlier one or on an image,
/// and copies from some; the cards of some stages are open, with ports at the rows.
pub(crate) fn stages(numbers: &mut Numbers, n: usize) -> Graph {
    let mut boxes = Vec::new();
    let mut edges = Vec::new();
    for stage in 0..n {
        let open = numbers.one_in(3);
        let height = if open { 80 + 22 * numbers.below(10) } else { 72 };
        let width = 180 + 4 * numbers.below(16);
        boxes.push(card(&format!("stage {stage}"), width as f32, height as f32));
        let mut needs = |from: usize, weight: u32, numbers: &mut Numbers| {
            let port = open.then(|| (24 + numbers.below(height - 24)) as f32);
            edges.push(EdgeSpec { from, to: stage, from_port: None, to_port: port, weight });
        };
        if stage == 0 || numbers.one_in(5) {
            continue;
        }
        needs(stage - 1 - numbers.below(stage.min(6)), 4, numbers);
        for _ in 0..numbers.below(3) {
            needs(numbers.below(stage), 1, numbers);
        }
    }
    Graph { boxes, edges }
}

/// Any edges between any boxes: rings, self loops, repetitions, ports and sizes
/// beyond reason, ends that do not exist.
pub(crate) fn anything(numbers: &mut Numbers, n: usize) -> Graph {
    const ODD: [f32; 6] = [0.0, -3.5, f32::NAN, f32::INFINITY, 0.3, 1e9];
    let size = |numbers: &mut Numbers| {
        if numbers.one_in(12) { ODD[numbers.below(ODD.len())] } else { numbers.below(300) as f32 }
    };
    let boxes = (0..n).map(|node| card(&format!("box {node}"), size(numbers), size(numbers))).collect();
    let edges = (0..numbers.below(3 * n + 2))
        .map(|_| {
            let mut port = || numbers.one_in(3).then(|| size(numbers));
            let (from_port, to_port) = (port(), port());
            // Now and then one past the last box.
            let boxes = n + usize::from(numbers.one_in(20));
            EdgeSpec {
                from: numbers.below(boxes),
                to: numbers.below(n),
                from_port,
                to_port,
                weight: numbers.below(6) as u32,
            }
        })
        .collect();
    Graph { boxes, edges }
}
