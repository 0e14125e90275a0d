//! Two builds in a row: what we say of the second against what BuildKit did, and what has to hold whatever
//! is built.

use std::fmt::Write as _;

use stagewright_tests::scenarios::compare;

/// Scenarios that may disagree. The number may fall, never rise.
const DISAGREEMENTS: usize = 2;

#[test]
fn scenarios_are_answered_as_buildkit_builds_them() {
    let outcome = compare();
    let mut report = String::new();
    for other in &outcome.others {
        let _ = writeln!(report, "{}\n    BuildKit {:?}\n    we       {:?}", other.id, other.missing, other.surplus);
    }
    let n_others = outcome.others.len();
    assert!(n_others <= DISAGREEMENTS, "{n_others} of {} disagree\n{report}", outcome.n_compared);
}
