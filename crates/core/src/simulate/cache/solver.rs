//! Goes through the steps of two builds as BuildKit's solver does, with the cache between them.
//!
//! BuildKit works on all steps at once and asks for as little as it can; here each step is looked at after its
//! inputs, which comes to the same (`solver/edge.go`): the keys of the inputs first, then their contents, and
//! what is not found runs.

use crate::plan::{Step, StepId};
use crate::resolve::Stage;

use super::super::context::Entry;
use super::super::select::Missing;
use super::definition::Definitions;
use super::files::{Files, LayerId, Sheet, TextId, ValueId};
use super::pairs::{Side, pairs};
use super::reads::{Reading, checksum, readings};
use super::store::{From, KeyId, Store};
use super::wiring::{Wired, Work, wire};
use super::{Build, Builds, Effects, Outcome, Rebuilt, changes, writes};

/// Both builds, one after the other.
pub(super) fn rebuild(builds: &Builds<'_>) -> Rebuilt {
    let [first, second] = [builds.first, builds.second].map(|build| wire(build.resolved, build.plan));
    let [first, second] = [(builds.first, &first), (builds.second, &second)].map(|(build, wired)| Side {
        resolved: build.resolved,
        plan: build.plan,
        wired,
    });
    let was = pairs(first, second);
    let mut effects_of_first = vec![builds.otherwise; first.plan.steps.len()];
    let mut effects_of_second = vec![builds.otherwise; second.plan.steps.len()];
    for (step, effects) in builds.effects {
        let Some(slot) = effects_of_second.get_mut(step.0 as usize) else { continue };
        *slot = effects;
        if let Some(was) = was[step.0 as usize] {
            effects_of_first[was.0 as usize] = effects;
        }
    }
    let mut solver = Solver { files: Files::new(), store: Store::default(), definitions: Definitions::default() };
    let mut one = Round::new(builds.first, first, &effects_of_first, None);
    solver.build(&mut one);
    let mut other = Round::new(builds.second, second, &effects_of_second, Some(Before { round: &one, was: &was }));
    solver.build(&mut other);
    let second = other.outcomes;
    Rebuilt { first: one.outcomes, second, was }
}

/// One build, and what came of its steps so far.
pub(super) struct Round<'a> {
    pub(super) build: Build<'a>,
    /// The files of its context.
    pub(super) visible: Vec<Entry<'a>>,
    /// Their paths.
    pub(super) paths: Vec<&'a str>,
    side: Side<'a>,
    pub(super) effects: &'a [&'a Effects],
    pub(super) before: Option<Before<'a>>,
    pub(super) outcomes: Vec<Outcome>,
    results: Vec<Result>,
}

/// The build before, and which of its steps each one was.
#[derive(Clone, Copy)]
pub(super) struct Before<'a> {
    pub(super) round: &'a Round<'a>,
    pub(super) was: &'a [Option<StepId>],
}

/// What a step gives to those that need it.
#[derive(Clone, Debug, Default)]
pub(super) struct Result {
    /// The keys by which others may find what they did with it.
    keys: Vec<KeyId>,
    /// The key of what it gave.
    key: Option<KeyId>,
    layer: Option<LayerId>,
}

impl<'a> Round<'a> {
    fn new(build: Build<'a>, side: Side<'a>, effects: &'a [&'a Effects], before: Option<Before<'a>>) -> Self {
        let visible = build.context.visible();
        let paths = visible.iter().map(|entry| entry.path).collect();
        Self { build, visible, paths, side, effects, before, outcomes: Vec::new(), results: Vec::new() }
    }

    pub(super) fn step(&self, id: StepId) -> &'a Step {
        &self.side.plan.steps[id.0 as usize]
    }

    pub(super) fn wired(&self, id: StepId) -> &'a Wired<'a> {
        &self.side.wired[id.0 as usize]
    }

    pub(super) fn layer(&self, id: Option<StepId>) -> Option<LayerId> {
        self.results.get(id?.0 as usize)?.layer
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
    pub(super) reading: Reading<'a>,
    /// What others may have been found by.
    pub(super) from: Vec<From>,
    /// The checksum of what is taken, and whether it is only assumed to be another.
    pub(super) content: Option<(ValueId, bool)>,
}

struct Solver {
    files: Files,
    store: Store,
    definitions: Definitions,
}

impl Solver {
    fn build<'a>(&mut self, round: &mut Round<'a>) {
        let epoch = round.build.resolved.build_args.get("SOURCE_DATE_EPOCH").map(String::as_str).unwrap_or_default();
        for index in 0..round.side.plan.steps.len() {
            let id = StepId(crate::text::offset(index));
            let (outcome, result) = self.step(round, id, epoch);
            round.outcomes.push(outcome);
            round.results.push(result);
        }
    }

    fn step<'a>(&mut self, round: &Round<'a>, id: StepId, epoch: &str) -> (Outcome, Result) {
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
            let layer = self.context(round);
            let key = self.store.key(Some(layer));
            return (Outcome::Looks, Result { keys: vec![key], key: Some(key), layer: Some(layer) });
        }
        let operation = self.definitions.of(step, wired, epoch);
        let operation = self.files.text(&operation);
        if step.inputs.is_empty() {
            return self.root(round, id, operation);
        }
        let inputs = readings(step, wired).into_iter().map(|reading| self.input(round, reading)).collect();
        self.with_inputs(round, id, operation, inputs)
    }

    /// A step that needs nothing.
    fn root(&mut self, round: &Round<'_>, id: StepId, operation: TextId) -> (Outcome, Result) {
        let ignores = round.ignores_cache(id);
        if let Some(key) = self.store.root(operation).filter(|_| !ignores) {
            let layer = self.store.result(key);
            return (Outcome::Cached, Result { keys: vec![key], key: Some(key), layer });
        }
        let layer = writes::carried_out(&mut self.files, round, id);
        let key = self.store.save_root(operation, layer);
        let causes = changes::causes(&self.store, round, id, operation, &[]);
        let keys = if ignores { Vec::new() } else { vec![key] };
        (Outcome::Runs(causes), Result { keys, key: Some(key), layer })
    }

    fn input<'a>(&mut self, round: &Round<'a>, reading: Reading<'a>) -> Input<'a> {
        let paths = self.files.text(&reading.paths);
        let keys = &round.results[reading.step.0 as usize].keys;
        Input { from: keys.iter().map(|&key| From::Key(key, paths)).collect(), reading, content: None }
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
            return (Outcome::Cached, result);
        }
        // Not known by its keys alone: what it takes is looked at.
        if let Err(missing) = self.look(round, &mut inputs) {
            return (Outcome::Fails(missing), Result::default());
        }
        if !ignores && let Some(result) = self.found(operation, &inputs) {
            let is_of_stage = |input: &Input<'_>| {
                let ran = matches!(round.outcomes[input.reading.step.0 as usize], Outcome::Runs(_));
                input.content.is_some() && ran
            };
            let outcome = if inputs.iter().any(is_of_stage) { Outcome::SameContent } else { Outcome::Cached };
            let froms: Vec<Vec<From>> = inputs.into_iter().map(|input| input.from).collect();
            for (index, from) in froms.iter().enumerate() {
                self.store.link(from, index, operation, &result.keys);
            }
            return (outcome, result);
        }
        let causes = changes::causes(&self.store, round, id, operation, &inputs);
        let layer = writes::carried_out(&mut self.files, round, id);
        let mut saved = Vec::with_capacity(inputs.len());
        for input in &inputs {
            let paths = self.files.text(&input.reading.paths);
            let key = round.results[input.reading.step.0 as usize].key;
            let mut from: Vec<From> = key.map(|key| From::Key(key, paths)).into_iter().collect();
            from.extend(input.content.map(|(value, _)| From::Content(value)));
            saved.push(from);
        }
        let key = self.store.save(&saved, operation, layer);
        // What was made to run is not known to others by its old key.
        let keys = if ignores { Vec::new() } else { vec![key] };
        (Outcome::Runs(causes), Result { keys, key: Some(key), layer })
    }

    /// What the cache has for a step.
    fn found(&self, operation: TextId, inputs: &[Input<'_>]) -> Option<Result> {
        let froms: Vec<Vec<From>> = inputs.iter().map(|input| input.from.clone()).collect();
        let keys = self.store.reached(&froms, operation);
        let key = *keys.first()?;
        Some(Result { key: Some(key), layer: self.store.result(key), keys })
    }

    fn look(&mut self, round: &Round<'_>, inputs: &mut [Input<'_>]) -> std::result::Result<(), Missing> {
        for input in inputs {
            let Some(sources) = &input.reading.selectors else { continue };
            let layer = round.layer(Some(input.reading.step));
            let content = checksum(&mut self.files, layer, sources)?;
            input.content = Some(content);
            input.from.push(From::Content(content.0));
        }
        Ok(())
    }

    /// The files of the build context.
    fn context(&mut self, round: &Round<'_>) -> LayerId {
        let mut items = Vec::new();
        for entry in &round.visible {
            items.push(self.files.entry(entry));
        }
        self.files.layer(None, vec![Sheet::of(items)])
    }
}
