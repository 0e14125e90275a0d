//! The steps of a build.

use serde::Serialize;
use stagewright::plan;
use tsify::Tsify;

use super::text::{Positions, TextRange};

/// A step. Instructions that do the same to the same are one step.
#[derive(Clone, Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Step {
    /// Its index in `Analysis.plan`.
    pub id: u32,
    /// BuildKit's label, such as `[base 2/6] WORKDIR /app`.
    pub label: String,
    /// What kind of work it is.
    pub op: Op,
    /// The source it loads, its arguments as JSON, or its file actions.
    pub detail: String,
    /// The steps that must be done before, as indexes of `Analysis.plan`.
    pub inputs: Vec<u32>,
    /// Where it comes from; empty for the build context.
    pub origins: Vec<Origin>,
}

/// A kind of work, under BuildKit's names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
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

/// The place in the file that a step comes from.
#[derive(Clone, Copy, Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(missing_as_null)]
pub struct Origin {
    /// The stage, as an index of `Analysis.stages`.
    pub stage: u32,
    /// The instruction, as an index of `Stage.commands`; null for FROM.
    pub command: Option<u32>,
    /// Its text.
    pub range: TextRange,
}

impl Step {
    pub(super) fn new(step: &plan::Step, at: &Positions<'_>) -> Self {
        let origin = |origin: &plan::Origin| Origin {
            stage: origin.stage.0,
            command: origin.command.map(|command| command.0),
            range: at.range(origin.range),
        };
        Self {
            id: step.id.0,
            label: step.label.clone(),
            op: step.op.into(),
            detail: step.detail.clone(),
            inputs: step.inputs.iter().map(|input| input.0).collect(),
            origins: step.origins.iter().map(origin).collect(),
        }
    }
}

impl From<plan::Op> for Op {
    fn from(op: plan::Op) -> Self {
        match op {
            plan::Op::Image => Self::Image,
            plan::Op::Local => Self::Local,
            plan::Op::Http => Self::Http,
            plan::Op::Git => Self::Git,
            plan::Op::Exec => Self::Exec,
            plan::Op::File => Self::File,
            plan::Op::Merge => Self::Merge,
        }
    }
}
