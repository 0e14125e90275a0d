//! Which step of one plan is which of another.
//!
//! Relies on the plans, and on which stage is which. The cache has a comparison of its own, which tells for a step why
//! it is not what it was; this one tells which work is done in both.

use std::collections::VecDeque;

use crate::lookup::Lookup;
use crate::plan::{Label, Op, Plan, Step, StepId};

use super::Version;

/// For each step of `after` the one of `before` that it is; each is taken once. `stages` has for each stage of `after`
/// the one that it was.
pub(super) fn pairs(before: &Version<'_>, after: &Version<'_>, stages: &[Option<usize>]) -> Vec<Option<StepId>> {
    let mut out = vec![None; after.plan.steps.len()];
    let mut is_taken = vec![false; before.plan.steps.len()];
    by_definition(before.plan, after.plan, &mut out, &mut is_taken);
    by_label(before.plan, after.plan, stages, &mut out, &mut is_taken);
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

/// Takes together what has the same label in the same stage, numbers apart.
fn by_label(before: &Plan, after: &Plan, stages: &[Option<usize>], out: &mut [Option<StepId>], is_taken: &mut [bool]) {
    let stage = |step: &Step| step.origins.first().map(|origin| origin.stage.0 as usize);
    let mut known: Lookup<(Op, Option<usize>, &str), VecDeque<StepId>> = Lookup::default();
    for step in before.steps.iter().filter(|step| !is_taken[step.id.0 as usize]) {
        let key = (step.op, stage(step), Label::parse(&step.label).text);
        known.or_insert(key, VecDeque::new()).push_back(step.id);
    }
    for (step, was) in after.steps.iter().zip(out).filter(|(_, was)| was.is_none()) {
        let stage = match stage(step).map(|stage| stages[stage]) {
            // A new stage has no step that was there before.
            Some(None) => continue,
            of_stage => of_stage.flatten(),
        };
        let key = (step.op, stage, Label::parse(&step.label).text);
        *was = known.or_insert(key, VecDeque::new()).pop_front();
    }
}
