//! What holds for every schedule, and works to try it on.

use std::num::NonZeroU32;

use stagewright::Analysis;
use stagewright::plan::{Op, Plan, Step, StepId};
use stagewright::simulate::{Cause, Schedule, Slot, StepState, Work, estimate, schedule};

use crate::mutate::Numbers;

/// What a work needs beside the plan.
#[derive(Clone, Debug, Default)]
pub struct Terms {
    /// How long each step takes.
    pub durations: Vec<u32>,
    /// Which come from the cache.
    pub cached: Vec<bool>,
    /// How many may run at once.
    pub workers: Option<NonZeroU32>,
    /// The step that fails.
    pub fails: Option<StepId>,
}

impl Terms {
    /// The work of a plan.
    #[must_use]
    pub fn of<'a>(&'a self, plan: &'a Plan) -> Work<'a> {
        Work { plan, durations: &self.durations, cached: &self.cached, workers: self.workers, fails: self.fails }
    }
}

/// Terms for a plan of `n_steps`: of all kinds, some with steps that take no time, some with a failure.
pub fn terms(numbers: &mut Numbers, n_steps: usize) -> Terms {
    let longest = *numbers.pick(&[2, 10, 60_000]);
    let share_of_cached = *numbers.pick(&[1, 1, 2, 5]);
    Terms {
        durations: (0..n_steps).map(|_| numbers.below(longest) as u32).collect(),
        cached: (0..n_steps).map(|_| numbers.below(share_of_cached) > 0).collect(),
        workers: NonZeroU32::new(*numbers.pick(&[0, 0, 1, 1, 2, 3, 4, 16])),
        fails: (n_steps > 0 && numbers.below(3) == 0).then(|| StepId(numbers.below(n_steps) as u32)),
    }
}

/// A plan of `n_steps` whose steps have up to `n_inputs` inputs, near or far.
pub fn plan(numbers: &mut Numbers, n_steps: usize, n_inputs: usize) -> Plan {
    let mut steps = Vec::new();
    for index in 0..n_steps {
        let mut inputs = Vec::new();
        for _ in 0..numbers.below(n_inputs + 1).min(index) {
            let back = if numbers.below(2) == 0 { numbers.below(index) } else { numbers.below(index.min(4)) };
            let input = StepId((index - 1 - back) as u32);
            if !inputs.contains(&input) {
                inputs.push(input);
            }
        }
        let id = StepId(index as u32);
        steps.push(Step { id, label: String::new(), op: Op::Exec, detail: String::new(), inputs, origins: Vec::new() });
    }
    Plan { steps, config: None }
}

/// Schedules some work, and holds the result to what must be so.
///
/// # Errors
/// What is not as it must be.
pub fn check(work: &Work<'_>) -> Result<Schedule, String> {
    let it = schedule(work);
    let all = [order(work, &it), states(work, &it), lanes(work, &it), sums(work, &it), critical_path(work, &it)];
    all.into_iter().collect::<Result<(), String>>()?;
    ensure(it == schedule(work), || "the same work has two schedules".into())?;
    Ok(it)
}

fn ensure(holds: bool, otherwise: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(otherwise()) }
}

fn is_started(slot: &Slot) -> bool {
    slot.state != StepState::NotStarted
}

fn order(work: &Work<'_>, it: &Schedule) -> Result<(), String> {
    ensure(it.slots.len() == work.plan.steps.len(), || "there is not a slot for each step".into())?;
    for (step, slot) in work.plan.steps.iter().zip(&it.slots) {
        let inputs: Vec<&Slot> = step.inputs.iter().map(|input| &it.slots[input.0 as usize]).collect();
        let wave = inputs.iter().map(|input| input.wave + 1).max().unwrap_or_default();
        ensure(slot.wave == wave && wave < it.n_waves, || format!("{:?} is in wave {}", step.id, slot.wave))?;
        if !is_started(slot) {
            continue;
        }
        let may = inputs
            .iter()
            .all(|input| matches!(input.state, StepState::Done | StepState::Cached) && input.end <= slot.start);
        ensure(may, || format!("{:?} starts before its inputs end", step.id))?;
        let is_caused = match slot.cause {
            Cause::Beginning => slot.start == 0 && inputs.is_empty(),
            Cause::Input(input) => step.inputs.contains(&input) && it.slots[input.0 as usize].end == slot.start,
            Cause::Worker(step) => work.workers.is_some() && it.slots[step.0 as usize].end == slot.start,
        };
        ensure(is_caused, || format!("{:?} does not start because of {:?}", step.id, slot.cause))?;
    }
    Ok(())
}

fn states(work: &Work<'_>, it: &Schedule) -> Result<(), String> {
    let is_cached = |step: usize| work.cached.get(step).copied().unwrap_or_default();
    let fails = work.fails.filter(|step| !is_cached(step.0 as usize) && (step.0 as usize) < it.slots.len());
    let failure = fails.map_or(u64::MAX, |step| it.slots[step.0 as usize].end);
    for (index, slot) in it.slots.iter().enumerate() {
        let duration = u64::from(work.durations[index]);
        let took = slot.end - slot.start;
        let is_right = match slot.state {
            StepState::Done => took == duration && !is_cached(index) && fails != Some(StepId(index as u32)),
            StepState::Cached => took == 0 && is_cached(index),
            StepState::Failed => took == duration && fails == Some(StepId(index as u32)),
            StepState::Canceled => took <= duration && slot.end == failure && slot.start <= failure,
            StepState::NotStarted => fails.is_some() && slot.end == failure && slot.start == failure,
        };
        ensure(is_right && slot.end <= failure, || format!("step {index} is {slot:?}"))?;
    }
    let has_failed = fails.is_none_or(|step| it.slots[step.0 as usize].state == StepState::Failed);
    ensure(has_failed, || "what fails does not fail".into())
}

fn lanes(work: &Work<'_>, it: &Schedule) -> Result<(), String> {
    let mut slots: Vec<&Slot> = it.slots.iter().filter(|slot| slot.end > slot.start).collect();
    slots.sort_by_key(|slot| slot.start);
    let mut ends: Vec<u64> = slots.iter().map(|slot| slot.end).collect();
    ends.sort_unstable();
    let at_once = |(n_started, slot): (usize, &&Slot)| n_started + 1 - ends.partition_point(|&end| end <= slot.start);
    let most = slots.iter().enumerate().map(at_once).max().unwrap_or_default();
    ensure(work.workers.is_none_or(|workers| most <= workers.get() as usize), || {
        format!("{most} steps run at once on {:?}", work.workers)
    })?;
    let needed = if it.slots.iter().any(is_started) { most.max(1) } else { 0 };
    ensure(it.n_lanes as usize == needed, || format!("{} lanes for {needed} steps at once", it.n_lanes))?;
    let mut by_lane: Vec<Vec<&Slot>> = vec![Vec::new(); needed];
    for slot in slots {
        let lane = &mut by_lane[slot.lane as usize];
        let is_free = lane.last().is_none_or(|last| last.end <= slot.start);
        ensure(is_free, || format!("two steps are in lane {} at {}", slot.lane, slot.start))?;
        lane.push(slot);
    }
    // What takes no time is drawn over nothing else.
    for moment in it.slots.iter().filter(|slot| is_started(slot) && slot.end == slot.start) {
        let lane = &by_lane[moment.lane as usize];
        let before = lane[..lane.partition_point(|slot| slot.start < moment.start)].last();
        ensure(before.is_none_or(|slot| slot.end <= moment.start), || {
            format!("{moment:?} is drawn over another step")
        })?;
    }
    Ok(())
}

/// Schedules the plan of an analysis with what its steps may take: on any number of workers, and on two.
///
/// # Errors
/// What is not as it must be.
pub fn check_estimated(analysis: &Analysis) -> Result<(), String> {
    let durations = estimate(&analysis.plan, &analysis.resolved).millis();
    for workers in [None, NonZeroU32::new(2)] {
        let terms = Terms { durations: durations.clone(), workers, ..Terms::default() };
        check(&terms.of(&analysis.plan))?;
    }
    Ok(())
}

fn sums(work: &Work<'_>, it: &Schedule) -> Result<(), String> {
    let sum: u64 = it.slots.iter().map(|slot| slot.end - slot.start).sum();
    let last = it.slots.iter().map(|slot| slot.end).max().unwrap_or_default();
    ensure(it.work == sum && it.total == last, || format!("work {} and total {}", it.work, it.total))?;
    ensure(it.busy <= 100 && it.saved_by_parallelism == sum - last, || "more is saved than there is".into())?;
    let is_one = work.workers.is_some_and(|workers| workers.get() == 1);
    ensure(!is_one || (it.total == it.work && (it.busy == 100 || sum == 0)), || "one worker has a rest".into())?;
    let cold = schedule(&Work { cached: &[], ..*work });
    ensure(it.saved_by_cache == cold.total.saturating_sub(it.total), || "the cache saves something else".into())?;
    ensure(work.workers.is_some() || work.fails.is_some() || cold.total >= it.total, || {
        "a cache makes it longer".into()
    })
}

fn critical_path(work: &Work<'_>, it: &Schedule) -> Result<(), String> {
    ensure(it.critical_time <= it.total, || "the critical path is longer than the build".into())?;
    let is_free = work.workers.is_none() && it.slots.iter().all(|slot| slot.state != StepState::Failed);
    ensure(!is_free || it.critical_time == it.total, || format!("critical {} of {}", it.critical_time, it.total))?;
    let is_chain =
        it.critical_path.windows(2).all(|pair| work.plan.steps[pair[1].0 as usize].inputs.contains(&pair[0]));
    let time: u64 =
        it.critical_path.iter().map(|step| &it.slots[step.0 as usize]).map(|slot| slot.end - slot.start).sum();
    ensure(is_chain && time == it.critical_time, || format!("the critical path is {:?}", it.critical_path))
}
