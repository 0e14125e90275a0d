//! Shows what `docker build` will do with a multi-stage Dockerfile, before it is built.
//!
//! The crate is a pipeline. Text goes in, values come out; each stage is a module, a pure total
//! function, and uses only the modules above it:
//!
//! 1. [`sorting`]: one stable sort for every type
//! 2. [`lookup`]: one map for every type
//! 3. `json`: the words of JSON
//! 4. [`text`]: byte ranges, lines, edits
//! 5. [`diagnostic`]: the form of every problem
//! 6. [`syntax`]: text → tokens, instructions, errors
//! 7. [`resolve`]: instructions, build args, platform → stages with their words expanded
//! 8. [`graph`]: stages → nodes and edges, and what a target needs
//! 9. [`plan`]: graph and target → the steps that BuildKit makes, and the image's config
//! 10. [`outline`]: what the target takes (build args, secrets), and what set each value of its config
//! 11. [`simulate`]: plan → order and time; two builds and their files → which steps run again, and why; the classic
//!     builder
//! 12. [`layout`]: boxes and edges → places and routes
//! 13. `script`: what an instruction has a shell read, and what that does
//! 14. [`checks`]: what builds, but is likely a mistake
//! 15. [`import`]: logs of builds → what each step took
//! 16. [`share`]: the state of a playground ↔ the text of a link
//! 17. [`analysis`]: all of it but the layout, by [`analyze`]
//! 18. [`language`]: what an editor asks about a place in the text
//!
//! There is no I/O, clock, randomness or global here, and no dependency: the same request gives the
//! same bytes on every machine.

#![forbid(unsafe_code)]

pub mod analysis;
pub mod checks;
pub mod diagnostic;
pub mod graph;
pub mod import;
mod json;
pub mod language;
pub mod layout;
pub mod lookup;
pub mod outline;
pub mod plan;
pub mod resolve;
mod script;
pub mod share;
pub mod simulate;
pub mod sorting;
pub mod syntax;
pub mod text;

pub use analysis::{Analysis, DeclaredArg, Request, analyze};
