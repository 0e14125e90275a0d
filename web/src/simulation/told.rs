//! What is said of a build, and of the same build by both builders: which sentences, facts and figures. The words
//! are in `strings::outcome`.

use stagewright::simulate::{Schedule, StepState};

use super::run::Run;
use super::settings::{Builder, Settings, WhichBuild};
use super::words::time;
use crate::analysis::Shown;
use crate::explain::what_is_shown;
use crate::strings::outcome::{self, Gist};
use crate::strings::{self, simulation as words};

/// What is said of a build.
#[derive(Debug)]
pub struct Said {
    /// It in a sentence.
    pub headline: String,
    /// The numbers that people quote, each in a sentence.
    pub facts: Vec<String>,
    /// What the other builder would make of it.
    pub beside: Option<String>,
}

/// What is said of the build that is asked for. A log tells of so many of its steps.
#[must_use]
pub fn said(shown: &Shown, settings: &Settings, kit: &Run, classic: &Run, n_told: usize) -> Said {
    if shown.current.is_blank() {
        return Said { headline: strings::sentence(strings::EMPTY), facts: Vec::new(), beside: None };
    }
    let is_broken = shown.current.is_broken();
    if is_broken && kit.plan.steps.is_empty() {
        let why = if shown.current.lacks_target() { strings::NO_TARGET } else { strings::BROKEN };
        return Said { headline: strings::sentence(why), facts: Vec::new(), beside: None };
    }
    let build = settings.build;
    // The log is BuildKit's.
    let classic_build = if build == WhichBuild::Logged { WhichBuild::First } else { build };
    let [of_kit, of_classic] = [gist(kit, build), gist(classic, classic_build)];
    let mut said = match settings.builder {
        Builder::BuildKit => Said {
            headline: outcome::headline(&of_kit, build, n_told),
            facts: facts(kit, &of_kit),
            beside: outcome::beside(&of_kit, &of_classic, build),
        },
        Builder::Classic => Said {
            headline: outcome::headline(&of_classic, classic_build, 0),
            facts: facts(classic, &of_classic),
            beside: outcome::beside(&of_classic, &of_kit, build),
        },
        Builder::Both => Said {
            headline: outcome::both(&of_kit, &of_classic, build),
            facts: facts_of_both(&of_kit, &of_classic),
            beside: None,
        },
    };
    if is_broken {
        let headline = std::mem::replace(&mut said.headline, strings::sentence(strings::BROKEN));
        said.facts.splice(0..0, [what_is_shown(shown).to_owned(), headline]);
    }
    said
}

/// What sentences about a build depend on.
fn gist(run: &Run, build: WhichBuild) -> Gist {
    let failed = run.schedule.slots.iter().position(|slot| slot.state == StepState::Failed);
    let n_steps = run.plan.steps.len();
    Gist {
        is_classic: run.is_classic,
        n_steps,
        n_run: n_run(run, build),
        runs_all: run.n_run() == n_steps,
        stages: run.stages,
        total: run.schedule.total,
        n_estimates: run.durations.n_estimates(),
        fails_at: failed.and_then(|step| Some(run.plan.steps.get(step)?.label.clone())),
        refusal: run.refusal.as_ref().map(|(refusal, _)| refusal.clone()),
    }
}

/// The numbers that people quote, each in a sentence.
fn facts(run: &Run, gist: &Gist) -> Vec<String> {
    let Schedule { critical_time, saved_by_parallelism, saved_by_cache, ref critical_path, .. } = run.schedule;
    let mut out = Vec::new();
    // Of what is not built to its end, it says little.
    if gist.n_steps == 0 || gist.refusal.is_some() {
        return out;
    }
    if gist.fails_at.is_none() {
        if gist.n_run > 0 && (run.is_classic || run.stages.0 < run.stages.1) {
            out.extend(outcome::stages_built(run.stages));
        }
        out.extend(outcome::saved_side_by_side(saved_by_parallelism));
        out.extend(outcome::saved_by_cache(saved_by_cache));
        if !run.is_classic && !critical_path.is_empty() && critical_path.len() < run.n_run() {
            out.push(outcome::critical_path(critical_path.len(), critical_time));
        }
    }
    out.extend(outcome::estimates(gist.n_estimates, gist.n_steps));
    out
}

/// What else there is to say of both builders.
fn facts_of_both(kit: &Gist, classic: &Gist) -> Vec<String> {
    let estimates = |it: &Gist| outcome::estimates(it.n_estimates, it.n_steps);
    if classic.refusal.is_some() || kit.fails_at.is_some() || kit.n_run + classic.n_run == 0 {
        return estimates(kit).into_iter().collect();
    }
    let left_out = classic.stages.0.saturating_sub(kit.stages.0);
    let left_out = (left_out > 0).then(|| outcome::left_out(left_out));
    left_out.into_iter().chain(estimates(classic).or_else(|| estimates(kit))).collect()
}

/// How many steps run; in the next build without the build context, which is looked at in every build.
fn n_run(run: &Run, build: WhichBuild) -> usize {
    if build == WhichBuild::Next { run.n_again() } else { run.n_run() }
}

/// What people quote of a build: what it is, and how much.
#[must_use]
pub fn figures(run: &Run, build: WhichBuild) -> Vec<(&'static str, String)> {
    let Schedule { total, saved_by_parallelism, saved_by_cache, .. } = run.schedule;
    let mut out = vec![
        (words::STAGES_BUILT, words::part(run.stages.0, run.stages.1)),
        (words::STEPS_RUN, words::part(n_run(run, build), run.plan.steps.len())),
        (words::TIME, time(total)),
    ];
    // Who has one worker saves nothing by having more.
    if !run.is_classic {
        out.push((words::SAVED_SIDE_BY_SIDE, time(saved_by_parallelism)));
    }
    if build == WhichBuild::Next {
        out.push((words::SAVED_BY_CACHE, time(saved_by_cache)));
    }
    out
}
