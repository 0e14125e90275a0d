//! What it costs to edit a file of the build context: the steps that run again, and how long that takes.
//!
//! Relies on the [`cache`](crate::simulate::cache) for what runs again. A command that runs again is taken to
//! write other files than before.

use std::num::NonZeroU32;

use crate::plan::StepId;
use crate::simulate::cache::{Build, Outcome, edits};
use crate::simulate::context::{Context, DOCKERIGNORE, Entry};
use crate::simulate::schedule::{Work, schedule};

use super::Version;

/// Files that are looked at. Each needs a build of its own, of either version.
const MOST: usize = 100;

/// Steps that all these builds may have together, so that whoever compares long files does not wait for long.
const MOST_STEPS: usize = 100_000;

/// What an edit costs in one version.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EditCost {
    /// The steps that run again.
    pub steps: Vec<StepId>,
    /// How long the build takes, in milliseconds, the look at the build context included.
    pub total: u64,
}

/// What an edit of a file costs in two versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileCost {
    /// Its path in the build context.
    pub path: String,
    /// In the version before.
    pub before: EditCost,
    /// In the version after.
    pub after: EditCost,
}

/// What it costs to edit each file that either version takes from the build context, in the order of their
/// paths. Of more than a hundred files only the first are told, and of versions of more than a thousand steps fewer.
#[must_use]
pub fn edit_costs(
    before: &Version<'_>,
    after: &Version<'_>,
    context: &Context,
    workers: Option<NonZeroU32>,
) -> Vec<FileCost> {
    let n_steps = before.plan.steps.len() + after.plan.steps.len();
    let most = MOST.min(MOST_STEPS / n_steps.max(1)).max(1);
    let visible = context.visible();
    let is_edited = |entry: &&Entry<'_>| !entry.is_folder() && entry.path != DOCKERIGNORE;
    let paths: Vec<&str> = visible.iter().filter(is_edited).map(|entry| entry.path).take(most).collect();
    let [before, after] = [before, after].map(|version| costs(version, context, &paths, workers));
    let mut out = Vec::new();
    for ((path, before), after) in paths.into_iter().zip(before).zip(after) {
        if !before.steps.is_empty() || !after.steps.is_empty() {
            out.push(FileCost { path: path.to_owned(), before, after });
        }
    }
    out
}

/// What it costs to edit one file of the build context, given by its path there.
#[must_use]
pub fn edit_cost(version: &Version<'_>, context: &Context, path: &str, workers: Option<NonZeroU32>) -> EditCost {
    costs(version, context, &[path], workers).pop().unwrap_or_default()
}

fn costs(version: &Version<'_>, context: &Context, paths: &[&str], workers: Option<NonZeroU32>) -> Vec<EditCost> {
    let Version { resolved, plan, .. } = *version;
    let build = Build { resolved, plan, context, no_cache: false, no_cache_filter: &[] };
    let durations = version.durations.millis();
    let cost = |outcomes: Vec<Outcome>| {
        let cached: Vec<bool> = outcomes.iter().map(|it| !matches!(it, Outcome::Runs(_) | Outcome::Looks)).collect();
        let runs = |(index, it): (usize, &Outcome)| matches!(it, Outcome::Runs(_)).then_some(StepId(index as u32));
        let work = Work { plan, durations: &durations, cached: &cached, workers, fails: None };
        EditCost { steps: outcomes.iter().enumerate().filter_map(runs).collect(), total: schedule(&work).total }
    };
    edits(build, paths).into_iter().map(cost).collect()
}
