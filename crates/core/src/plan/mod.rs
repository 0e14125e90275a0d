//! The build plan: the steps that BuildKit makes of a target, in an order in which inputs come
//! before their users, with BuildKit's own labels.
//!
//! A step is a vertex of BuildKit's graph. Two instructions with the same definition are one step
//! ([`Step::origins`] then has both). Relies on the resolved stages and the graph; durations,
//! workers and the cache are left to others.

mod build;
mod json;
mod label;
mod number;
mod vertex;

pub(crate) use build::permissions;
pub use build::{labels, plan};
pub use label::Label;

use crate::resolve::{CommandId, ImageConfig, StageId};
use crate::text::TextRange;

/// The index of a step in [`Plan::steps`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StepId(pub u32);

/// The kinds of vertex that a Dockerfile gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Op {
    /// An image is pulled.
    Image,
    /// Files are taken from the build context.
    Local,
    /// A file is downloaded.
    Http,
    /// A Git repository is fetched.
    Git,
    /// A command is run.
    Exec,
    /// Files are made or copied.
    File,
    /// Layers are laid on one another (`--link`).
    Merge,
}

impl Op {
    /// The word for it: `image`, `local`, `http`, `git`, `exec`, `file` or `merge`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Local => "local",
            Self::Http => "http",
            Self::Git => "git",
            Self::Exec => "exec",
            Self::File => "file",
            Self::Merge => "merge",
        }
    }
}

/// A step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its place in [`Plan::steps`].
    pub id: StepId,
    /// BuildKit's label, such as `[base 2/6] WORKDIR /app`.
    pub label: String,
    /// What kind of work it is.
    pub op: Op,
    /// The source it loads, its arguments as JSON, or its file actions.
    pub detail: String,
    /// The steps that must be done before, in BuildKit's order.
    pub inputs: Vec<StepId>,
    /// Where it comes from: one place, or more where several instructions have this definition.
    /// Empty for the build context.
    pub origins: Vec<Origin>,
}

/// The place in the file that a step comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The stage.
    pub stage: StageId,
    /// The instruction; none for FROM.
    pub command: Option<CommandId>,
    /// Its text.
    pub range: TextRange,
}

/// What building a target does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// The steps, inputs first.
    pub steps: Vec<Step>,
    /// The config of the image that results; none where there is no target.
    pub config: Option<ImageConfig>,
}
