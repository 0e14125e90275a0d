//! Stages and their instructions.

use serde::Serialize;
use stagewright::resolve::{self, Action};
use tsify::Tsify;

use super::text::{LineSpan, Positions, TextRange};

/// A stage.
#[derive(Clone, Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(missing_as_null)]
pub struct Stage {
    /// Its index in `Analysis.stages`, and in `Graph.nodes`.
    pub id: u32,
    /// The name that FROM gives it, as written.
    pub name: Option<String>,
    /// The name in the labels of its steps: lower case, or `stage-N` where FROM gives none.
    pub label: String,
    /// What it starts from.
    pub base: Base,
    /// The word of FROM that names the base, as written.
    pub base_text: String,
    /// The platform it is built for, such as `linux/amd64`.
    pub platform: String,
    /// What the comment above FROM says of it.
    pub description: Option<String>,
    /// From its FROM to the end of its last instruction.
    pub range: TextRange,
    /// The word of FROM that names the base.
    pub base_range: TextRange,
    /// The name in FROM.
    pub name_range: Option<TextRange>,
    /// Number of steps, as in its labels: the `N` of `[name 1/N]`.
    pub step_count: u32,
    /// Its instructions after FROM; those that ONBUILD of its base adds come first.
    pub commands: Vec<Command>,
}

/// What a stage starts from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Base {
    /// Nothing.
    Scratch,
    /// An earlier stage.
    Stage {
        /// Its index in `Analysis.stages`.
        stage: u32,
    },
    /// An image outside the file.
    Image {
        /// Its full reference, such as `docker.io/library/alpine:3.20`.
        reference: String,
        /// The same as people write it, such as `alpine:3.20`.
        familiar: String,
    },
    /// What is no valid reference; `Analysis.diagnostics` says why.
    Invalid,
}

/// An instruction of a stage.
#[derive(Clone, Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Command {
    /// Its text on one line; for steps, as in the step's label, with variables replaced.
    pub label: String,
    /// Its place; for what an ONBUILD adds, the FROM that set it off.
    pub range: TextRange,
    /// Its lines, likewise.
    pub lines: LineSpan,
    /// Whether an ONBUILD of the base adds it.
    pub onbuild: bool,
    /// Whether it makes a step, if its stage is built.
    pub step: bool,
}

/// A name that ARG declares.
#[derive(Clone, Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(missing_as_null)]
pub struct DeclaredArg {
    /// The name.
    pub name: String,
    /// The first default that a declaration gives, as written.
    pub default: Option<String>,
    /// Whether it is declared before the first FROM, so that FROM lines can use it.
    pub global: bool,
    /// The places of its declarations.
    pub ranges: Vec<TextRange>,
}

impl Stage {
    pub(super) fn new(stage: &resolve::Stage, at: &Positions<'_>) -> Self {
        Self {
            id: stage.id.0,
            name: stage.name.as_ref().map(|name| name.text.clone()),
            label: stage.label.clone(),
            base: Base::from(&stage.base),
            base_text: stage.base_name.written.text.clone(),
            platform: stage.platform.format(),
            description: stage.description.clone(),
            range: at.range(stage.range),
            base_range: at.range(stage.range_of_from()),
            name_range: stage.name.as_ref().map(|name| at.range(name.range)),
            step_count: stage.n_steps,
            commands: stage.commands.iter().map(|command| Command::new(command, at)).collect(),
        }
    }
}

impl From<&resolve::Base> for Base {
    fn from(base: &resolve::Base) -> Self {
        match base {
            resolve::Base::Scratch => Self::Scratch,
            resolve::Base::Stage(stage) => Self::Stage { stage: stage.0 },
            resolve::Base::Image(image) => Self::Image { reference: image.full(), familiar: image.familiar() },
            resolve::Base::Invalid => Self::Invalid,
        }
    }
}

impl Command {
    fn new(command: &resolve::Command, at: &Positions<'_>) -> Self {
        let step = match &command.action {
            Action::Run(_) | Action::Copy(_) => true,
            // The root is there already.
            Action::Workdir { path, .. } => path != "/",
            Action::Config | Action::Failed => false,
        };
        Self {
            label: command.label.clone(),
            range: at.range(command.range),
            lines: command.lines.into(),
            onbuild: command.onbuild,
            step,
        }
    }
}

impl DeclaredArg {
    pub(super) fn new(arg: stagewright::DeclaredArg, at: &Positions<'_>) -> Self {
        let ranges = arg.ranges.iter().map(|&range| at.range(range)).collect();
        Self { name: arg.name, default: arg.default, global: arg.global, ranges }
    }
}
