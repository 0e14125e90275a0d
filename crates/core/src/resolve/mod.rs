//! From instructions to stages: names looked up, variables replaced, every instruction turned into
//! what it does.
//!
//! [`resolve`] follows BuildKit's Dockerfile frontend (`dockerfile2llb`) pass by pass, and goes on
//! where BuildKit stops at its first error. Relies on [`syntax`](crate::syntax); what a target needs
//! is left to [`graph`](crate::graph), and what becomes a step to [`plan`](crate::plan).

mod config;
mod image;
mod platform;
mod stage;

pub use config::{HealthcheckConfig, ImageConfig};
pub use image::ImageReference;
pub use platform::Platform;
pub use stage::{
    Action, Base, Command, CommandId, Copy, CopyPart, ExpandedWord, ImageId, Mount, MountKind, OutsideImage, Read,
    ReadKind, Run, Source, Stage, StageArg, StageId,
};

use std::collections::BTreeMap;

use crate::diagnostic::Diagnostic;
use crate::syntax::{InstructionId, Word};

/// What `docker build` is given beside the file.
#[derive(Clone, Copy, Debug)]
pub struct Settings<'a> {
    /// `--target`.
    pub target: Option<&'a str>,
    /// `--build-arg`.
    pub build_args: &'a BTreeMap<String, String>,
    /// `--platform`.
    pub platform: &'a Platform,
}

/// The stages of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resolved {
    /// The ARGs before the first FROM, in order.
    pub global_args: Vec<GlobalArg>,
    /// The stages, in order.
    pub stages: Vec<Stage>,
    /// The images that COPY and mounts name, one for each use, in order.
    pub images: Vec<OutsideImage>,
    /// The stage that is built; none where there is no stage, or none of the name asked for.
    pub target: Option<StageId>,
    /// The platform of the request.
    pub platform: Platform,
    /// The errors of the file as a whole.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// The errors that stop the build only if their stage is needed.
    pub(crate) stage_diagnostics: Vec<(StageId, Diagnostic)>,
}

/// An ARG before the first FROM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GlobalArg {
    /// The name, as written.
    pub name: Word,
    /// Its value; none where neither the file nor the request gives one.
    pub value: Option<String>,
    /// Where it is declared.
    pub instruction: InstructionId,
}
