//! What a build would do, without doing it.
//!
//! [`context`] is a small model of the build context: the files there are, and which of them an instruction
//! takes. [`cache`] tells which steps of a second build run again, and why; [`classic`] is the builder before
//! BuildKit. Relies on the resolved stages and the plan; how it looks is left to others.

pub mod cache;
pub mod classic;
pub mod context;
mod guess;
mod ignored;
mod select;

pub use context::Context;
pub use ignored::IgnoreFile;
pub use select::{Missing, Selection, Selector, Taken, select};
