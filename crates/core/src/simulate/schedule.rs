//! Which step runs when, on how many workers, and what decides how long the whole takes.
//!
//! BuildKit starts a step as soon as all its inputs are done. Without a limit (`max-parallelism` of
//! buildkitd) that is at once; with one, steps wait in a queue: first ready, first served. Of steps that
//! get ready at the same time the one that the plan lists first goes first, where BuildKit leaves it to
//! chance. The first step that fails cancels whatever runs. Steps from the cache take no time and no
//! worker. A merge (`COPY --link`) takes a worker here, though not in BuildKit, where it is over at once.
//!
//! Relies on the plan; how long each step takes is worked out by others.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::num::NonZeroU32;

use crate::plan::{Plan, StepId};

use super::lanes::lanes;

/// What is scheduled. Lists have an item for each step of the plan; what they lack is nought or `false`.
#[derive(Clone, Copy, Debug)]
pub struct Work<'a> {
    /// The steps.
    pub plan: &'a Plan,
    /// How long each takes, in milliseconds.
    pub durations: &'a [u32],
    /// Which come from the cache.
    pub cached: &'a [bool],
    /// How many may run at once; none for any number.
    pub workers: Option<NonZeroU32>,
    /// The step that fails when its time is over. One from the cache does not fail.
    pub fails: Option<StepId>,
}

/// What becomes of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StepState {
    /// It runs to its end.
    Done,
    /// It comes from the cache.
    Cached,
    /// It runs, and fails.
    Failed,
    /// It runs when another one fails.
    Canceled,
    /// Another one fails before it can run.
    NotStarted,
}

/// Why a step starts when it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// It has to wait for nothing.
    Beginning,
    /// It has all it needs once this input is done, the last of them.
    Input(StepId),
    /// It gets the worker that this step leaves.
    Worker(StepId),
}

/// When a step runs. Times are milliseconds since the build began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    /// When it starts; the end of the build for one that does not.
    pub start: u64,
    /// When it is over, one way or the other.
    pub end: u64,
    /// What becomes of it.
    pub state: StepState,
    /// Why it starts when it does.
    pub cause: Cause,
    /// The lane that it is drawn in, from nought; nought for one that does not start.
    pub lane: u32,
    /// The round in which it could run, from nought, if every step took as long: one more than the last of
    /// its inputs.
    pub wave: u32,
}

/// When each step of a plan runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schedule {
    /// The steps, in the order of the plan.
    pub slots: Vec<Slot>,
    /// How many lanes they need: as many as there are steps that run at the same time.
    pub n_lanes: u32,
    /// How many waves there are.
    pub n_waves: u32,
    /// The chain of inputs that takes longest, from its first step that takes time; no number of workers
    /// makes the build shorter. Where two take as long, it is the one of the input that is listed first.
    pub critical_path: Vec<StepId>,
    /// How long that chain takes. With any number of workers this is `total`.
    pub critical_time: u64,
    /// When the last step is over.
    pub total: u64,
    /// How long the steps take one after the other.
    pub work: u64,
    /// How much of their time the workers have something to do, in percent; of as many as there are lanes
    /// where any number may be used.
    pub busy: u32,
    /// How much shorter the build is than with one worker.
    pub saved_by_parallelism: u64,
    /// How much longer it would be if nothing came from the cache.
    pub saved_by_cache: u64,
}

/// The schedule of some work. The same work has the same schedule.
#[must_use]
pub fn schedule(work: &Work<'_>) -> Schedule {
    let slots = run(work);
    let total = slots.iter().map(|slot| slot.end).max().unwrap_or_default();
    let saved_by_cache = if slots.iter().any(|slot| slot.state == StepState::Cached) {
        let cold = run(&Work { cached: &[], ..*work });
        cold.iter().map(|slot| slot.end).max().unwrap_or_default().saturating_sub(total)
    } else {
        0
    };
    finish(work, slots, total, saved_by_cache)
}

fn finish(work: &Work<'_>, mut slots: Vec<Slot>, total: u64, saved_by_cache: u64) -> Schedule {
    let n_lanes = lanes(&mut slots);
    let mut n_waves = 0;
    let mut sum = 0;
    for index in 0..slots.len() {
        let wave = work.inputs(index).iter().map(|input| slots[input.0 as usize].wave + 1).max().unwrap_or_default();
        slots[index].wave = wave;
        n_waves = n_waves.max(wave + 1);
        sum += slots[index].end - slots[index].start;
    }
    let (critical_path, critical_time) = critical_path(work, &slots);
    let n_workers = u64::from(work.workers.map_or(n_lanes, NonZeroU32::get)) * total;
    Schedule {
        n_lanes,
        n_waves,
        critical_path,
        critical_time,
        total,
        work: sum,
        busy: (sum * 100).checked_div(n_workers).unwrap_or_default() as u32,
        saved_by_parallelism: sum.saturating_sub(total),
        saved_by_cache,
        slots,
    }
}

impl Work<'_> {
    fn duration(&self, step: usize) -> u64 {
        if self.is_cached(step) { 0 } else { u64::from(self.durations.get(step).copied().unwrap_or_default()) }
    }

    fn is_cached(&self, step: usize) -> bool {
        self.cached.get(step).copied().unwrap_or_default()
    }

    /// The inputs of a step, which come before it in the plan.
    fn inputs(&self, step: usize) -> &[StepId] {
        &self.plan.steps[step].inputs
    }
}

/// A build as it goes on.
struct Build<'a> {
    work: &'a Work<'a>,
    slots: Vec<Slot>,
    /// The steps that use each step.
    users: Vec<Vec<usize>>,
    /// How many inputs each step still waits for.
    n_missing: Vec<usize>,
    /// Steps that can run, with the time since when.
    ready: BinaryHeap<Reverse<(u64, usize)>>,
    /// Steps that run, with the time when they end.
    running: BinaryHeap<Reverse<(u64, usize)>>,
    now: u64,
    /// The first of the steps that ended just now.
    ended: Option<StepId>,
}

/// When each step runs; lanes and waves are not told yet.
fn run(work: &Work<'_>) -> Vec<Slot> {
    let n_steps = work.plan.steps.len();
    let slot = Slot { start: 0, end: 0, state: StepState::NotStarted, cause: Cause::Beginning, lane: 0, wave: 0 };
    let mut build = Build {
        work,
        slots: vec![slot; n_steps],
        users: vec![Vec::new(); n_steps],
        n_missing: (0..n_steps).map(|step| work.inputs(step).len()).collect(),
        ready: BinaryHeap::new(),
        running: BinaryHeap::new(),
        now: 0,
        ended: None,
    };
    for step in 0..n_steps {
        for input in work.inputs(step) {
            build.users[input.0 as usize].push(step);
        }
    }
    // By their inputs: what waits for a step from the cache gets ready with it.
    for step in (0..n_steps).filter(|&step| work.inputs(step).is_empty()) {
        build.becomes_ready(step);
    }
    build.run();
    build.slots
}

impl Build<'_> {
    fn run(&mut self) {
        let n_workers = self.work.workers.map_or(usize::MAX, |workers| workers.get() as usize);
        loop {
            while self.running.len() < n_workers {
                let Some(Reverse((since, step))) = self.ready.pop() else { break };
                self.start(step, since);
            }
            let Some(&Reverse((time, _))) = self.running.peek() else { return };
            self.now = time;
            self.ended = None;
            let mut fails = false;
            // All that end now make way before anything starts.
            while let Some(&Reverse((end, step))) = self.running.peek()
                && end == time
            {
                self.running.pop();
                self.ended.get_or_insert(StepId(step as u32));
                if self.work.fails == Some(StepId(step as u32)) {
                    self.slots[step].state = StepState::Failed;
                    fails = true;
                } else {
                    self.is_done(step);
                }
            }
            if fails {
                return self.cancel();
            }
        }
    }

    fn start(&mut self, step: usize, since: u64) {
        let end = self.now + self.work.duration(step);
        let cause = match self.ended {
            Some(ended) if since < self.now => Cause::Worker(ended),
            _ => self.last_input(step),
        };
        self.slots[step] = Slot { start: self.now, end, state: StepState::Done, cause, ..self.slots[step] };
        self.running.push(Reverse((end, step)));
    }

    /// The input of a step that is done last.
    fn last_input(&self, step: usize) -> Cause {
        let last = last_of(&self.slots, self.work.inputs(step));
        last.map_or(Cause::Beginning, Cause::Input)
    }

    fn is_done(&mut self, step: usize) {
        for user in std::mem::take(&mut self.users[step]) {
            self.n_missing[user] -= 1;
            if self.n_missing[user] == 0 {
                self.becomes_ready(user);
            }
        }
    }

    /// Lets a step wait for a worker; one from the cache, and those from the cache that waited for it only,
    /// are done at once.
    fn becomes_ready(&mut self, first: usize) {
        let mut stack = vec![first];
        while let Some(step) = stack.pop() {
            if !self.work.is_cached(step) {
                self.ready.push(Reverse((self.now, step)));
                continue;
            }
            let cause = self.last_input(step);
            let now = self.now;
            self.slots[step] = Slot { start: now, end: now, state: StepState::Cached, cause, ..self.slots[step] };
            for user in std::mem::take(&mut self.users[step]) {
                self.n_missing[user] -= 1;
                if self.n_missing[user] == 0 {
                    stack.push(user);
                }
            }
        }
    }

    /// Ends the build now: what runs is canceled, the rest does not start.
    fn cancel(&mut self) {
        for Reverse((_, step)) in self.running.drain() {
            self.slots[step].end = self.now;
            self.slots[step].state = StepState::Canceled;
        }
        for slot in &mut self.slots {
            if slot.state == StepState::NotStarted {
                slot.start = self.now;
                slot.end = self.now;
            }
        }
    }
}

/// The step that is done last; of several the first.
fn last_of(slots: &[Slot], steps: &[StepId]) -> Option<StepId> {
    let mut last: Option<StepId> = None;
    for &step in steps {
        if last.is_none_or(|last| slots[step.0 as usize].end > slots[last.0 as usize].end) {
            last = Some(step);
        }
    }
    last
}

/// The chain of inputs that takes longest, and how long it takes.
fn critical_path(work: &Work<'_>, slots: &[Slot]) -> (Vec<StepId>, u64) {
    // Up to the end of each step, the time its chain takes, and the input that the chain goes through.
    let mut chains: Vec<(u64, Option<StepId>)> = Vec::with_capacity(slots.len());
    let mut end: Option<usize> = None;
    for (index, slot) in slots.iter().enumerate() {
        let mut chain = (0, None);
        for &input in work.inputs(index) {
            let time = chains[input.0 as usize].0;
            if chain.1.is_none() || time > chain.0 {
                chain = (time, Some(input));
            }
        }
        chain.0 += slot.end - slot.start;
        // What is built in the end is the last step of the plan, and the chain leads there.
        if slot.state != StepState::NotStarted && end.is_none_or(|end| chain.0 >= chains[end].0) {
            end = Some(index);
        }
        chains.push(chain);
    }
    let time = end.map_or(0, |end| chains[end].0);
    let mut path = Vec::new();
    let mut at = end.map(|end| StepId(end as u32));
    while let Some(step) = at.filter(|step| chains[step.0 as usize].0 > 0) {
        path.push(step);
        at = chains[step.0 as usize].1;
    }
    path.reverse();
    (path, time)
}
