//! What other programs write, read: the logs of builds.
//!
//! Any text is taken; what means nothing here is left out, and said to be. Relies on the plan and what is
//! known of its time, for what a log says of a step.

mod json;
pub mod log;
