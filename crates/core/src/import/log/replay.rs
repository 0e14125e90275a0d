//! A build as a log tells of it, in the terms of the [`schedule`](crate::simulate::schedule()): how long each
//! step takes, which come from the cache, and which one fails.
//!
//! A log does not tell all. A step that it does not show, though what uses it was done, was not needed: the
//! builder had the result already. A step that still ran when the log ends takes at least as long as it had; one
//! that was canceled would have taken longer than the log says, and at least as long as the one that failed.
//! Relies on the matches of the log with the plan.

use crate::plan::{Plan, StepId};
use crate::simulate::{DurationSource, Durations};

use super::{Log, Matches, VertexState};

/// What a log says of the steps of a plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Replay {
    /// How long each step takes: by the log, and where that does not say, as it was before.
    pub durations: Durations,
    /// Which steps come from the cache.
    pub cached: Vec<bool>,
    /// The step that fails, the first of them.
    pub fails: Option<StepId>,
    /// How long the build really took, from the start of its first step to the end of the last, in milliseconds;
    /// none where the log has no times.
    pub real_total: Option<u64>,
}

impl Replay {
    /// What the log says; `durations` are there for what it does not.
    #[must_use]
    pub fn new(log: &Log, matches: &Matches, plan: &Plan, mut durations: Durations) -> Self {
        let n_steps = plan.steps.len();
        let states: Vec<Option<VertexState>> =
            (0..n_steps).map(|step| Some(log.vertex((*matches.steps.get(step)?)?)?.state)).collect();
        let mut cached: Vec<bool> = states.iter().map(|state| *state == Some(VertexState::Cached)).collect();
        let mut is_seen = vec![false; log.vertices.len()];
        for step in 0..n_steps {
            let Some(id) = matches.steps.get(step).copied().flatten() else { continue };
            let Some(vertex) = log.vertex(id) else { continue };
            // The first of the steps that share a vertex does all the work.
            let is_second = std::mem::replace(&mut is_seen[id.0 as usize], true);
            let millis = if is_second { Some(0) } else { vertex.millis };
            let id = StepId(step as u32);
            let longest = durations.get(id).map_or(0, |it| it.millis);
            match (vertex.state, millis) {
                (VertexState::Done | VertexState::Failed, Some(millis)) => {
                    durations.set(id, millis, DurationSource::Log);
                }
                // The log ends before the step does.
                (VertexState::Running, Some(millis)) if millis > longest => {
                    durations.set(id, millis, DurationSource::Log);
                }
                _ => {}
            }
        }
        for (step, (absent, was_needed)) in absent(plan, &states).into_iter().enumerate() {
            if absent {
                cached[step] = !was_needed;
                durations.set(StepId(step as u32), 0, DurationSource::Log);
            }
        }
        let fails = states.iter().position(|state| *state == Some(VertexState::Failed)).map(|step| StepId(step as u32));
        if let Some(failed) = fails {
            outlast(plan, &states, &cached, failed, &mut durations);
        }
        Self { durations, cached, fails, real_total: real_total(log, matches) }
    }
}

fn real_total(log: &Log, matches: &Matches) -> Option<u64> {
    let steps = || matches.steps.iter().filter_map(|id| log.vertex((*id)?));
    let first = steps().filter_map(|vertex| vertex.started).min()?;
    let last = steps().filter_map(|vertex| vertex.ended).max()?;
    Some(last.saturating_sub(first))
}

/// For each step whether the log leaves it out though it is done with, and whether something that ran, and did
/// not come from the cache, used it then.
fn absent(plan: &Plan, states: &[Option<VertexState>]) -> Vec<(bool, bool)> {
    let mut absent = vec![(false, false); states.len()];
    // Users come behind their inputs.
    for (index, step) in plan.steps.iter().enumerate().rev() {
        let is_done = matches!(states[index], Some(VertexState::Done | VertexState::Cached)) || absent[index].0;
        let ran = states[index] == Some(VertexState::Done) || absent[index].1;
        for input in step.inputs.iter().map(|input| input.0 as usize).filter(|_| is_done) {
            if matches!(states[input], None | Some(VertexState::Waiting)) {
                absent[input].0 = true;
                absent[input].1 |= ran;
            }
        }
    }
    absent
}

/// Makes what was canceled take longer than all that had to be done up to the failure.
fn outlast(plan: &Plan, states: &[Option<VertexState>], cached: &[bool], failed: StepId, durations: &mut Durations) {
    let mut is_before = vec![false; states.len()];
    is_before[failed.0 as usize] = true;
    let mut sum: u32 = 1;
    for (index, step) in plan.steps.iter().enumerate().rev().filter(|(index, _)| *index <= failed.0 as usize) {
        if is_before[index] {
            let millis = durations.steps.get(index).map_or(0, |it| it.millis);
            sum = sum.saturating_add(if cached[index] { 0 } else { millis });
            for input in &step.inputs {
                is_before[input.0 as usize] = true;
            }
        }
    }
    for (index, state) in states.iter().enumerate() {
        if *state == Some(VertexState::Canceled)
            && let Some(it) = durations.steps.get_mut(index).filter(|it| it.source != DurationSource::Typed)
        {
            it.millis = it.millis.max(sum);
        }
    }
}
