//! A build told moment by moment: when something begins or ends, what, and why then.
//!
//! Pure. Relies on the schedule; who plays it is in [`player`](super::player).

use stagewright::plan::{Plan, StepId};
use stagewright::simulate::{Cause, Schedule, Slot, StepState};

use super::words::{count, time};

/// The moments at which something begins or ends, in milliseconds from the beginning, the first and the last among
/// them.
#[must_use]
pub fn moments(schedule: &Schedule) -> Vec<u32> {
    let mut moments = vec![0, millis(schedule.total)];
    for slot in schedule.slots.iter().filter(|slot| runs(slot.state)) {
        moments.extend([millis(slot.start), millis(slot.end)]);
    }
    moments.sort_unstable();
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
    let label = |step: StepId| plan.steps.get(step.0 as usize).map(|step| step.label.as_str()).unwrap_or_default();
    let at = u64::from(at);
    let mut said: Vec<String> = Vec::new();
    let cached = count_of(schedule, |slot| slot.state == StepState::Cached && slot.start == at);
    if cached > 0 {
        said.push(format!("{} from the cache.", comes(cached)));
    }
    for (index, slot) in schedule.slots.iter().enumerate() {
        let name = label(StepId(index as u32));
        let is_cause = |other: &Slot| {
            other.start == at && matches!(other.cause, Cause::Input(it) | Cause::Worker(it) if it.0 as usize == index)
        };
        if slot.end == at && slot.start < at && slot.state == StepState::Done && !schedule.slots.iter().any(is_cause) {
            said.push(format!("{name} is done."));
        } else if slot.end == at && slot.state == StepState::Failed {
            said.push(format!("{name} fails, and ends the build."));
        } else if slot.end == at && slot.state == StepState::Canceled {
            said.push(format!("{name} is cancelled."));
        }
    }
    let starting = schedule.slots.iter().enumerate().filter(|(_, slot)| runs(slot.state) && slot.start == at);
    let starting: Vec<(usize, Cause)> = starting.map(|(index, slot)| (index, slot.cause)).collect();
    for &(index, cause) in starting.iter().take(SAID) {
        let name = label(StepId(index as u32));
        said.push(match cause {
            Cause::Beginning => format!("{name} starts: it waits for nothing."),
            Cause::Input(input) => format!("{name} starts: {} is done.", label(input)),
            Cause::Worker(step) => format!("{name} starts: {} has left a worker free.", label(step)),
        });
    }
    if starting.len() > SAID {
        said.push(format!("{} more start.", starting.len() - SAID));
    }
    if at >= schedule.total {
        said.push(format!("The build ends after {}.", time(schedule.total)));
    } else if said.is_empty() {
        let running = count_of(schedule, |slot| runs(slot.state) && slot.start <= at && slot.end > at);
        said.push(format!(
            "{} running.",
            if running == 1 { "1 step is".into() } else { count(running, "step") + " are" }
        ));
    }
    said.join(" ")
}

/// As many beginnings are told one by one.
const SAID: usize = 2;

fn comes(number: usize) -> String {
    if number == 1 { "1 step comes".to_owned() } else { format!("{number} steps come") }
}

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
