//! The vertices of a build as they are made, and how equal ones become one step.
//!
//! BuildKit knows a vertex by the digest of its operation and inputs; here a [`Definition`] that holds
//! the same takes the place of the digest. Relies on the types of [`plan`](super).

use crate::lookup::Lookup;
use crate::text::offset;

use super::{Op, Origin, Step, StepId};

/// The index of a vertex in [`Vertices`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct VertexId(usize);

/// Texts and numbers, one behind the other such that no two lists of them look the same. Made without
/// the formatting of the standard library, since every vertex has one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Definition {
    bytes: Vec<u8>,
}

impl Definition {
    pub(super) fn number(mut self, mut number: u64) -> Self {
        // Seven bits a byte; the eighth tells that more follow.
        while number > 0x7f {
            self.bytes.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.bytes.push(number as u8);
        self
    }

    /// Adds a text, with its length.
    pub(super) fn text(self, text: &str) -> Self {
        let mut out = self.number(text.len() as u64);
        out.bytes.extend_from_slice(text.as_bytes());
        out
    }

    /// Adds all that is in another.
    pub(super) fn all(mut self, other: &Self) -> Self {
        self.bytes.extend_from_slice(&other.bytes);
        self
    }
}

/// A vertex.
#[derive(Clone, Debug)]
pub(super) struct Vertex {
    pub(super) label: String,
    pub(super) op: Op,
    pub(super) detail: String,
    /// What, beside `op`, `detail` and equal inputs, makes it equal to another vertex.
    pub(super) definition: Definition,
    /// The vertices it needs, in the order in which the operation lists them.
    pub(super) inputs: Vec<VertexId>,
    /// How many of the last of them BuildKit goes through from the last to the first: the sources of COPY.
    pub(super) n_back: usize,
    pub(super) origin: Option<Origin>,
}

impl Vertex {
    /// The inputs in the order in which BuildKit goes through them.
    fn walk(&self, n: usize) -> Option<VertexId> {
        let len = self.inputs.len();
        let n_forth = len - self.n_back;
        self.inputs.get(if n < n_forth || n >= len { n } else { len - 1 - (n - n_forth) }).copied()
    }
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
    pub(super) fn steps(self, last: VertexId) -> Vec<Step> {
        let mut by_definition: Lookup<(Vec<StepId>, Op, &str, &Definition), StepId> = Lookup::default();
        let mut step_of: Vec<Option<StepId>> = vec![None; self.all.len()];
        let mut met = Vec::with_capacity(self.all.len());
        let mut stack = vec![(last, 0)];
        while let Some((id, n_done)) = stack.pop() {
            if step_of[id.0].is_some() {
                continue;
            }
            let vertex = &self.all[id.0];
            if let Some(input) = vertex.walk(n_done) {
                stack.push((id, n_done + 1));
                stack.push((input, 0));
                continue;
            }
            let inputs = without_repeats(vertex.inputs.iter().filter_map(|input| step_of[input.0]));
            let next = StepId(offset(by_definition.len()));
            let step = *by_definition.or_insert((inputs, vertex.op, &vertex.detail, &vertex.definition), next);
            step_of[id.0] = Some(step);
            met.push((id, step));
        }
        let inputs: Vec<Vec<StepId>> = by_definition.into_keys().map(|(inputs, ..)| inputs).collect();
        self.put_together(&met, inputs)
    }

    /// The label of every vertex, with a number that equal ones have in common.
    pub(super) fn labels(self) -> Vec<(String, u32)> {
        let mut by_definition: Lookup<(Vec<StepId>, Op, &str, &Definition), StepId> = Lookup::default();
        let mut step_of: Vec<StepId> = Vec::with_capacity(self.all.len());
        for vertex in &self.all {
            // A vertex is made after what it needs.
            let inputs = without_repeats(vertex.inputs.iter().filter_map(|input| step_of.get(input.0).copied()));
            let next = StepId(offset(by_definition.len()));
            step_of.push(*by_definition.or_insert((inputs, vertex.op, &vertex.detail, &vertex.definition), next));
        }
        self.all.into_iter().zip(step_of).map(|(vertex, step)| (vertex.label, step.0)).collect()
    }

    /// The steps out of the vertices that are met, each with its step, and the inputs of the steps.
    fn put_together(mut self, met: &[(VertexId, StepId)], inputs: Vec<Vec<StepId>>) -> Vec<Step> {
        let mut steps: Vec<Step> = Vec::with_capacity(inputs.len());
        let mut inputs = inputs.into_iter();
        for &(id, step) in met {
            let vertex = &mut self.all[id.0];
            if step.0 as usize == steps.len() {
                steps.push(Step {
                    id: step,
                    label: String::new(),
                    op: vertex.op,
                    detail: std::mem::take(&mut vertex.detail),
                    inputs: inputs.next().unwrap_or_default(),
                    origins: Vec::with_capacity(1),
                });
            }
            let shown = &mut steps[step.0 as usize];
            shown.label = std::mem::take(&mut vertex.label);
            shown.origins.extend(vertex.origin);
        }
        steps
    }
}

/// Each of some steps where it comes first. Most vertices have two inputs, and some a thousand.
fn without_repeats(steps: impl Iterator<Item = StepId>) -> Vec<StepId> {
    const FEW: usize = 16;
    let mut out: Vec<StepId> = Vec::with_capacity(steps.size_hint().1.unwrap_or_default());
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
