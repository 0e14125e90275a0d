//! From what is asked of the simulation to what comes out: the build, step by step, and what there is to say of it.
//!
//! Pure: the core's `simulate` works it out, and here it is put together for the views. [`Simulated`] is what they
//! show; [`kit`] and [`classic`] make the build of either builder.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::rc::Rc;

use stagewright::Analysis;
use stagewright::graph::StageGraph;
use stagewright::plan::{Op, Origin, Plan, Step, StepId};
use stagewright::resolve::{Base, Stage, StageId};
use stagewright::simulate::{Context, Durations};
use stagewright::simulate::{Schedule, StepState, Work, schedule};

use super::chains::Chain;
use super::compare::{Compared, compared};
use super::film::{Standing, Stands, standing, told_of};
use super::settings::{Builder, FileChange, Panel, Settings};
use super::{chains, classic, kit, told};
use crate::analysis::{Answer, Shown};
use crate::links::Lit;
use crate::state::{Spot, State};
use crate::strings::{moments, outcome};

/// A build as it would go.
#[derive(Debug)]
pub struct Run {
    /// Its steps.
    pub plan: Plan,
    /// When they run.
    pub schedule: Schedule,
    /// How long they take, and who says so.
    pub durations: Durations,
    /// Why each step runs again, or what else there is to say of it.
    pub why: Vec<Option<String>>,
    /// Whether the classic builder builds.
    pub is_classic: bool,
    /// What sets off what runs again.
    pub chains: Vec<Chain>,
    /// How many stages it goes through, and of how many.
    pub stages: (usize, usize),
    /// What ends it before its end, and where that stands in the text, in bytes.
    pub refusal: Option<(String, u32)>,
    /// The stage that each stage starts from, where it is one.
    pub bases: Vec<Option<StageId>>,
}

/// Equal only to itself.
impl PartialEq for Run {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

/// What a build is made of, before it is scheduled.
#[derive(Debug, Default)]
pub struct Parts {
    /// Its steps.
    pub plan: Plan,
    /// Which come from the cache.
    pub cached: Vec<bool>,
    /// Why they do not.
    pub why: Vec<Option<String>>,
    /// How long they take.
    pub durations: Durations,
    /// The one that fails.
    pub fails: Option<StepId>,
    /// What sets off what runs again.
    pub chains: Vec<Chain>,
    /// How many stages it goes through, and of how many.
    pub stages: (usize, usize),
    /// What ends it before its end, and where that stands in the text, in bytes.
    pub refusal: Option<(String, u32)>,
}

impl Run {
    /// The build of these parts, on so many workers.
    #[must_use]
    pub fn new(parts: Parts, is_classic: bool, workers: Option<u16>, bases: Vec<Option<StageId>>) -> Self {
        let Parts { plan, cached, why, durations, fails, chains, stages, refusal } = parts;
        let millis = durations.millis();
        let workers = if is_classic { Some(1) } else { workers };
        let workers = workers.and_then(|workers| NonZeroU32::new(workers.into()));
        let work = Work { plan: &plan, durations: &millis, cached: &cached, workers, fails };
        Self { schedule: schedule(&work), plan, durations, why, is_classic, chains, stages, refusal, bases }
    }

    /// What is written on a bar.
    #[must_use]
    pub fn short(&self, index: usize) -> &str {
        let label = &self.plan.steps[index].label;
        if self.is_classic { label.split_once(" : ").map_or(label, |(_, text)| text) } else { label }
    }

    /// What becomes of a step, and why it runs again.
    #[must_use]
    pub fn happens(&self, index: usize) -> String {
        let told = moments::happens(&self.schedule.slots[index]);
        match self.why.get(index).and_then(Option::as_deref) {
            Some(why) => format!("{told}. {why}"),
            None => told,
        }
    }

    /// What is said of a bar, to who cannot see it.
    #[must_use]
    pub fn tooltip(&self, index: usize) -> String {
        format!("{}: {}", self.plan.steps[index].label, self.happens(index))
    }

    /// What is said of a step below its label.
    #[must_use]
    pub fn note(&self, index: usize) -> String {
        let took = moments::note(&self.schedule.slots[index]);
        match self.why.get(index).and_then(Option::as_deref) {
            // A time ends no sentence.
            Some(why) => format!(" {}. {why}", took.trim_end_matches('.')),
            None => format!(" {took}"),
        }
    }

    /// What a step has counterparts of elsewhere.
    #[must_use]
    pub fn spot(&self, index: usize) -> Option<Spot> {
        let step = &self.plan.steps[index];
        if self.is_classic {
            step.origins.first().map(|origin| Spot::Place(origin.range.start))
        } else {
            Some(Spot::Step(step.id))
        }
    }

    /// The steps that are lit when `lit` is, because of `spot`. The classic builder's are none of BuildKit's, but come
    /// from the same lines.
    #[must_use]
    pub fn lit(&self, lit: &Lit, spot: Option<Spot>) -> Vec<StepId> {
        if !self.is_classic {
            return lit.steps.clone();
        }
        let is_stage = matches!(spot, Some(Spot::Node(_)));
        let is_lit = |origin: &Origin| {
            let is_line = match origin.command {
                Some(command) => lit.commands.contains(&(origin.stage, command)),
                None => lit.commands.is_empty(),
            };
            lit.nodes.contains(&StageGraph::node_of(origin.stage)) && (is_stage || is_line)
        };
        self.plan.steps.iter().filter(|step| step.origins.iter().any(is_lit)).map(|step| step.id).collect()
    }

    /// The build in a sentence, for who cannot see it.
    #[must_use]
    pub fn summary(&self) -> String {
        let Schedule { total, n_lanes, .. } = self.schedule;
        outcome::timeline(self.n_run(), n_lanes as usize, total)
    }

    /// How many steps run.
    #[must_use]
    pub fn n_run(&self) -> usize {
        let runs = |state: StepState| !matches!(state, StepState::Cached | StepState::NotStarted);
        self.schedule.slots.iter().filter(|slot| runs(slot.state)).count()
    }

    /// The same without the build context, which is looked at in every build.
    #[must_use]
    pub fn n_again(&self) -> usize {
        let looks = |step: &&Step| step.op == Op::Local && !self.is_cached(step.id.0 as usize);
        self.n_run() - self.plan.steps.iter().filter(looks).count().min(self.n_run())
    }

    /// Whether a step comes from the cache.
    #[must_use]
    pub fn is_cached(&self, index: usize) -> bool {
        self.schedule.slots.get(index).is_some_and(|slot| slot.state == StepState::Cached)
    }

    /// How the stages stand, and which of them are told of.
    #[must_use]
    pub fn stands(&self, at: Option<u32>) -> Stands {
        Stands { stages: self.stages(at), told: at.map(|at| self.told(at)).unwrap_or_default() }
    }

    /// The stages of the steps that are told of at a moment, by their labels.
    #[must_use]
    pub fn told(&self, at: u32) -> Vec<StageId> {
        let steps = told_of(&self.schedule, at);
        let steps = steps.into_iter().filter_map(|step| self.plan.steps.get(step.0 as usize));
        steps.filter_map(|step| Some(step.origins.first()?.stage)).collect()
    }

    /// How each stage stands, at a moment or in the end: by its steps; without any, by the stage that it starts from.
    /// A stage that has neither is not told of.
    #[must_use]
    pub fn stages(&self, at: Option<u32>) -> BTreeMap<StageId, Standing> {
        let at = at.unwrap_or(u32::MAX);
        let mut out: BTreeMap<StageId, Standing> = BTreeMap::new();
        for (index, step) in self.plan.steps.iter().enumerate() {
            let now = standing(&self.schedule, index, at);
            for origin in &step.origins {
                out.entry(origin.stage).and_modify(|it| *it = together(*it, now)).or_insert(now);
            }
        }
        // A stage starts from an earlier one.
        for (index, base) in self.bases.iter().enumerate() {
            let stage = StageId(index as u32);
            if let Some(&base) = base.as_ref().and_then(|base| out.get(base)) {
                let as_base = if base == Standing::Runs { Standing::Waits } else { base };
                out.entry(stage).or_insert(as_base);
            }
        }
        out
    }
}

/// How a stage stands of which one part stands so, and another so.
fn together(one: Standing, other: Standing) -> Standing {
    use Standing::{Cached, Done, Failed, Runs, Waits};
    match (one, other) {
        (Failed, _) | (_, Failed) => Failed,
        (Runs, _) | (_, Runs) => Runs,
        (Waits, Waits) => Waits,
        // Between two of its steps.
        (Waits, _) | (_, Waits) => Runs,
        (Done, _) | (_, Done) => Done,
        (Cached, Cached) => Cached,
    }
}

/// A file of the build context, and what happened to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its path.
    pub path: String,
    /// What happened to it.
    pub change: Option<FileChange>,
    /// Whether the reader added it.
    pub added: bool,
}

/// What comes out of the simulation.
#[derive(Debug)]
pub struct Simulated {
    /// The build that is shown.
    pub run: Rc<Run>,
    /// That of the other builder, where both are shown.
    pub other: Option<Rc<Run>>,
    /// What is played: the build that is shown, or both at once.
    pub film: Rc<Schedule>,
    /// It in a sentence.
    pub headline: String,
    /// More of it.
    pub facts: Vec<String>,
    /// What the other builder would make of it.
    pub beside: Option<String>,
    /// In what the build differs from the pinned one, and where, in bytes of the text.
    pub since: Vec<(String, Option<u32>)>,
    /// The stages that the target needs, by their names, and whether some have none.
    pub named: Vec<String>,
    /// Whether the target needs stages without a name.
    pub has_unnamed: bool,
    /// The files of the build context.
    pub files: Vec<Listed>,
    /// The labels of commands that run again.
    pub again: Vec<String>,
    /// What is known of the log.
    pub log_facts: Vec<String>,
    /// What is in the log only.
    pub unmatched: Vec<String>,
    /// The pinned version and this one.
    pub compared: Option<Compared>,
}

/// What comes out for what is drawn.
#[must_use]
pub fn simulate(state: &State, settings: &Settings, shown: &Shown) -> Simulated {
    let now = &shown.drawn;
    let pinned = settings.pinned.as_ref().map(|pinned| kit::answer(pinned));
    let files = files(settings, now, pinned.as_ref());
    let contexts = contexts(state, settings, &files);
    let scenario = kit::Scenario { settings, now, pinned: pinned.as_ref(), contexts: &contexts };
    let log = kit::read_log(settings, now);
    let durations = kit::durations(settings, now, log.as_ref());
    let n_told = log.as_ref().map_or(0, kit::ReadLog::n_steps);
    let kit = kit::parts(&scenario, &durations, log.as_ref());
    let classic = classic::parts(&scenario, &durations);
    let again = kit::again(&kit, settings);
    let compares = settings.panel == Panel::Compare;
    let compared = pinned.as_ref().filter(|_| compares).map(|pinned| compared(&scenario, pinned, &durations));
    let since = settings.pinned.as_deref().map(|pinned| chains::since(pinned, &state.to_share())).unwrap_or_default();
    let (log_facts, unmatched) = log.as_ref().map(|log| kit::told(log, now)).unwrap_or_default();
    let Analysis { resolved, graph, .. } = &now.analysis;
    let needed: Vec<&Stage> = resolved.stages.iter().filter(|stage| graph.is_built(stage.id)).collect();
    let bases = bases(now);
    let kit = Run::new(kit, false, settings.workers, bases.clone());
    let classic = Run::new(classic, true, None, bases);
    let shows_both = settings.builder == Builder::Both;
    let said = told::said(shown, settings, &kit, &classic, n_told);
    let (run, other) = if settings.builder == Builder::Classic { (classic, kit) } else { (kit, classic) };
    let film = if shows_both { together_played(&run.schedule, &other.schedule) } else { run.schedule.clone() };
    Simulated {
        headline: said.headline,
        facts: said.facts,
        beside: said.beside,
        run: Rc::new(run),
        other: shows_both.then(|| Rc::new(other)),
        film: Rc::new(film),
        since,
        named: needed.iter().filter_map(|stage| Some(stage.name.as_ref()?.text.clone())).collect(),
        has_unnamed: needed.iter().any(|stage| !stage.is_named()),
        files,
        again,
        log_facts,
        unmatched,
        compared,
    }
}

/// The stage that each stage starts from, of those that are built and have nothing of their own to do.
fn bases(now: &Answer) -> Vec<Option<StageId>> {
    let base = |stage: &Stage| match stage.base {
        Base::Stage(base) if now.analysis.graph.is_built(stage.id) => Some(base),
        _ => None,
    };
    now.analysis.resolved.stages.iter().map(base).collect()
}

/// Two builds that begin at the same moment, as far as a film needs them: when what begins and ends.
fn together_played(one: &Schedule, other: &Schedule) -> Schedule {
    let slots = one.slots.iter().chain(&other.slots).copied().collect();
    Schedule { slots, total: one.total.max(other.total), ..Schedule::default() }
}

/// The files of the build context: those that either version takes, and those that the reader added.
fn files(settings: &Settings, now: &Answer, pinned: Option<&Answer>) -> Vec<Listed> {
    let mut paths: BTreeMap<String, bool> = BTreeMap::new();
    for answer in [Some(now), pinned].into_iter().flatten() {
        paths.extend(Context::guess(&answer.analysis.resolved).files.into_keys().map(|path| (path, false)));
    }
    for path in settings.added.iter().chain(settings.files.keys()) {
        paths.entry(stagewright::simulate::context::shortened(path).into_owned()).or_insert(true);
    }
    let listed = |(path, added): (String, bool)| Listed { change: settings.files.get(&path).copied(), path, added };
    paths.into_iter().map(listed).collect()
}

/// Where the Dockerfile is.
pub const DOCKERFILE: &str = "Dockerfile";

/// The build context before and now. The Dockerfile lies in it, as `docker build .` has it: an edit of it is one of a
/// file that `COPY . .` takes, unless `.dockerignore` says otherwise.
fn contexts(state: &State, settings: &Settings, files: &[Listed]) -> [Context; 2] {
    let before = settings.pinned.as_deref();
    let own = |source: &str, ignore: Option<String>| {
        let ignore = ignore.map(|text| (stagewright::simulate::context::DOCKERIGNORE.to_owned(), text));
        [Some((DOCKERFILE.to_owned(), source.to_owned())), ignore].into_iter().flatten()
    };
    let own_now = own(&state.source, state.dockerignore());
    let own_before = before.map_or_else(|| own_now.clone(), |before| own(&before.source, before.dockerignore.clone()));
    let content = |text: &str| text.to_owned();
    // Where the reader says nothing of it, the Dockerfile is what its text is.
    let files = || files.iter().filter(|file| file.change.is_some() || file.path != DOCKERFILE);
    let before = files().filter(|file| file.change != Some(FileChange::New));
    let before = before.map(|file| (file.path.clone(), content("before")));
    let now = files().filter(|file| file.change != Some(FileChange::Removed));
    let now = now.map(|file| (file.path.clone(), content(if file.change.is_some() { "now" } else { "before" })));
    [Context::new(own_before.chain(before)), Context::new(own_now.chain(now))]
}

/// A step of a plan that is made here: the classic builder's.
#[must_use]
pub fn step(id: usize, label: String, origins: Vec<stagewright::plan::Origin>) -> Step {
    let id = StepId(id as u32);
    let inputs = id.0.checked_sub(1).map(StepId).into_iter().collect();
    Step { id, label, op: Op::Exec, detail: String::new(), inputs, origins }
}
