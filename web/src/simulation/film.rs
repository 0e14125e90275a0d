//! A build told moment by moment: when something begins or ends, what, and why then.
//!
//! Pure. Relies on the schedule; who plays it is in [`player`](super::player).

use std::collections::BTreeMap;

use stagewright::plan::{Plan, StepId};
use stagewright::resolve::StageId;
use stagewright::simulate::{self, Schedule, Slot, StepState};
use stagewright::sorting::sort;

use super::timeline::label::cut;
use crate::strings::{self, moments as words};

/// The moments at which something begins or ends, in milliseconds from the beginning, the first and the last among
/// them.
#[must_use]
pub fn moments(schedule: &Schedule) -> Vec<u32> {
    let mut moments = vec![0, millis(schedule.total)];
    for slot in schedule.slots.iter().filter(|slot| runs(slot.state)) {
        moments.extend([millis(slot.start), millis(slot.end)]);
    }
    sort(&mut moments);
    moments.dedup();
    moments
}

/// The moment after `at`; none at the end.
#[must_use]
pub fn next(moments: &[u32], at: u32) -> Option<u32> {
    moments.iter().copied().find(|&moment| moment > at)
}

/// The moment before `at`; none at the beginning.
#[must_use]
pub fn previous(moments: &[u32], at: u32) -> Option<u32> {
    moments.iter().rev().copied().find(|&moment| moment < at)
}

/// How a step stands at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It has not begun.
    Waits,
    /// It runs.
    Runs,
    /// It is over.
    Done,
    /// It came from the cache.
    Cached,
    /// It failed, or was cancelled.
    Failed,
}

impl Standing {
    /// The word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Waits => "waits",
            Self::Runs => "runs",
            Self::Done => "done",
            Self::Cached => "cached",
            Self::Failed => "failed",
        }
    }
}

/// How the stages stand in a build.
#[derive(Debug, PartialEq)]
pub struct Stands {
    /// Those that have steps, or start from one that does.
    pub stages: BTreeMap<StageId, Standing>,
    /// Those that are told of, while the build is shown moment by moment.
    pub told: Vec<StageId>,
}

/// How a step stands at a moment.
#[must_use]
pub fn standing(schedule: &Schedule, step: usize, at: u32) -> Standing {
    let Some(slot) = schedule.slots.get(step) else { return Standing::Waits };
    let at = u64::from(at);
    match slot.state {
        StepState::NotStarted => Standing::Waits,
        StepState::Cached if slot.start <= at => Standing::Cached,
        StepState::Cached => Standing::Waits,
        _ if slot.start > at => Standing::Waits,
        // A step of no length is over when it begins.
        _ if slot.end > at => Standing::Runs,
        StepState::Failed | StepState::Canceled => Standing::Failed,
        StepState::Done => Standing::Done,
    }
}

/// What happens at a moment and why then, in a sentence or a few.
#[must_use]
pub fn told(plan: &Plan, schedule: &Schedule, at: u32) -> String {
    let label = |step: StepId| {
        let label = plan.steps.get(step.0 as usize).map(|step| step.label.as_str()).unwrap_or_default();
        // The first line of a here-document says enough, and the list has the rest.
        cut(label.lines().next().unwrap_or_default(), LETTERS)
    };
    if schedule.slots.is_empty() {
        return strings::NO_STEPS.to_owned();
    }
    let at = u64::from(at);
    let mut said: Vec<String> = Vec::new();
    let cached = count_of(schedule, |slot| slot.state == StepState::Cached && slot.start == at);
    if cached > 0 {
        said.push(words::come_from_cache(cached));
    }
    said.extend(ends(schedule, at, &label));
    said.extend(starts(schedule, at, &label));
    if at >= schedule.total {
        let fails = schedule.slots.iter().any(|slot| slot.state == StepState::Failed);
        said.push(words::build_ends(schedule.total, fails));
    } else if said.is_empty() {
        said.push(words::running(count_of(schedule, |slot| runs(slot.state) && slot.start <= at && slot.end > at)));
    }
    said.join(" ")
}

/// What starts at a moment.
fn starts(schedule: &Schedule, at: u64, label: &impl Fn(StepId) -> String) -> Vec<String> {
    let starting = schedule.slots.iter().enumerate().filter(|(_, slot)| runs(slot.state) && slot.start == at);
    let starting: Vec<(usize, simulate::Cause)> = starting.map(|(index, slot)| (index, slot.cause)).collect();
    let first = starting.iter().take(SAID);
    let mut said: Vec<String> =
        first.map(|&(index, cause)| words::starts(&label(StepId(index as u32)), cause, label)).collect();
    if starting.len() > SAID {
        said.push(words::more_start(starting.len() - SAID));
    }
    said
}

/// The steps that are told of at a moment, a few: those that began last, or those that ended since then.
#[must_use]
pub fn told_of(schedule: &Schedule, at: u32) -> Vec<StepId> {
    let at = u64::from(at);
    let slots = || schedule.slots.iter().enumerate().filter(|(_, slot)| runs(slot.state));
    let last = slots().flat_map(|(_, slot)| [slot.start, slot.end]).filter(|&moment| moment <= at).fold(0, u64::max);
    let of = |moment: fn(&Slot) -> u64| -> Vec<StepId> {
        let steps = slots().filter(|(_, slot)| moment(slot) == last).take(SAID);
        steps.map(|(index, _)| StepId(index as u32)).collect()
    };
    let begin = of(|slot| slot.start);
    if begin.is_empty() { of(|slot| slot.end) } else { begin }
}

/// What ends at a moment, and does not let something begin then: of that it is told with it.
fn ends(schedule: &Schedule, at: u64, label: &impl Fn(StepId) -> String) -> Vec<String> {
    use simulate::Cause::{Input, Worker};
    let mut said = Vec::new();
    let (mut n_done, mut n_canceled) = (0, 0);
    for (index, slot) in schedule.slots.iter().enumerate().filter(|(_, slot)| slot.end == at) {
        let is_cause =
            |other: &Slot| other.start == at && matches!(other.cause, Input(it) | Worker(it) if it.0 as usize == index);
        let number = match slot.state {
            StepState::Done if slot.start < at && !schedule.slots.iter().any(is_cause) => &mut n_done,
            StepState::Canceled => &mut n_canceled,
            StepState::Failed => &mut 0,
            _ => continue,
        };
        *number += 1;
        if *number <= SAID {
            said.push(words::ends(&label(StepId(index as u32)), slot.state));
        }
    }
    for (number, state) in [(n_done, StepState::Done), (n_canceled, StepState::Canceled)] {
        if number > SAID {
            said.push(words::more_end(number - SAID, state));
        }
    }
    said
}

/// As many beginnings, and as many ends, are told one by one.
const SAID: usize = 2;
/// As much of a label is said.
const LETTERS: usize = 72;

fn count_of(schedule: &Schedule, is: impl Fn(&Slot) -> bool) -> usize {
    schedule.slots.iter().filter(|slot| is(slot)).count()
}

/// Whether a step takes part in the film.
const fn runs(state: StepState) -> bool {
    matches!(state, StepState::Done | StepState::Failed | StepState::Canceled)
}

fn millis(time: u64) -> u32 {
    u32::try_from(time).unwrap_or(u32::MAX)
}
