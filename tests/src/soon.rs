//! What has to be done soon, whatever the text: tests that fail where something goes over a text again and again.
//!
//! They tell a second from a minute, and say nothing of how fast anything is.

use std::time::{Duration, Instant};

/// Much more than it takes, and much less than going over the text once for each line would.
const LIMIT: Duration = Duration::from_secs(3);

/// Runs something, and again where that took long, which may be the machine's doing.
///
/// # Panics
/// Where it takes long each time.
#[track_caller]
pub fn expect_soon(what: &str, run: &dyn Fn()) {
    let took = || {
        let start = Instant::now();
        run();
        start.elapsed()
    };
    assert!((0..3).any(|_| took() < LIMIT), "{what} takes long");
}
