//! What the page says of the steps of a build: what becomes of each, and what happens from moment to moment.

use stagewright::simulate::{self, Slot, StepState};

use super::count;
use crate::simulation::words::{MOMENT, time};

/// Of a step that is not reached.
const DOES_NOT_START: &str = "does not start";

/// What becomes of a step, and when.
#[must_use]
pub fn happens(slot: &Slot) -> String {
    let took = slot.end - slot.start;
    match slot.state {
        StepState::Cached => "from the cache".to_owned(),
        StepState::NotStarted => DOES_NOT_START.to_owned(),
        StepState::Failed => format!("fails after {}", lasting(took)),
        StepState::Canceled => format!("cancelled after {}", lasting(took)),
        StepState::Done if took < MOMENT => format!("{}, after {}", lasting(took), lasting(slot.start)),
        StepState::Done => format!("{}, from {} to {}", time(took), time(slot.start), time(slot.end)),
    }
}

/// The same below the label of the step, where only what it takes is told.
#[must_use]
pub fn note(slot: &Slot) -> String {
    match slot.state {
        StepState::Done => lasting(slot.end - slot.start),
        _ => super::sentence(&happens(slot)),
    }
}

/// A time, but no nought.
fn lasting(millis: u64) -> String {
    if millis < MOMENT { "less than 0.1 s".to_owned() } else { time(millis) }
}

/// So many steps come from the cache at a moment.
#[must_use]
pub fn come_from_cache(n: usize) -> String {
    let come = if n == 1 { "comes" } else { "come" };
    format!("{} {come} from the cache.", count(n, "step"))
}

/// A step starts, and why then. `label` has the labels of steps.
#[must_use]
pub fn starts(step: &str, cause: simulate::Cause, label: impl Fn(stagewright::plan::StepId) -> String) -> String {
    match cause {
        simulate::Cause::Beginning => format!("{step} starts: it waits for nothing."),
        simulate::Cause::Input(input) => format!("{step} starts: {} is done.", label(input)),
        simulate::Cause::Worker(other) => format!("{step} starts: {} has made room for it.", label(other)),
    }
}

/// So many others start.
#[must_use]
pub fn more_start(n: usize) -> String {
    if n == 1 { "1 more starts.".to_owned() } else { format!("{n} more start.") }
}

/// A step ends so; none where it does not end by itself.
#[must_use]
pub fn ends(step: &str, state: StepState) -> String {
    let what = match state {
        StepState::Canceled => "is cancelled",
        StepState::Failed => "fails",
        _ => "is done",
    };
    format!("{step} {what}.")
}

/// So many others end so.
#[must_use]
pub fn more_end(n: usize, state: StepState) -> String {
    let what = if state == StepState::Canceled { "cancelled" } else { "done" };
    if n == 1 { format!("1 more is {what}.") } else { format!("{n} more are {what}.") }
}

/// The build is over.
#[must_use]
pub fn build_ends(total: u64, fails: bool) -> String {
    if fails {
        return format!("The build has failed after {}.", lasting(total));
    }
    format!("The build ends after {}.", lasting(total))
}

/// Nothing happens but that so many steps run.
#[must_use]
pub fn running(n: usize) -> String {
    match n {
        0 => "Nothing is running.".to_owned(),
        1 => "1 step is running.".to_owned(),
        n => format!("{n} steps are running."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use stagewright::plan::StepId;

    #[test]
    fn what_becomes_of_a_step_is_told_without_noughts() {
        #[track_caller]
        fn check(state: StepState, start: u64, end: u64, expect: [&str; 2]) {
            let slot = Slot { start, end, state, cause: simulate::Cause::Beginning, lane: 0, wave: 0 };
            assert_eq!([happens(&slot), note(&slot)], expect);
        }
        check(StepState::Done, 0, 3_000, ["3 s, from 0 s to 3 s", "3 s"]);
        check(StepState::Done, 3_000, 3_040, ["less than 0.1 s, after 3 s", "less than 0.1 s"]);
        check(StepState::Cached, 0, 0, ["from the cache", "From the cache."]);
        check(StepState::Failed, 0, 400, ["fails after 0.4 s", "Fails after 0.4 s."]);
        check(StepState::Failed, 0, 0, ["fails after less than 0.1 s", "Fails after less than 0.1 s."]);
        check(StepState::Canceled, 0, 400, ["cancelled after 0.4 s", "Cancelled after 0.4 s."]);
        check(StepState::NotStarted, 400, 400, ["does not start", "Does not start."]);
    }

    #[test]
    fn what_happens_at_a_moment_agrees_in_number() {
        assert_eq!(
            [come_from_cache(1), come_from_cache(2)],
            ["1 step comes from the cache.", "2 steps come from the cache."]
        );
        assert_eq!([more_start(1), more_start(2)], ["1 more starts.", "2 more start."]);
        assert_eq!(more_end(1, StepState::Done), "1 more is done.");
        assert_eq!(more_end(2, StepState::Canceled), "2 more are cancelled.");
        assert_eq!(
            [running(0), running(1), running(2)],
            ["Nothing is running.", "1 step is running.", "2 steps are running."]
        );
        assert_eq!(
            [build_ends(3_000, false), build_ends(0, false)],
            ["The build ends after 3 s.", "The build ends after less than 0.1 s."]
        );
        assert_eq!(
            [ends("a", StepState::Failed), build_ends(3_000, true)],
            ["a fails.", "The build has failed after 3 s."]
        );
        let label = |step: StepId| format!("step {}", step.0);
        assert_eq!(starts("a", simulate::Cause::Input(StepId(2)), label), "a starts: step 2 is done.");
        assert_eq!(starts("a", simulate::Cause::Worker(StepId(2)), label), "a starts: step 2 has made room for it.");
        assert_eq!(starts("a", simulate::Cause::Beginning, label), "a starts: it waits for nothing.");
    }
}
