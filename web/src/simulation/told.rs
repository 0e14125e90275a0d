//! What is said of a build, and of the same build by both builders: in a sentence, in facts, in figures.

use stagewright::simulate::{Schedule, StepState};

use super::run::Run;
use super::settings::Build;
use super::words::{count, time};
use crate::strings::simulation as words;

/// A build in a sentence. A log tells of so many of its steps.
#[must_use]
pub fn headline(run: &Run, build: Build, n_told: usize) -> String {
    if let Some((refusal, _)) = &run.refusal {
        return format!("The classic builder refuses this file: {refusal}");
    }
    let n_steps = run.plan.steps.len();
    let total = time(run.schedule.total);
    let about = if run.durations.n_estimates() > 0 { "about " } else { "" };
    if run.schedule.slots.iter().any(|slot| slot.state == StepState::Failed) {
        return format!("The build fails after {total}.");
    }
    let n_run = run.n_run();
    match build {
        Build::First if n_run == n_steps => {
            format!("The first build runs all {} in {about}{total}.", count(n_steps, "step"))
        }
        Build::First => format!("The first build runs {n_run} of {} in {about}{total}.", count(n_steps, "step")),
        // The build context is looked at in every build.
        Build::Next if run.n_again() == 0 => "The next build runs nothing: all of it comes from the cache.".to_owned(),
        Build::Next => {
            format!("The next build runs {} of {}, in {about}{total}.", run.n_again(), count(n_steps, "step"))
        }
        Build::Logged if n_told < n_steps => {
            let told = format!("The log tells of {n_told} of {}", count(n_steps, "step"));
            format!("{told}; with estimates for the rest it takes {about}{total}.")
        }
        Build::Logged => format!("The build of the log ran {n_run} of {} in {total}.", count(n_steps, "step")),
    }
}

/// The numbers that people quote, each in a sentence.
#[must_use]
pub fn facts(run: &Run) -> Vec<String> {
    let Schedule { total, critical_time, saved_by_parallelism, saved_by_cache, ref critical_path, .. } = run.schedule;
    let mut out = Vec::new();
    if total == 0 {
        return out;
    }
    if run.is_classic || run.stages.0 < run.stages.1 {
        out.push(format!("{} of {} built.", run.stages.0, count(run.stages.1, "stage")));
    }
    if saved_by_parallelism > 0 {
        out.push(format!("Steps at the same time save {}.", time(saved_by_parallelism)));
    }
    if saved_by_cache > 0 {
        out.push(format!("The cache saves {}.", time(saved_by_cache)));
    }
    if !run.is_classic && critical_path.len() < run.n_run() {
        let steps = count(critical_path.len(), "step");
        out.push(format!("The critical path, {steps} one after the other, takes {}.", time(critical_time)));
    }
    out.extend(estimates(run));
    out
}

/// How much of it is guessed; none where nothing is.
fn estimates(run: &Run) -> Option<String> {
    let (n, of) = (run.durations.n_estimates(), run.plan.steps.len());
    (n > 0)
        .then(|| if n == of { "Times are estimates.".to_owned() } else { format!("{n} of {of} times are estimates.") })
}

/// The other builder, in a sentence.
#[must_use]
pub fn beside(other: &Run, build: Build) -> Option<String> {
    if build == Build::Logged {
        return None;
    }
    let name = if other.is_classic { "The classic builder" } else { "BuildKit" };
    if let Some((refusal, _)) = &other.refusal {
        return Some(format!("{name} refuses this file: {refusal}"));
    }
    let steps = count(other.n_run(), "step");
    let stages = count(other.stages.0, "stage");
    Some(format!("{name} goes through {stages} and runs {steps}, in {}.", time(other.schedule.total)))
}

/// Both builders, in a sentence, and what else there is to say of the two.
#[must_use]
pub fn both(kit: &Run, classic: &Run, build: Build) -> (String, Vec<String>) {
    let about = |run: &Run| if run.durations.n_estimates() > 0 { "about " } else { "" };
    let of = |run: &Run| format!("{}{}", about(run), time(run.schedule.total));
    let first = format!("BuildKit runs {} in {}", count(n_steps(kit, build), "step"), of(kit));
    if classic.refusal.is_some() {
        return (format!("{first}; the classic builder refuses this file."), estimates(kit).into_iter().collect());
    }
    if build == Build::Next && kit.n_again() + classic.n_again() == 0 {
        return (words::BOTH_IDLE.to_owned(), estimates(kit).into_iter().collect());
    }
    let (quick, slow) = (kit.schedule.total, classic.schedule.total);
    let beside = match slow.abs_diff(quick) {
        0 => ", as long".to_owned(),
        more if slow > quick => format!(": {} longer", time(more)),
        less => format!(": {} less", time(less)),
    };
    let headline = format!("{first}, the classic builder {} in {}{beside}.", n_steps(classic, build), of(classic));
    let mut facts = Vec::new();
    if let Some(left_out @ 1..) = classic.stages.0.checked_sub(kit.stages.0) {
        facts.push(format!("BuildKit leaves out {} that the target does not need.", count(left_out, "stage")));
    }
    facts.extend(estimates(classic).or_else(|| estimates(kit)));
    (headline, facts)
}

/// How many steps run; in the next build without the build context, which is looked at in every build.
fn n_steps(run: &Run, build: Build) -> usize {
    if build == Build::Next { run.n_again() } else { run.n_run() }
}

/// What people quote of a build: what it is, and how much.
#[must_use]
pub fn figures(run: &Run, build: Build) -> Vec<(&'static str, String)> {
    let Schedule { total, saved_by_parallelism, saved_by_cache, .. } = run.schedule;
    let mut out = vec![
        (words::STAGES_BUILT, format!("{} of {}", run.stages.0, run.stages.1)),
        (words::STEPS_RUN, format!("{} of {}", n_steps(run, build), run.plan.steps.len())),
        (words::TIME, time(total)),
    ];
    // Who has one worker saves nothing by having more.
    if !run.is_classic {
        out.push((words::SAVED_SIDE_BY_SIDE, time(saved_by_parallelism)));
    }
    if build == Build::Next {
        out.push((words::SAVED_BY_CACHE, time(saved_by_cache)));
    }
    out
}
