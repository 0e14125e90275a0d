//! What the user sees while a chore works: numbered steps, with the time each one took.

use std::time::{Duration, Instant};

/// A row of steps whose number is known before the first one starts.
pub(crate) struct Steps {
    total: usize,
    started: usize,
    since: Instant,
}

impl Steps {
    pub(crate) fn new(total: usize) -> Self {
        Self { total, started: 0, since: Instant::now() }
    }

    /// Makes room for `more` steps.
    pub(crate) fn extend(&mut self, more: usize) {
        self.total += more;
    }

    /// Announces the next step.
    pub(crate) fn next(&mut self, title: &str) -> Step {
        self.started += 1;
        println!("[{}/{}] {title}", self.started, self.total);
        Step(Instant::now())
    }

    /// Time since the first step was about to start.
    pub(crate) fn elapsed(&self) -> Duration {
        self.since.elapsed()
    }
}

/// A step that is under way.
pub(crate) struct Step(Instant);

impl Step {
    /// Says how the step ended.
    pub(crate) fn done(&self, how: &str) {
        println!("      {how} ({})", seconds(self.0.elapsed()));
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

/// `4.2 s`, or `3 min 20 s` from a hundred seconds on.
pub(crate) fn seconds(time: Duration) -> String {
    if time.as_secs() >= 100 {
        format!("{} min {} s", time.as_secs() / 60, time.as_secs() % 60)
    } else {
        format!("{:.1} s", time.as_secs_f64())
    }
}
