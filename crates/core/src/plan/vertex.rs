//! The vertices of a build as they are made, and how equal ones become one step.
//!
//! BuildKit knows a vertex by the digest of its operation and inputs; here a text that holds the
//! same takes the place of the digest. Relies on the types of [`plan`](super).

use crate::lookup::Lookup;
use crate::text::offset;

use super::{Op, Origin, Step, StepId};

/// The index of a vertex in [`Vertices`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct VertexId(usize);

/// A vertex.
#[derive(Clone, Debug)]
pub(super) struct Vertex {
    pub(super) label: String,
    pub(super) op: Op,
    pub(super) detail: String,
    /// What, beside `op`, `detail` and equal inputs, makes it equal to another vertex.
    pub(super) definition: String,
    /// The vertices it needs, in the order in which the operation lists them.
    pub(super) inputs: Vec<VertexId>,
    /// The same in the order in which BuildKit goes through them.
    pub(super) walk: Vec<VertexId>,
    pub(super) origin: Option<Origin>,
}

/// All vertices of a build.
#[derive(Debug, Default)]
pub(super) struct Vertices {
    all: Vec<Vertex>,
}

impl Vertices {
    pub(super) fn add(&mut self, vertex: Vertex) -> VertexId {
        self.all.push(vertex);
        VertexId(self.all.len() - 1)
    }

    pub(super) fn get_mut(&mut self, id: VertexId) -> Option<&mut Vertex> {
        self.all.get_mut(id.0)
    }

    /// The steps that `last` needs, inputs first, equal vertices as one. As in BuildKit, the label of
    /// the vertex that is met last is the one shown.
    pub(super) fn steps(&self, last: VertexId) -> Vec<Step> {
        let mut steps: Vec<Step> = Vec::new();
        let mut by_definition: Lookup<(Vec<StepId>, Op, &str, &str), StepId> = Lookup::default();
        let mut step_of: Vec<Option<StepId>> = vec![None; self.all.len()];
        let mut stack = vec![(last, 0)];
        while let Some((id, n_done)) = stack.pop() {
            if step_of[id.0].is_some() {
                continue;
            }
            let vertex = &self.all[id.0];
            if let Some(&input) = vertex.walk.get(n_done) {
                stack.push((id, n_done + 1));
                stack.push((input, 0));
                continue;
            }
            let inputs = without_repeats(vertex.inputs.iter().filter_map(|input| step_of[input.0]));
            let next = StepId(offset(steps.len()));
            let definition = (inputs.clone(), vertex.op, vertex.detail.as_str(), vertex.definition.as_str());
            let step = *by_definition.or_insert(definition, next);
            if step == next {
                steps.push(Step {
                    id: step,
                    label: String::new(),
                    op: vertex.op,
                    detail: vertex.detail.clone(),
                    inputs,
                    origins: Vec::new(),
                });
            }
            let shown = &mut steps[step.0 as usize];
            shown.label.clone_from(&vertex.label);
            shown.origins.extend(vertex.origin);
            step_of[id.0] = Some(step);
        }
        steps
    }
}

/// Each of some steps where it comes first. Most vertices have two inputs, and some a thousand.
fn without_repeats(steps: impl Iterator<Item = StepId>) -> Vec<StepId> {
    const FEW: usize = 16;
    let mut out: Vec<StepId> = Vec::new();
    let mut seen: Lookup<StepId, ()> = Lookup::default();
    for step in steps {
        let is_new = if out.len() < FEW {
            !out.contains(&step)
        } else {
            if seen.is_empty() {
                for &step in &out {
                    seen.add(step);
                }
            }
            seen.add(step)
        };
        if is_new {
            out.push(step);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_repeated_inputs_the_first_stays() {
        for len in [0, 3, 15, 16, 17, 100] {
            let once: Vec<StepId> = (0..len).map(|it| StepId(it * 7 % 101)).collect();
            let repeated = once.iter().flat_map(|&step| [step, once[0], step]).chain(once.iter().copied());
            assert_eq!(without_repeats(repeated), once, "{len}");
        }
    }
}
