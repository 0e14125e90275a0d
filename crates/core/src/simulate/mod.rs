//! What a build would do, without doing it.
//!
//! [`context`] is a small model of the build context: the files there are, and which of them `.dockerignore`
//! ([`IgnoreFile`]) leaves out; [`select()`] tells which of them an instruction takes. [`cache`] tells which steps of a
//! second build run again, and why; [`schedule()`] when each runs, with the durations that somebody typed, a log has
//! or [`estimate()`] guesses. [`compare`] sets two versions of a file side by side. [`classic`] is the builder before
//! BuildKit. Relies on the resolved stages and the plan; how it looks is left to others.

mod align;
pub mod cache;
pub mod classic;
pub mod compare;
pub mod context;
mod durations;
mod estimate;
mod guess;
mod ignored;
mod lanes;
mod schedule;
mod select;
mod wildcard;

pub use context::Context;
pub use durations::{DurationSource, Durations, StepDuration};
pub use estimate::{COMMANDS, estimate, estimate_run};
pub use ignored::IgnoreFile;
pub use schedule::{Cause, Schedule, Slot, StepState, Work, schedule};
pub use select::{Missing, Selection, Selector, Taken, select};
