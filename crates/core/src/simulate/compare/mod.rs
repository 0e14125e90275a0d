//! Two versions of a Dockerfile: what is there in only one of them, and what each of them costs.
//!
//! Stages are paired by `align`. A step is the same in both where it does the same with the same inputs, or else has
//! the same label in the same stage, numbers apart. The same steps take the same time, so that the totals differ by
//! what was edited and nothing else.
//! Relies on the [`schedule`](super::schedule()) for the totals, and for what an edit of a file costs on the
//! [`cache`](super::cache).

mod edits;
mod pairs;

pub use edits::{EditCost, FileCost, edit_cost, edit_costs};

use std::num::NonZeroU32;

use crate::graph::StageGraph;
use crate::plan::{Plan, StepId};
use crate::resolve::{Resolved, Stage, StageId};

use super::durations::Durations;
use super::schedule::{Schedule, Work, schedule};

/// A version of a Dockerfile, with its target.
#[derive(Clone, Copy, Debug)]
pub struct Version<'a> {
    /// The stages.
    pub resolved: &'a Resolved,
    /// What the target needs of them.
    pub graph: &'a StageGraph,
    /// The steps.
    pub plan: &'a Plan,
    /// How long they take.
    pub durations: &'a Durations,
}

/// What became of a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StageChange {
    /// It does what it did.
    Same,
    /// It has another base, platform or instructions.
    Changed,
    /// It is new.
    Added,
    /// It is gone.
    Removed,
}

/// A stage of either version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComparedStage {
    /// Its name in the version after, or the one that it had where it is gone.
    pub label: String,
    /// What became of it.
    pub change: StageChange,
    /// The stage before; none for a new one.
    pub before: Option<StageId>,
    /// The stage after; none for one that is gone.
    pub after: Option<StageId>,
    /// Whether the target needed it before, and whether it does after.
    pub is_built: (bool, bool),
}

/// Two versions, compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// The stages of the version after, in the order of its file, then those that are gone.
    pub stages: Vec<ComparedStage>,
    /// For each step after which one before it is.
    pub was: Vec<Option<StepId>>,
    /// The steps before that are not made any more.
    pub saved: Vec<StepId>,
    /// The steps after that were not made before.
    pub added: Vec<StepId>,
    /// The build before, with nothing in the cache.
    pub before: Schedule,
    /// The build after, with nothing in the cache.
    pub after: Schedule,
}

/// Compares two versions, built with as many workers.
#[must_use]
pub fn compare(before: &Version<'_>, after: &Version<'_>, workers: Option<NonZeroU32>) -> Comparison {
    let stages_before = super::align::stages(before.resolved, after.resolved);
    let was = pairs::pairs(before, after, &stages_before);
    let (durations_before, durations_after) = same_durations(before, after, &was);
    let scheduled = |version: &Version<'_>, durations: &[u32]| {
        schedule(&Work { plan: version.plan, durations, cached: &[], workers, fails: None })
    };
    let mut is_kept = vec![false; before.plan.steps.len()];
    for step in was.iter().flatten() {
        is_kept[step.0 as usize] = true;
    }
    let without = |kept: &mut dyn Iterator<Item = bool>| -> Vec<StepId> {
        kept.enumerate().filter(|(_, is_kept)| !is_kept).map(|(index, _)| StepId(index as u32)).collect()
    };
    Comparison {
        stages: stages(before, after, &stages_before),
        saved: without(&mut is_kept.iter().copied()),
        added: without(&mut was.iter().map(Option::is_some)),
        before: scheduled(before, &durations_before),
        after: scheduled(after, &durations_after),
        was,
    }
}

/// How long the steps of both take; what is the same step takes as long, by whoever knows better.
fn same_durations(before: &Version<'_>, after: &Version<'_>, was: &[Option<StepId>]) -> (Vec<u32>, Vec<u32>) {
    let mut both = (before.durations.clone(), after.durations.clone());
    for (index, was) in was.iter().enumerate() {
        let step = StepId(index as u32);
        let Some(was) = *was else { continue };
        let (Some(old), Some(new)) = (both.0.get(was), both.1.get(step)) else { continue };
        if new.source > old.source {
            both.0.set(was, new.millis, new.source);
        } else {
            both.1.set(step, old.millis, old.source);
        }
    }
    (both.0.millis(), both.1.millis())
}

fn stages(before: &Version<'_>, after: &Version<'_>, pairs: &[Option<usize>]) -> Vec<ComparedStage> {
    let mut is_kept = vec![false; before.resolved.stages.len()];
    let mut out = Vec::new();
    for (stage, was) in after.resolved.stages.iter().zip(pairs) {
        let old = was.map(|was| &before.resolved.stages[was]);
        let was = old.map(|old| old.id);
        if let Some(was) = was {
            is_kept[was.0 as usize] = true;
        }
        out.push(ComparedStage {
            label: stage.label.clone(),
            change: match old {
                None => StageChange::Added,
                Some(old) if is_same(old, stage) => StageChange::Same,
                Some(_) => StageChange::Changed,
            },
            before: was,
            after: Some(stage.id),
            is_built: (was.is_some_and(|was| before.graph.is_built(was)), after.graph.is_built(stage.id)),
        });
    }
    for stage in before.resolved.stages.iter().filter(|stage| !is_kept[stage.id.0 as usize]) {
        out.push(ComparedStage {
            label: stage.label.clone(),
            change: StageChange::Removed,
            before: Some(stage.id),
            after: None,
            is_built: (before.graph.is_built(stage.id), false),
        });
    }
    out
}

/// Whether two stages say the same. What they inherit is compared where it is said.
fn is_same(a: &Stage, b: &Stage) -> bool {
    use crate::resolve::Action::{Copy, Run};
    let is_same_action = |a: &_, b: &_| match (a, b) {
        (Run(a), Run(b)) => a.args == b.args && a.mounts == b.mounts && a.script == b.script,
        (Copy(a), Copy(b)) => a == b,
        _ => true,
    };
    a.base_name.value == b.base_name.value
        && a.platform == b.platform
        && a.commands.len() == b.commands.len()
        && a.commands.iter().zip(&b.commands).all(|(a, b)| {
            // Blanks between words are kept in labels, and mean nothing.
            a.label.split_whitespace().eq(b.label.split_whitespace()) && is_same_action(&a.action, &b.action)
        })
}
