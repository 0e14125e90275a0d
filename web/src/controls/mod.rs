//! What can be set: the target and build args, the example, the theme, and the link to it all.

pub mod args;
pub mod examples;
pub mod header;
pub mod target;
