//! Chains of causes, from the change to what runs because of it.

use crate::plan::StepId;

use super::{Cause, Outcome};

/// The step that a step runs because of, where its causes do not lie outside of the build.
fn set_off_by(outcomes: &[Outcome], step: StepId) -> Option<StepId> {
    let causes = outcomes.get(step.0 as usize)?.causes();
    let mut by = None;
    for cause in causes {
        match cause {
            // Whatever else there is, this alone would do.
            Cause::Empty | Cause::NoCache | Cause::Changed(_) | Cause::Files(_) | Cause::Upon(_) => return None,
            Cause::Input(input) => by = by.or(Some(*input)),
            Cause::Content { step, .. } => by = by.or(Some(*step)),
        }
    }
    // What it takes may come from a step that did not run itself.
    by.filter(|by| outcomes.get(by.0 as usize).is_some_and(|outcome| matches!(outcome, Outcome::Runs(_))))
}

pub(super) fn chain(outcomes: &[Outcome], step: StepId) -> Vec<StepId> {
    if !matches!(outcomes.get(step.0 as usize), Some(Outcome::Runs(_))) {
        return Vec::new();
    }
    let mut chain = vec![step];
    let mut at = step;
    // Causes stand before what they set off, so that this ends.
    while let Some(by) = set_off_by(outcomes, at).filter(|by| by.0 < at.0) {
        chain.push(by);
        at = by;
    }
    chain.reverse();
    chain
}

pub(super) fn roots(outcomes: &[Outcome]) -> Vec<(StepId, Vec<StepId>)> {
    let mut root_of: Vec<Option<usize>> = vec![None; outcomes.len()];
    let mut out: Vec<(StepId, Vec<StepId>)> = Vec::new();
    for (index, outcome) in outcomes.iter().enumerate() {
        let step = StepId(crate::text::offset(index));
        if !matches!(outcome, Outcome::Runs(_)) {
            continue;
        }
        let root = set_off_by(outcomes, step).filter(|by| by.0 < step.0).and_then(|by| root_of[by.0 as usize]);
        match root {
            Some(root) => out[root].1.push(step),
            None => out.push((step, Vec::new())),
        }
        root_of[index] = Some(root.unwrap_or(out.len() - 1));
    }
    out
}
