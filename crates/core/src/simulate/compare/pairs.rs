//! Which step of one plan is which of another.
//!
//! Relies on the plans only. The cache has a comparison of its own, which tells for a step why it is not what
//! it was; this one tells which work is done in both.

use std::collections::VecDeque;

use crate::lookup::Lookup;
use crate::plan::{Label, Op, Plan, StepId};

/// For each step of `after` the one of `before` that it is; each is taken once.
pub(super) fn pairs(before: &Plan, after: &Plan) -> Vec<Option<StepId>> {
    let mut out = vec![None; after.steps.len()];
    let mut is_taken = vec![false; before.steps.len()];
    by_definition(before, after, &mut out, &mut is_taken);
    by_label(before, after, &mut out, &mut is_taken);
    out
}

/// Takes together what does the same with the same inputs.
fn by_definition(before: &Plan, after: &Plan, out: &mut [Option<StepId>], is_taken: &mut [bool]) {
    let mut known: Lookup<(Op, &str, &[StepId]), VecDeque<StepId>> = Lookup::default();
    for step in &before.steps {
        known.or_insert((step.op, &step.detail, &step.inputs), VecDeque::new()).push_back(step.id);
    }
    for (index, step) in after.steps.iter().enumerate() {
        let inputs: Option<Vec<StepId>> = step.inputs.iter().map(|input| out[input.0 as usize]).collect();
        let Some(inputs) = inputs else { continue };
        let key = (step.op, step.detail.as_str(), inputs.as_slice());
        // A key is put in only where it is there, so that none outlives the inputs that it is made of.
        let found = known.get(&key).and_then(|steps| steps.iter().find(|step| !is_taken[step.0 as usize])).copied();
        if let Some(found) = found {
            is_taken[found.0 as usize] = true;
            out[index] = Some(found);
        }
    }
}

/// Takes together what has the same label, numbers apart.
fn by_label(before: &Plan, after: &Plan, out: &mut [Option<StepId>], is_taken: &mut [bool]) {
    fn key(label: &str) -> (&str, &str) {
        let label = Label::parse(label);
        (label.stage, label.text)
    }
    let mut known: Lookup<(Op, (&str, &str)), VecDeque<StepId>> = Lookup::default();
    for step in before.steps.iter().filter(|step| !is_taken[step.id.0 as usize]) {
        known.or_insert((step.op, key(&step.label)), VecDeque::new()).push_back(step.id);
    }
    for (step, was) in after.steps.iter().zip(out).filter(|(_, was)| was.is_none()) {
        *was = known.or_insert((step.op, key(&step.label)), VecDeque::new()).pop_front();
    }
}
