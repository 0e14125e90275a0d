//! What a target needs, and by which way.
//!
//! BuildKit builds a stage only if the target reaches it over its bases, `COPY --from` and mounts
//! (`allReachableStages` of its Dockerfile frontend). Relies on the graph's nodes and edges only.

use std::collections::VecDeque;

use crate::resolve::StageId;

use super::{Edge, EdgeId, NodeId, StageGraph};

/// What one target needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// For each node, whether the target needs it; the target needs itself.
    pub needed: Vec<bool>,
    /// For each node that is needed, the edge that leads from it towards the target on a shortest
    /// way; none for the target itself.
    pub towards: Vec<Option<EdgeId>>,
}

impl Reach {
    /// What `target` needs among `n_nodes` nodes.
    #[must_use]
    pub fn of(n_nodes: usize, edges: &[Edge], target: NodeId) -> Self {
        let mut reach = Self { needed: vec![false; n_nodes], towards: vec![None; n_nodes] };
        let Some(start) = reach.needed.get_mut(target.0 as usize) else { return reach };
        *start = true;
        let mut inputs: Vec<Vec<&Edge>> = vec![Vec::new(); n_nodes];
        for edge in edges {
            inputs[edge.to.0 as usize].push(edge);
        }
        let mut queue = VecDeque::from([target]);
        while let Some(node) = queue.pop_front() {
            for edge in &inputs[node.0 as usize] {
                let from = edge.from.0 as usize;
                if !reach.needed[from] {
                    reach.needed[from] = true;
                    reach.towards[from] = Some(edge.id);
                    queue.push_back(edge.from);
                }
            }
        }
        reach
    }

    /// Whether the target needs `node`.
    #[must_use]
    pub fn needs(&self, node: NodeId) -> bool {
        self.needed.get(node.0 as usize).copied().unwrap_or(false)
    }
}

impl StageGraph {
    /// Whether the chosen target needs a stage.
    #[must_use]
    pub fn is_built(&self, stage: StageId) -> bool {
        self.reach.needs(Self::node_of(stage))
    }

    /// The edges from `node` to the target, in that order: the reason why it is built. Empty for the
    /// target itself, and for what the target does not need.
    #[must_use]
    pub fn way_to_target(&self, node: NodeId) -> Vec<&Edge> {
        let mut way = Vec::new();
        let mut at = node;
        while let Some(edge) = self.reach.towards.get(at.0 as usize).copied().flatten() {
            let edge = &self.edges[edge.0 as usize];
            way.push(edge);
            at = edge.to;
        }
        way
    }

    /// The stages that would build `stage` if they were the target, itself left out, in file order.
    #[must_use]
    pub fn needed_by(&self, stage: StageId) -> Vec<StageId> {
        let mut users = vec![false; self.nodes.len()];
        let mut outputs: Vec<Vec<usize>> = vec![Vec::new(); self.nodes.len()];
        for edge in &self.edges {
            outputs[edge.from.0 as usize].push(edge.to.0 as usize);
        }
        let mut stack = vec![stage.0 as usize];
        while let Some(at) = stack.pop() {
            for &user in outputs.get(at).map(Vec::as_slice).unwrap_or_default() {
                if !users[user] {
                    users[user] = true;
                    stack.push(user);
                }
            }
        }
        let stages = self.nodes.iter().filter(|node| users[node.id.0 as usize]);
        stages.filter_map(|node| self.stage_of(node.id)).filter(|&user| user != stage).collect()
    }
}
