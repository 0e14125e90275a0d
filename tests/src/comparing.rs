//! What holds of two versions of a Dockerfile that are set side by side, whatever they are.

use stagewright::plan::StepId;
use stagewright::resolve::StageId;
use stagewright::simulate::compare::{Comparison, StageChange, Version, compare};
use stagewright::simulate::{Durations, estimate};
use stagewright::{Analysis, Request, analyze};

use crate::promises::Broken;

/// Compares a file with itself, and with the same without its middle line.
///
/// # Errors
/// The first promise that is broken.
pub fn check(analysis: &Analysis, request: &Request) -> Result<(), Broken> {
    let durations = estimate(&analysis.plan, &analysis.resolved);
    check_same(&check_two((analysis, &durations), (analysis, &durations))?)?;
    let middle = request.source.lines().count() / 2;
    let lines = request.source.split_inclusive('\n').enumerate();
    let source = lines.filter(|(number, _)| *number != middle).map(|(_, line)| line).collect();
    let other = analyze(&Request { source, without_checks: true, ..request.clone() });
    let of_other = estimate(&other.plan, &other.resolved);
    check_two((analysis, &durations), (&other, &of_other))?;
    check_two((&other, &of_other), (analysis, &durations))?;
    Ok(())
}

/// A file, and how long its steps take.
pub type Timed<'a> = (&'a Analysis, &'a Durations);

/// Compares two versions: every stage of either is told once, and so is every step.
///
/// # Errors
/// The first promise that is broken.
pub fn check_two(before: Timed<'_>, after: Timed<'_>) -> Result<Comparison, Broken> {
    let [before, after] = [before, after].map(|(Analysis { resolved, graph, plan, .. }, durations)| Version {
        resolved,
        graph,
        plan,
        durations,
    });
    let comparison = compare(&before, &after, None);
    let stages = &comparison.stages;
    let old = stages.iter().filter_map(|stage| stage.before).collect();
    let new = stages.iter().filter_map(|stage| stage.after).collect();
    each_once("stage before", old, before.resolved.stages.len(), |id: StageId| id.0)?;
    each_once("stage after", new, after.resolved.stages.len(), |id: StageId| id.0)?;
    let kept = || comparison.was.iter().flatten();
    let old = kept().chain(&comparison.saved).copied().collect();
    each_once("step before", old, before.plan.steps.len(), |id: StepId| id.0)?;
    let is_new = |at: &usize| comparison.was[*at].is_none();
    let new: Vec<StepId> = (0..comparison.was.len()).filter(is_new).map(|at| StepId(at as u32)).collect();
    if new != comparison.added || comparison.was.len() != after.plan.steps.len() {
        return Err(format!("{new:?} are new, and {:?} are told", comparison.added));
    }
    Ok(comparison)
}

fn each_once<T>(what: &str, told: Vec<T>, count: usize, number: impl Fn(T) -> u32) -> Result<(), Broken> {
    let mut numbers: Vec<u32> = told.into_iter().map(number).collect();
    numbers.sort_unstable();
    if numbers.iter().copied().eq(0..count as u32) {
        return Ok(());
    }
    Err(format!("each {what} is to be told once, of {count}: {numbers:?}"))
}

/// A file and itself differ in nothing.
fn check_same(comparison: &Comparison) -> Result<(), Broken> {
    let Comparison { stages, was, before, after, .. } = comparison;
    if let Some(stage) = stages.iter().find(|it| it.change != StageChange::Same || it.before != it.after) {
        return Err(format!("{} is {:?} beside itself", stage.label, stage.change));
    }
    let is_itself = |(at, was): (usize, &Option<StepId>)| *was == Some(StepId(at as u32));
    if !was.iter().enumerate().all(is_itself) || before != after {
        return Err(format!("beside itself its steps are {was:?}"));
    }
    Ok(())
}
