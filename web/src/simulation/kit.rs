//! BuildKit's build, in the terms of a run: what comes from the cache and why the rest does not, and what a log tells.

use std::collections::BTreeSet;
use std::rc::Rc;

use stagewright::import::log::{Matches, Replay, VertexState};
use stagewright::plan::{Op, Origin, StepId};
use stagewright::share;
use stagewright::simulate::DurationSource;
use stagewright::simulate::cache::{self, Effects, Outcome, Rebuilt};
use stagewright::simulate::{Context, Durations, estimate};
use stagewright::{Request, analyze};

use super::chains;
use super::given::GivenLog;
use super::run::Parts;
use super::settings::{Settings, WhichBuild};
use crate::analysis::Answer;
use crate::strings::{causes, outcome};

/// The builds that are asked about.
pub struct Scenario<'a> {
    /// What is asked.
    pub settings: &'a Settings,
    /// What is built now.
    pub now: &'a Answer,
    /// What was built before, where it is not the same.
    pub pinned: Option<&'a Answer>,
    /// The build context before and now.
    pub contexts: &'a [Context; 2],
}

impl Scenario<'_> {
    /// What was built before.
    #[must_use]
    pub fn before(&self) -> &Answer {
        self.pinned.unwrap_or(self.now)
    }
}

/// A log that was given, read, and what it says of the build.
pub struct ReadLog {
    given: Rc<GivenLog>,
    matches: Matches,
    replay: Replay,
}

impl ReadLog {
    /// Of how many steps it tells.
    #[must_use]
    pub fn n_steps(&self) -> usize {
        self.matches.steps.iter().flatten().count()
    }
}

/// The analysis of a pinned version.
#[must_use]
pub fn answer(pinned: &share::State) -> Answer {
    let request = Request {
        source: pinned.source.clone(),
        target: pinned.target.clone(),
        build_args: pinned.build_args.clone(),
        platform: pinned.platform.clone(),
        dockerignore: pinned.dockerignore.clone(),
        without_checks: true,
    };
    let analysis = analyze(&request);
    Answer { source: pinned.source.as_str().into(), request, analysis }
}

/// The log, if there is one.
#[must_use]
pub fn read_log(settings: &Settings, now: &Answer) -> Option<ReadLog> {
    if settings.log.is_empty() {
        return None;
    }
    let given = Rc::clone(&settings.log);
    let matches = Matches::new(&given.read, &now.analysis.plan, &now.analysis.resolved, &now.analysis.graph);
    let replay = Replay::new(&given.read, &matches, &now.analysis.plan, durations(settings, now, None));
    Some(ReadLog { given, matches, replay })
}

/// How long the steps take: typed, else from a log, else estimated.
#[must_use]
pub fn durations(settings: &Settings, now: &Answer, log: Option<&ReadLog>) -> Durations {
    let plan = &now.analysis.plan;
    let mut out = log.map_or_else(|| estimate(plan, &now.analysis.resolved), |log| log.replay.durations.clone());
    for step in &plan.steps {
        if let Some(millis) = settings.typed(&step.label) {
            out.set(step.id, millis, DurationSource::Typed);
        }
    }
    out
}

/// The build that is asked for.
#[must_use]
pub fn parts(scenario: &Scenario<'_>, durations: &Durations, log: Option<&ReadLog>) -> Parts {
    let Scenario { settings, now, .. } = scenario;
    let plan = now.analysis.plan.clone();
    let stages: BTreeSet<_> =
        plan.steps.iter().flat_map(|step| step.origins.iter().map(|origin| origin.stage)).collect();
    let all = &now.analysis.resolved.stages;
    let stages = stages.len().max(all.iter().filter(|it| now.analysis.graph.is_built(it.id)).count());
    let (stages, durations) = ((stages, all.len()), durations.clone());
    if let Some(log) = log.filter(|_| settings.build == WhichBuild::Logged) {
        let why = plan.steps.iter().map(|step| said(log, step.id)).collect();
        let replay = &log.replay;
        return Parts {
            cached: replay.cached.clone(),
            why,
            durations,
            fails: replay.fails,
            stages,
            plan,
            ..Parts::default()
        };
    }
    let rebuilt = rebuilt(scenario, now);
    let outcomes = if settings.build == WhichBuild::Next { &rebuilt.second } else { &rebuilt.first };
    let cached = outcomes.iter().map(Outcome::is_cached).collect();
    let why: Vec<Option<String>> = match settings.build {
        WhichBuild::Next => plan.steps.iter().map(|step| why(scenario, &rebuilt, step.id)).collect(),
        _ => vec![None; plan.steps.len()],
    };
    let fails =
        outcomes.iter().position(|outcome| matches!(outcome, Outcome::Fails(_))).map(|step| StepId(step as u32));
    let chains = match settings.build {
        WhichBuild::Next => {
            let mut roots = rebuilt.roots();
            roots.extend(fails.map(|step| (step, Vec::new())));
            let begins = |(root, follow)| Some((begins(scenario, &rebuilt, root)?, root, follow));
            chains::chains(&roots.into_iter().filter_map(begins).collect::<Vec<_>>(), &plan, &now.analysis)
        }
        _ => Vec::new(),
    };
    Parts { cached, why, durations, fails, chains, stages, refusal: None, plan }
}

/// What becomes of the steps in the first build and the next; for the first alone, of this version.
fn rebuilt(scenario: &Scenario<'_>, now: &Answer) -> Rebuilt {
    let Scenario { settings, contexts, .. } = scenario;
    let filter: Vec<String> = settings.no_cache_stages.iter().cloned().collect();
    let is_next = settings.build == WhichBuild::Next;
    let before = if is_next { scenario.before() } else { now };
    let first = cache::Build {
        resolved: &before.analysis.resolved,
        plan: &before.analysis.plan,
        context: if is_next { &contexts[0] } else { &contexts[1] },
        no_cache: false,
        no_cache_filter: &[],
    };
    let second = cache::Build {
        resolved: &now.analysis.resolved,
        plan: &now.analysis.plan,
        context: &contexts[1],
        no_cache: settings.no_cache,
        no_cache_filter: &filter,
    };
    let steps = now.analysis.plan.steps.iter().filter(|step| settings.is_same_again(&step.label));
    let effects: Vec<(StepId, Effects)> = steps.map(|step| (step.id, Effects::Nothing)).collect();
    cache::rebuild(&cache::Builds { first, second, effects: &effects, otherwise: &Effects::Everything })
}

/// The labels of commands that run again, and those that are said to leave the same files.
#[must_use]
pub fn again(parts: &Parts, settings: &Settings) -> Vec<String> {
    if settings.build != WhichBuild::Next {
        return Vec::new();
    }
    let steps = parts.plan.steps.iter().zip(&parts.cached);
    let runs = steps.filter(|(step, cached)| step.op == Op::Exec && (!**cached || settings.is_same_again(&step.label)));
    runs.map(|(step, _)| step.label.clone()).collect()
}

/// Why a step runs again, in a sentence; or why it does not, where that is a surprise.
fn why(scenario: &Scenario<'_>, rebuilt: &Rebuilt, step: StepId) -> Option<String> {
    let outcome = rebuilt.second.get(step.0 as usize)?;
    causes::outcome(outcome, &scenario.now.analysis.plan, |causes| told_causes(scenario, step, causes))
}

/// Why a chain begins at a step: what happened outside of the build, whatever else there is.
fn begins(scenario: &Scenario<'_>, rebuilt: &Rebuilt, step: StepId) -> Option<String> {
    let causes = rebuilt.second.get(step.0 as usize)?.causes();
    let is_outside = |cause: &&cache::Cause| !matches!(cause, cache::Cause::Input(_) | cache::Cause::Content { .. });
    let outside: Vec<cache::Cause> = causes.iter().filter(is_outside).cloned().collect();
    if outside.is_empty() { why(scenario, rebuilt, step) } else { Some(told_causes(scenario, step, &outside)) }
}

/// Causes in sentences.
fn told_causes(scenario: &Scenario<'_>, step: StepId, causes: &[cache::Cause]) -> String {
    let told = |cause: &cache::Cause| match cause {
        cache::Cause::NoCache => not_cached(scenario, step),
        cause => causes::cause(cause, &scenario.now.analysis.plan),
    };
    causes.iter().map(told).collect::<Vec<_>>().join(" ")
}

/// The flag that keeps a step from the cache.
fn not_cached(scenario: &Scenario<'_>, step: StepId) -> String {
    let Scenario { settings, now, .. } = scenario;
    let stages = &now.analysis.resolved.stages;
    let name = |origin: &Origin| stages.get(origin.stage.0 as usize)?.name.as_ref().map(|name| name.text.clone());
    let is_named = |name: &String| settings.no_cache_stages.contains(&name.to_ascii_lowercase());
    let step = now.analysis.plan.steps.get(step.0 as usize).filter(|_| !settings.no_cache);
    let named = step.and_then(|step| step.origins.iter().filter_map(name).find(is_named));
    named.map_or_else(|| causes::NO_CACHE.to_owned(), |name| causes::no_cache_filter(&name))
}

/// What a log says of a step.
fn said(read: &ReadLog, step: StepId) -> Option<String> {
    let vertex = read.given.read.vertex(*read.matches.steps.get(step.0 as usize)?.as_ref()?)?;
    match vertex.state {
        VertexState::Failed => Some(vertex.error.clone().unwrap_or_else(|| causes::FAILED.to_owned())),
        VertexState::Canceled => Some(causes::CANCELLED.to_owned()),
        _ => None,
    }
}

/// What was found in a log, and what belongs to no step.
#[must_use]
pub fn told(read: &ReadLog, now: &Answer) -> (Vec<String>, Vec<String>) {
    let (log, matches) = (&read.given.read, &read.matches);
    if log.vertices.is_empty() {
        return (vec![outcome::UNREADABLE_LOG.to_owned()], Vec::new());
    }
    let mut facts = vec![outcome::log_tells(read.n_steps(), now.analysis.plan.steps.len())];
    if let Some(failure) = &log.failure {
        facts.push(outcome::log_fails(failure.lines.map(|lines| lines.first + 1), &failure.message));
    }
    let unknown = matches.unknown().filter_map(|id| log.vertex(id)).map(|vertex| vertex.label.clone());
    (facts, unknown.collect())
}
