//! The stages of a file as BuildKit understands them: names looked up, words expanded, every
//! instruction turned into what it does.
//!
//! Values only; [`resolve`](super::resolve) makes them. Relies on [`syntax`](crate::syntax) for the
//! places in the text.

use std::sync::Arc;

use crate::syntax::{Instruction, InstructionId, Parse, Word};
use crate::text::{LineSpan, TextRange};

use super::config::ImageConfig;
use super::image::ImageReference;
use super::missing::UndefinedVariable;
use super::platform::Platform;
use super::scope::Environment;

/// The index of a stage in the file, from nought, as `COPY --from=0` counts them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StageId(pub u32);

/// The index of a use of an image outside the file, other than by FROM, in
/// [`Resolved::images`](super::Resolved::images).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ImageId(pub u32);

/// The index of a command in [`Stage::commands`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommandId(pub u32);

/// A stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// Its place in the file.
    pub id: StageId,
    /// The name that steps are labelled with: lower case, or `stage-N` where FROM gives none.
    pub label: String,
    /// The name as written.
    pub name: Option<Word>,
    /// What the comment above FROM says of it (`# name description`).
    pub description: Option<String>,
    /// Its FROM.
    pub from: InstructionId,
    /// What it starts from.
    pub base: Base,
    /// The base as written, and as it is with its variables replaced.
    pub base_name: ExpandedWord,
    /// Variables in the name of the base that no ARG before the first FROM declares.
    pub undefined: Vec<UndefinedVariable>,
    /// What the name of the base is where no build arg is given; none where it cannot be worked out.
    pub default_base: Option<String>,
    /// The value of `--platform`, as written.
    pub platform_flag: Option<Word>,
    /// What its variables make of it; none where it is not given, or empty.
    pub platform_value: Option<PlatformValue>,
    /// The platform it is built for.
    pub platform: Platform,
    /// From its FROM to the end of its last instruction.
    pub range: TextRange,
    /// Its instructions after FROM, in order; those that ONBUILD of the base adds come first.
    pub commands: Vec<Command>,
    /// The names that it declares with ARG, and those of the stages it starts from, sorted.
    pub args: Arc<Vec<StageArg>>,
    /// Number of steps that BuildKit counts in its labels: the `N` of `[name 1/N]`.
    pub n_steps: u32,
    /// The config of the image that it makes.
    pub config: Arc<ImageConfig>,
}

impl Stage {
    /// The place of the base in its FROM, for whatever comes from there.
    #[must_use]
    pub fn range_of_from(&self) -> TextRange {
        self.base_name.written.range
    }

    /// Whether FROM gives it a name, so that it can be a target.
    #[must_use]
    pub fn is_named(&self) -> bool {
        self.name.is_some()
    }
}

/// The value of `--platform` with its variables replaced.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlatformValue {
    /// As BuildKit reads it; empty where it cannot be worked out.
    pub value: String,
    /// Whether no variable is in it.
    pub is_constant: bool,
    /// Whether it is the platform of the target, and nothing but the variable for that.
    pub is_target: bool,
    /// The variables that no ARG before the first FROM declares.
    pub undefined: Vec<UndefinedVariable>,
}

/// A word before and after its variables are replaced.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExpandedWord {
    /// As written, with its place.
    pub written: Word,
    /// As BuildKit reads it.
    pub value: String,
}

/// What a stage starts from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Base {
    /// Nothing.
    Scratch,
    /// An earlier stage.
    Stage(StageId),
    /// An image outside the file.
    Image(ImageReference),
    /// Something that is not a valid reference; the error about it is among the diagnostics.
    Invalid,
}

/// A name that an ARG of a stage declares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageArg {
    /// The name.
    pub name: String,
    /// Its value; none where neither the file nor the request gives one.
    pub value: Option<String>,
}

/// An instruction of a stage, carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// The instruction; for a trigger, the ONBUILD that it comes from.
    pub instruction: InstructionId,
    /// Whether it comes from an ONBUILD of the base.
    pub onbuild: bool,
    /// The place that errors name: for a trigger, the FROM that set it off.
    pub range: TextRange,
    /// The lines that errors name.
    pub lines: LineSpan,
    /// Its text as a step's label shows it: one line, variables replaced.
    pub label: String,
    /// What it reads from, other than the stage's own files, in order.
    pub reads: Vec<Read>,
    /// What its words name: for COPY that of `--from`, for RUN one for each mount, with or without
    /// `from`. Looked up even where the instruction fails.
    pub sources: Vec<Source>,
    /// The variables that it sets, in order: the name, and the value, which an ARG may lack.
    pub sets: Vec<(String, Option<String>)>,
    /// The labels, ports or volumes that it adds to the image, in order: the key, the port or range as
    /// EXPOSE gives it, or the folder; and the index of the word or pair that says so.
    pub entries: Vec<(String, u32)>,
    /// The paths of the build context that BuildKit counts for it, so that only those are sent; `/`
    /// stands for all. A tmpfs mount counts, though it reads nothing.
    pub context_paths: Vec<String>,
    /// What it does.
    pub action: Action,
    /// The instruction that the ONBUILD kept, where it comes from one. The places of its words are not
    /// in the text of the file.
    pub trigger: Option<Arc<Instruction>>,
    /// Its place among all instructions in the order in which BuildKit carries them out.
    pub order: u32,
    /// Variables that it uses and that nothing sets, each word's once.
    pub undefined: Vec<UndefinedVariable>,
    /// Words of it with their variables replaced: the keys of ENV, the names of ARG, the path of WORKDIR, the ports of
    /// EXPOSE, the sources of COPY and ADD. Nothing for other instructions.
    pub expanded: Vec<String>,
}

impl Command {
    /// The instruction as written, or as ONBUILD kept it.
    #[must_use]
    pub fn instruction<'a>(&'a self, parse: &'a Parse) -> Option<&'a Instruction> {
        self.trigger.as_deref().or_else(|| parse.instruction(self.instruction))
    }
}

/// Something that an instruction reads from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    /// By COPY, or by a mount of RUN.
    pub by: ReadKind,
    /// From what.
    pub source: Source,
    /// The place of the name, or of the instruction where it gives none.
    pub range: TextRange,
    /// The paths it takes, as far as the instruction names them.
    pub paths: Vec<String>,
}

/// How an instruction reads from another place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadKind {
    /// `COPY`, or the local sources of `ADD`.
    Copy,
    /// `RUN --mount`.
    Mount,
}

/// Where files come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A stage of the file.
    Stage(StageId),
    /// An image outside the file.
    Image(ImageId),
    /// Nothing.
    Scratch,
    /// The build context.
    Context,
}

/// An image outside the file that COPY or a mount names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutsideImage {
    /// The name as written.
    pub written: Word,
    /// The image; none where the name is not a valid reference.
    pub reference: Option<ImageReference>,
    /// The instruction that names it.
    pub instruction: InstructionId,
}

/// What a command does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// A RUN: one exec step.
    Run(Run),
    /// A COPY or ADD: one file step, and one for each remote source and here-document.
    Copy(Box<Copy>),
    /// A WORKDIR: one file step, unless the folder is `/`.
    Workdir {
        /// The folder, absolute.
        path: String,
        /// The user that will own it; empty for root.
        owner: String,
    },
    /// What only changes the image's config or the scope of later instructions: no step.
    Config,
    /// What BuildKit refuses; the error is among the diagnostics.
    Failed,
}

/// A RUN as it will be executed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Run {
    /// The arguments, the shell in front where it is the shell form.
    pub args: Vec<String>,
    /// The environment, in BuildKit's order.
    pub env: Environment,
    /// The working directory.
    pub cwd: String,
    /// The user; empty for root.
    pub user: String,
    /// The mounts, in order.
    pub mounts: Vec<Mount>,
    /// `--network`.
    pub network: String,
    /// `--security`.
    pub security: String,
    /// A here-document that is run as a file of its own: its name and text.
    pub script: Option<(String, String)>,
}

impl Run {
    /// The program that is run: for the shell form, the shell.
    #[must_use]
    pub fn shell(&self) -> &str {
        self.args.first().map(String::as_str).unwrap_or_default()
    }
}

/// A mount of a RUN, with its values expanded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mount {
    /// The kind of mount.
    pub kind: MountKind,
    /// Where it appears, absolute; for secrets and SSH as the instruction gives it.
    pub target: String,
    /// The folder or file of the source that is mounted.
    pub source: String,
    /// What it is mounted from, as an index of [`Command::reads`]; none where there is no source.
    pub read: Option<usize>,
    /// Whether it cannot be written to.
    pub readonly: bool,
    /// The id of a cache, secret or SSH agent.
    pub id: String,
    /// How a cache is shared: `shared`, `private` or `locked`; empty where not given.
    pub sharing: String,
    /// Whether a secret or SSH agent must be there.
    pub required: bool,
    /// The size limit of a tmpfs in bytes; nought for none.
    pub size: i64,
    /// The variable that a secret is put in.
    pub env: Option<String>,
    /// `mode`, `uid` and `gid`, where given.
    pub permissions: (Option<u64>, Option<u64>, Option<u64>),
}

/// The types of a mount.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MountKind {
    /// A folder of a stage, an image or the build context.
    #[default]
    Bind,
    /// A folder kept between builds.
    Cache,
    /// A folder in memory.
    Tmpfs,
    /// A secret.
    Secret,
    /// The socket of an SSH agent.
    Ssh,
}

/// A COPY or ADD as it will be carried out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Copy {
    /// What is copied, in order.
    pub parts: Vec<CopyPart>,
    /// Where to, absolute; ends with `/` or `/.` as written.
    pub destination: String,
    /// `--chown`.
    pub chown: String,
    /// `--chmod`.
    pub chmod: String,
    /// `--exclude`.
    pub exclude: Vec<String>,
    /// Whether the copy is laid on the stage without waiting for it (`--link`).
    pub link: bool,
}

/// One source of a COPY or ADD.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CopyPart {
    /// A path of the context, a stage or an image.
    Path {
        /// The path, absolute in its source.
        path: String,
        /// With `--parents`: the pattern below that path.
        parents: Option<String>,
        /// Whether an archive is unpacked.
        unpack: bool,
    },
    /// A file from an HTTP address.
    Http {
        /// The address.
        url: String,
        /// The name that the file gets.
        filename: String,
        /// `--checksum`.
        checksum: String,
        /// Whether an archive is unpacked.
        unpack: bool,
    },
    /// A Git repository.
    Git {
        /// The address as BuildKit gives it, with `#ref:folder`.
        url: String,
        /// What else identifies it: checksum, `.git` kept, submodules left out.
        options: String,
    },
    /// A here-document.
    Document {
        /// The name of the file.
        name: String,
        /// Its text, expanded.
        content: String,
    },
}
