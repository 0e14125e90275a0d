//! Goes through the steps of two builds as BuildKit's solver does, with the cache between them.
//!
//! BuildKit works on all steps at once and asks for as little as it can; here each step is looked at after its
//! inputs, which comes to the same (`solver/edge.go`): the keys of the inputs first, then their contents, and
//! what is not found runs.

use crate::plan::{Step, StepId};
use crate::resolve::Stage;

use super::super::context::{Context, Entry};
use super::super::select::Missing;
use super::changes::{Edits, Told};
use super::definition::Definitions;
use super::differences::Defined;
use super::few::Few;
use super::files::{Files, LayerId, Maker, Sheet, TextId, ValueId};
use super::pairs::{Side, pairs};
use super::reads::{Reading, Readings};
use super::sources::{Source, checksum};
use super::store::{From, KeyId, Store};
use super::values::Settings;
use super::wiring::{Wired, Work, wire};
use super::{Build, Builds, Effects, Outcome, Rebuilt, changes, writes};

/// Both builds, one after the other.
pub(super) fn rebuild(builds: &Builds<'_>) -> Rebuilt {
    let (first, second) = (builds.first, builds.second);
    let is_same = std::ptr::eq(first.plan, second.plan) && std::ptr::eq(first.resolved, second.resolved);
    let wired = wire(first.resolved, first.plan);
    let other = if is_same { Vec::new() } else { wire(second.resolved, second.plan) };
    let first = Side { resolved: first.resolved, plan: first.plan, wired: &wired };
    let second = Side { resolved: second.resolved, plan: second.plan, wired: if is_same { &wired } else { &other } };
    let pairs = pairs(first, second);
    let mut effects_of_first = vec![builds.otherwise; first.plan.steps.len()];
    let mut effects_of_second = vec![builds.otherwise; second.plan.steps.len()];
    for (step, effects) in builds.effects {
        let Some(slot) = effects_of_second.get_mut(step.0 as usize) else { continue };
        *slot = effects;
        if let Some(was) = pairs.was[step.0 as usize] {
            effects_of_first[was.0 as usize] = effects;
        }
    }
    let mut solver = Solver::default();
    let asked = solver.asked(first);
    let mut one = Round::new(builds.first, first, &asked, &effects_of_first, None);
    solver.build(&mut one);
    let asked = if is_same { asked.clone() } else { solver.asked(second) };
    let before = Some(Before { round: &one, was: &pairs.was, is_moved: &pairs.is_moved });
    let mut other = Round::new(builds.second, second, &asked, &effects_of_second, before);
    solver.build(&mut other);
    let second = other.outcomes;
    Rebuilt { first: one.outcomes, second, was: pairs.was }
}

/// The same build with each of some contexts, each after the build of the first.
pub(super) fn with_contexts(build: Build<'_>, contexts: &mut dyn Iterator<Item = Context>) -> Vec<Vec<Outcome>> {
    let wired = wire(build.resolved, build.plan);
    let side = Side { resolved: build.resolved, plan: build.plan, wired: &wired };
    let pairs = pairs(side, side);
    let effects = vec![&Effects::Everything; build.plan.steps.len()];
    let mut solver = Solver::default();
    let asked = solver.asked(side);
    let mut one = Round::new(build, side, &asked, &effects, None);
    solver.build(&mut one);
    let mut out = Vec::new();
    for context in contexts {
        let before = Some(Before { round: &one, was: &pairs.was, is_moved: &pairs.is_moved });
        let mut other = Round::new(Build { context: &context, ..build }, side, &asked, &effects, before);
        solver.clone().build(&mut other);
        out.push(other.outcomes);
    }
    out
}

/// One build, and what came of its steps so far.
pub(super) struct Round<'a> {
    pub(super) build: Build<'a>,
    /// The files of its context.
    pub(super) visible: Vec<Entry<'a>>,
    /// Their paths.
    pub(super) paths: Vec<&'a str>,
    /// What is different in its context.
    pub(super) edits: Edits<'a>,
    side: Side<'a>,
    settings: Settings<'a>,
    asked: &'a Asked<'a>,
    pub(super) effects: &'a [&'a Effects],
    pub(super) before: Option<Before<'a>>,
    pub(super) outcomes: Vec<Outcome>,
    results: Vec<Result>,
}

/// What the steps of a plan look for in the cache.
#[derive(Clone, Default)]
struct Asked<'a> {
    /// Their definitions.
    operations: Vec<TextId>,
    /// What they take of their inputs.
    readings: Readings<'a>,
}

/// The build before, and which of its steps each one was.
#[derive(Clone, Copy)]
pub(super) struct Before<'a> {
    pub(super) round: &'a Round<'a>,
    pub(super) was: &'a [Option<StepId>],
    /// Whether its instruction stood elsewhere.
    pub(super) is_moved: &'a [bool],
}

/// What a step gives to those that need it.
#[derive(Clone, Debug, Default)]
pub(super) struct Result {
    /// The keys by which others may find what they did with it.
    keys: Few<KeyId>,
    /// The key of what it gave.
    key: Option<KeyId>,
    layer: Option<LayerId>,
}

impl<'a> Round<'a> {
    fn new(
        build: Build<'a>,
        side: Side<'a>,
        asked: &'a Asked<'a>,
        effects: &'a [&'a Effects],
        before: Option<Before<'a>>,
    ) -> Self {
        let visible = build.context.visible();
        let edits = before.map(|before| Edits::of(&before.round.visible, &visible)).unwrap_or_default();
        let paths = visible.iter().map(|entry| entry.path).collect();
        let settings = Settings::of(side.resolved);
        let (outcomes, results) = (Vec::new(), Vec::new());
        Self { build, visible, paths, edits, side, settings, asked, effects, before, outcomes, results }
    }

    pub(super) fn step(&self, id: StepId) -> &'a Step {
        &self.side.plan.steps[id.0 as usize]
    }

    pub(super) fn wired(&self, id: StepId) -> &'a Wired<'a> {
        &self.side.wired[id.0 as usize]
    }

    /// A step as it is compared.
    pub(super) fn defined(&self, id: StepId) -> Defined<'_> {
        (self.step(id), self.wired(id), &self.settings)
    }

    /// What a step does, as a text by its number.
    pub(super) fn operation(&self, id: StepId) -> TextId {
        self.asked.operations[id.0 as usize]
    }

    /// What a step takes of its inputs.
    pub(super) fn readings(&self, id: StepId) -> &'a [Reading<'a>] {
        self.asked.readings.of(id)
    }

    pub(super) fn layer(&self, id: Option<StepId>) -> Option<LayerId> {
        self.results.get(id?.0 as usize)?.layer
    }

    /// A step of this build as the one that leaves a layer behind.
    fn maker(&self, step: StepId) -> Maker {
        Maker { is_second: self.before.is_some(), step }
    }

    /// The build that a step belongs to: this one, or the one before.
    pub(super) fn of(&self, maker: Maker) -> &Self {
        if maker.is_second { self } else { self.before.map_or(self, |before| before.round) }
    }

    /// Whether a flag keeps a step from the cache. It does for RUN, COPY and ADD alone.
    pub(super) fn ignores_cache(&self, id: StepId) -> bool {
        if !matches!(self.wired(id).work, Work::Run(..) | Work::Copy(_) | Work::Link) {
            return false;
        }
        let is_named = |stage: &Stage| {
            let is_it = |name: &String| stage.name.as_ref().is_some_and(|own| own.text.eq_ignore_ascii_case(name));
            self.build.no_cache_filter.iter().any(is_it)
        };
        let of_stage = |stage| self.side.resolved.stage(stage).is_some_and(is_named);
        self.build.no_cache || self.step(id).origins.iter().any(|origin| of_stage(origin.stage))
    }
}

/// An input while its step is looked at.
pub(super) struct Input<'a> {
    pub(super) reading: &'a Reading<'a>,
    /// What others may have been found by.
    pub(super) from: Few<From>,
    /// The checksum of what is taken, and whether it is only assumed to be another.
    pub(super) content: Option<(ValueId, bool)>,
}

#[derive(Clone, Default)]
struct Solver<'p> {
    files: Files,
    store: Store,
    definitions: Definitions<'p>,
    told: Told,
}

impl<'p> Solver<'p> {
    fn asked(&mut self, side: Side<'p>) -> Asked<'p> {
        let settings = Settings::of(side.resolved);
        let mut out = Asked::default();
        for (step, wired) in side.plan.steps.iter().zip(side.wired) {
            out.operations.push(self.definitions.of(&mut self.files, step, wired, &settings));
            out.readings.add(&mut self.files, step, wired);
        }
        out
    }

    fn build(&mut self, round: &mut Round<'_>) {
        for index in 0..round.side.plan.steps.len() {
            let id = StepId(crate::text::offset(index));
            let (outcome, result) = self.step(round, id);
            round.outcomes.push(outcome);
            round.results.push(result);
        }
    }

    fn step(&mut self, round: &Round<'_>, id: StepId) -> (Outcome, Result) {
        let (step, wired) = (round.step(id), round.wired(id));
        let stops = |input: &&StepId| {
            matches!(round.outcomes.get(input.0 as usize), Some(Outcome::Fails(_) | Outcome::NotReached(_)) | None)
        };
        if let Some(&input) = step.inputs.iter().find(stops) {
            let at = match round.outcomes.get(input.0 as usize) {
                Some(&Outcome::NotReached(at)) => at,
                _ => input,
            };
            return (Outcome::NotReached(at), Result::default());
        }
        if let Work::Context = wired.work {
            let layer = self.context(round, id);
            let key = self.store.key(Some(layer));
            return (Outcome::Looks, Result { keys: Some(key).into(), key: Some(key), layer: Some(layer) });
        }
        let operation = round.operation(id);
        if step.inputs.is_empty() {
            return self.root(round, id, operation);
        }
        let inputs = round.readings(id).iter().map(|reading| input(round, reading)).collect();
        self.with_inputs(round, id, operation, inputs)
    }

    /// A step that needs nothing.
    fn root(&mut self, round: &Round<'_>, id: StepId, operation: TextId) -> (Outcome, Result) {
        let ignores = round.ignores_cache(id);
        if let Some(key) = self.store.root(operation).filter(|_| !ignores) {
            let layer = self.store.result(key);
            return (Outcome::Cached, Result { keys: Some(key).into(), key: Some(key), layer });
        }
        let layer = Some(self.files.promise(round.maker(id)));
        let key = self.store.save_root(operation, layer);
        let causes = changes::causes(&mut self.told, &self.store, round, id, operation, &[]);
        let keys = Some(key).filter(|_| !ignores).into();
        (Outcome::Runs(causes), Result { keys, key: Some(key), layer })
    }

    fn with_inputs<'a>(
        &mut self,
        round: &Round<'a>,
        id: StepId,
        operation: TextId,
        mut inputs: Vec<Input<'a>>,
    ) -> (Outcome, Result) {
        let ignores = round.ignores_cache(id);
        if !ignores && let Some(result) = self.found(operation, &inputs) {
            return (cached(round, &inputs), result);
        }
        // Not known by its keys alone: what it takes is looked at.
        if let Err(missing) = self.look(round, &mut inputs) {
            return (Outcome::Fails(missing), Result::default());
        }
        let found = if ignores { None } else { self.found(operation, &inputs) };
        let causes = match found {
            Some(_) => Vec::new(),
            None => changes::causes(&mut self.told, &self.store, round, id, operation, &inputs),
        };
        self.connect(round, operation, &inputs);
        if let Some(result) = found {
            return (cached(round, &inputs), result);
        }
        if let Err(missing) = self.take(round, id) {
            return (Outcome::Fails(missing), Result::default());
        }
        let layer = Some(self.files.promise(round.maker(id)));
        let mut saved = Vec::with_capacity(inputs.len());
        for input in &inputs {
            let key = round.results[input.reading.step.0 as usize].key;
            let mut from: Few<From> = key.map(|key| From::Key(key, input.reading.paths)).into();
            if let Some((value, _)) = input.content {
                from.push(From::Content(value));
            }
            saved.push(from);
        }
        let key = self.store.save(&saved, operation, layer);
        // What was made to run is not known to others by its old key.
        let keys = Some(key).filter(|_| !ignores).into();
        (Outcome::Runs(causes), Result { keys, key: Some(key), layer })
    }

    /// What the cache has for a step.
    fn found(&self, operation: TextId, inputs: &[Input<'_>]) -> Option<Result> {
        let keys = self.store.reached(inputs, operation);
        let key = keys.first()?;
        Some(Result { key: Some(key), layer: self.store.result(key), keys })
    }

    /// Looks at what is taken of the inputs.
    fn look(&mut self, round: &Round<'_>, inputs: &mut [Input<'_>]) -> std::result::Result<(), Missing> {
        for input in inputs {
            let Some(sources) = input.reading.sources() else { continue };
            let layer = round.layer(Some(input.reading.step));
            if let Some(layer) = layer {
                writes::make(&mut self.files, round, layer);
            }
            let content = checksum(&mut self.files, layer, sources)?;
            input.content = Some(content);
            input.from.push(From::Content(content.0));
        }
        Ok(())
    }

    /// Whatever an input led to by its key, it leads to by its content from now on, and the other way round, even
    /// where a flag kept it from the cache (`processDepSlowCacheReq`).
    fn connect(&mut self, round: &Round<'_>, operation: TextId, inputs: &[Input<'_>]) {
        for (index, input) in inputs.iter().enumerate().filter(|(_, input)| input.content.is_some()) {
            let mut all = input.from.clone();
            if let Some(key) = round.results[input.reading.step.0 as usize].key {
                all.add(From::Key(key, input.reading.paths));
            }
            self.store.connect(&all, index, operation);
        }
    }

    /// Takes what the checksum does not look at, as it lies in something else that is taken: nothing may be there.
    fn take(&mut self, round: &Round<'_>, id: StepId) -> std::result::Result<(), Missing> {
        let (wired, readings) = (round.wired(id), round.readings(id));
        let n_looked_at: usize = readings.iter().filter_map(Reading::sources).map(<[_]>::len).sum();
        if wired.slots.len() <= n_looked_at + 1 {
            return Ok(());
        }
        for slot in &wired.slots {
            if let (Some(layer), Some(source)) = (round.layer(slot.step), Source::of_slot(slot, wired)) {
                writes::make(&mut self.files, round, layer);
                source.given(&mut self.files, Some(layer))?;
            }
        }
        Ok(())
    }

    /// The files of the build context.
    fn context(&mut self, round: &Round<'_>, id: StepId) -> LayerId {
        let before = round.before.and_then(|before| before.round.layer(before.was[id.0 as usize]));
        if let Some(before) = before.filter(|_| round.edits.is_empty()) {
            return before;
        }
        let mut items = Vec::new();
        for entry in &round.visible {
            items.push(self.files.entry(entry));
        }
        let layer = self.files.promise(round.maker(id));
        self.files.make(layer, None, vec![Sheet::of(items)]);
        if let Some(before) = before.filter(|_| round.edits.len() <= FEW) {
            self.files.is_edited(layer, before, round.edits.paths());
        }
        layer
    }
}

/// What comes from the cache: something of which it takes the contents may have run again.
fn cached(round: &Round<'_>, inputs: &[Input<'_>]) -> Outcome {
    let ran = |input: &Input<'_>| matches!(round.outcomes[input.reading.step.0 as usize], Outcome::Runs(_));
    let has_same = inputs.iter().any(|input| input.reading.sources().is_some() && ran(input));
    if has_same { Outcome::SameContent } else { Outcome::Cached }
}

/// Up to so many edits are held against each path that is looked at.
const FEW: usize = 16;

fn input<'a>(round: &Round<'a>, reading: &'a Reading<'a>) -> Input<'a> {
    let mut from = Few::default();
    for key in round.results[reading.step.0 as usize].keys.iter() {
        from.push(From::Key(key, reading.paths));
    }
    Input { from, reading, content: None }
}
