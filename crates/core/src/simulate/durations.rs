//! How long each step of a plan takes, and who says so.
//!
//! What somebody typed counts more than what a log says, and that more than an
//! [`estimate`](super::estimate()). Relies on the plan's ids only.

use crate::plan::StepId;

/// Who says how long a step takes, the least trusted first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DurationSource {
    /// Nobody: it is a guess by what the step does.
    Estimate,
    /// A log of a build.
    Log,
    /// The user.
    Typed,
}

impl DurationSource {
    /// The word for it: `estimate`, `log` or `typed`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Estimate => "estimate",
            Self::Log => "log",
            Self::Typed => "typed",
        }
    }
}

/// How long a step takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StepDuration {
    /// In milliseconds.
    pub millis: u32,
    /// Who says so.
    pub source: DurationSource,
}

/// How long each step of a plan takes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Durations {
    /// In the order of the plan.
    pub steps: Vec<StepDuration>,
}

impl Durations {
    /// Sets how long a step takes, unless somebody who counts more has said it.
    pub fn set(&mut self, step: StepId, millis: u32, source: DurationSource) {
        if let Some(it) = self.steps.get_mut(step.0 as usize).filter(|it| it.source <= source) {
            *it = StepDuration { millis, source };
        }
    }

    /// How long a step takes; none for one that the plan does not have.
    #[must_use]
    pub fn get(&self, step: StepId) -> Option<StepDuration> {
        self.steps.get(step.0 as usize).copied()
    }

    /// The milliseconds alone, as [`schedule`](super::schedule()) takes them.
    #[must_use]
    pub fn millis(&self) -> Vec<u32> {
        self.steps.iter().map(|step| step.millis).collect()
    }

    /// How many of them are estimates.
    #[must_use]
    pub fn n_estimates(&self) -> usize {
        self.steps.iter().filter(|step| step.source == DurationSource::Estimate).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_user_counts_more_than_a_log_and_that_more_than_an_estimate() {
        use DurationSource::{Estimate, Log, Typed};
        let orders = [[Estimate, Log, Typed], [Typed, Log, Estimate], [Log, Typed, Estimate], [Typed, Estimate, Log]];
        for order in orders {
            let first = StepDuration { millis: 9, source: Estimate };
            let mut durations = Durations { steps: vec![first, first] };
            for (millis, source) in (1..).zip(order) {
                durations.set(StepId(1), millis, source);
                durations.set(StepId(7), millis, source);
            }
            let millis = 1 + order.iter().position(|&source| source == Typed).unwrap_or_default() as u32;
            assert_eq!(durations.steps, [first, StepDuration { millis, source: Typed }], "{order:?}");
            assert_eq!((durations.millis(), durations.n_estimates()), (vec![9, millis], 1));
        }
    }
}
