//! What a target takes and what it gives.

use serde::Serialize;
use stagewright::outline;
use tsify::Tsify;

use super::text::{LineSpan, Positions, TextRange};

/// What a target takes and gives, each thing with the place that says so: what `docker build --call=targets` and
/// `--call=outline` tell, and more.
#[derive(Clone, Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(missing_as_null)]
pub struct Outline {
    /// Every stage as a target, in the order of the file.
    pub targets: Vec<OutlineTarget>,
    /// The one that is built, as an index of `Analysis.stages`; null where there is none of the name asked for.
    /// Everything below is empty then.
    pub target: Option<u32>,
    /// The build args that it uses, in the order of the lines that declare them.
    pub args: Vec<OutlineArg>,
    /// The secrets that are mounted for it, in the order of their lines.
    pub secrets: Vec<OutlineMount>,
    /// The SSH agents that are mounted for it, likewise.
    pub ssh: Vec<OutlineMount>,
    /// The caches that are mounted for it, likewise.
    pub caches: Vec<OutlineMount>,
    /// The config of the image, value by value.
    pub settings: Vec<OutlineSetting>,
    /// The stage whose FROM names the image that the config builds on, as an index of `Analysis.stages`; null
    /// where the target starts from nothing.
    pub outside: Option<u32>,
}

/// A stage as `--call=targets` lists it.
#[derive(Clone, Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(missing_as_null)]
pub struct OutlineTarget {
    /// Its index in `Analysis.stages`.
    pub stage: u32,
    /// Its name in lower case; null where FROM gives none, so that it can only be built as the last.
    pub name: Option<String>,
    /// What the comment above its FROM says of it.
    pub description: Option<String>,
    /// Whether it is built when no target is named.
    pub is_default: bool,
    /// The base as written.
    pub base: Option<String>,
    /// The value of `--platform` as written.
    pub platform: Option<String>,
    /// Its FROM.
    pub range: TextRange,
    /// The lines of its FROM.
    pub lines: LineSpan,
}

/// A build arg that a target uses.
#[derive(Clone, Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(missing_as_null)]
pub struct OutlineArg {
    /// Its name.
    pub name: String,
    /// What the comment above its ARG says of it.
    pub description: Option<String>,
    /// Its value; null where nothing sets it.
    pub value: Option<String>,
    /// What sets the value.
    pub source: ArgSource,
    /// Whether it is one of before the first FROM.
    pub is_global: bool,
    /// The name with its default where it is declared; for a predefined one, where it is used first.
    pub range: TextRange,
    /// The lines that BuildKit names.
    pub lines: LineSpan,
    /// Where what the target needs declares or names it, in the order of the text.
    pub uses: Vec<TextRange>,
}

/// What sets the value of a build arg.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub enum ArgSource {
    /// The request gives it.
    BuildArg,
    /// The default behind its name.
    Default,
    /// BuildKit itself.
    Predefined,
    /// Nothing.
    Unset,
}

/// A secret, SSH agent or cache.
#[derive(Clone, Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct OutlineMount {
    /// Its id: what `--secret id=…` or `--ssh …` must give.
    pub id: String,
    /// Whether some RUN fails without it.
    pub is_required: bool,
    /// Where it is mounted; there is at least one.
    pub places: Vec<OutlineMountPlace>,
}

/// A mount of a secret, SSH agent or cache.
#[derive(Clone, Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(missing_as_null)]
pub struct OutlineMountPlace {
    /// The stage, as an index of `Analysis.stages`.
    pub stage: u32,
    /// The RUN, as an index of `Stage.commands`.
    pub command: u32,
    /// The value of its `--mount`.
    pub range: TextRange,
    /// The lines that BuildKit names.
    pub lines: LineSpan,
    /// The file or folder where it appears; empty where the instruction names none.
    pub target: String,
    /// The variable that a secret is put in.
    pub env: Option<String>,
    /// How a cache is shared: `shared`, `private` or `locked`; empty where not given, which is `shared`.
    pub sharing: String,
    /// Whether this RUN fails without it.
    pub is_required: bool,
}

/// A value of an image's config.
#[derive(Clone, Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct OutlineSetting {
    /// The field, by its name in the image specification, such as `WorkingDir`.
    pub field: String,
    /// The variable, label, port or folder; empty for fields that are there once.
    pub key: String,
    /// The value: one for a variable or label, any number for commands, none for ports and volumes. A command
    /// without one was taken away, as an ENTRYPOINT does with an inherited CMD.
    pub values: Vec<String>,
    /// What set it.
    pub origin: SettingOrigin,
}

/// What set a value of an image's config.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum SettingOrigin {
    /// An instruction of the file.
    Instruction {
        /// The stage: the target, or one that it starts from; as an index of `Analysis.stages`.
        stage: u32,
        /// The instruction, as an index of `Stage.commands`.
        command: u32,
        /// The pair or word that gives the value, or the whole instruction where there is but one.
        range: TextRange,
    },
    /// The image outside the file that the target starts from.
    BaseImage,
    /// BuildKit, which always sets PATH, and `/` as the folder of what starts from nothing.
    BuildKit,
}

impl Outline {
    /// The values for the outline of `source`.
    #[must_use]
    pub fn new(source: &str, outline: &outline::Outline) -> Self {
        let at = &Positions::new(source);
        let mounts = |needs: &[outline::Need]| needs.iter().map(|need| OutlineMount::new(need, at)).collect();
        Self {
            targets: outline.targets.iter().map(|target| OutlineTarget::new(target, at)).collect(),
            target: outline.target.map(|stage| stage.0),
            args: outline.args.iter().map(|arg| OutlineArg::new(arg, at)).collect(),
            secrets: mounts(&outline.secrets),
            ssh: mounts(&outline.ssh),
            caches: mounts(&outline.caches),
            settings: outline.settings.iter().map(|setting| OutlineSetting::new(setting, at)).collect(),
            outside: outline.outside.map(|stage| stage.0),
        }
    }
}

impl OutlineTarget {
    fn new(target: &outline::Target, at: &Positions<'_>) -> Self {
        Self {
            stage: target.stage.0,
            name: target.name.clone(),
            description: target.description.clone(),
            is_default: target.is_default,
            base: target.base.clone(),
            platform: target.platform.clone(),
            range: at.range(target.range),
            lines: target.lines.into(),
        }
    }
}

impl OutlineArg {
    fn new(arg: &outline::Arg, at: &Positions<'_>) -> Self {
        Self {
            name: arg.name.clone(),
            description: arg.description.clone(),
            value: arg.value.clone(),
            source: arg.source.into(),
            is_global: arg.is_global,
            range: at.range(arg.range),
            lines: arg.lines.into(),
            uses: arg.uses.iter().map(|&range| at.range(range)).collect(),
        }
    }
}

impl From<outline::ArgSource> for ArgSource {
    fn from(source: outline::ArgSource) -> Self {
        match source {
            outline::ArgSource::BuildArg => Self::BuildArg,
            outline::ArgSource::Default => Self::Default,
            outline::ArgSource::Predefined => Self::Predefined,
            outline::ArgSource::Unset => Self::Unset,
        }
    }
}

impl OutlineMount {
    fn new(need: &outline::Need, at: &Positions<'_>) -> Self {
        let place = |place: &outline::NeedPlace| OutlineMountPlace {
            stage: place.stage.0,
            command: place.command.0,
            range: at.range(place.mount),
            lines: place.lines.into(),
            target: place.target.clone(),
            env: place.env.clone(),
            sharing: place.sharing.clone(),
            is_required: place.is_required,
        };
        Self { id: need.id.clone(), is_required: need.is_required, places: need.places.iter().map(place).collect() }
    }
}

impl OutlineSetting {
    fn new(setting: &outline::Setting, at: &Positions<'_>) -> Self {
        let origin = match setting.origin {
            outline::Origin::Instruction(place) => SettingOrigin::Instruction {
                stage: place.stage.0,
                command: place.command.0,
                range: at.range(place.range),
            },
            outline::Origin::BaseImage => SettingOrigin::BaseImage,
            outline::Origin::BuildKit => SettingOrigin::BuildKit,
        };
        Self {
            field: setting.field.name().to_owned(),
            key: setting.key.clone(),
            values: setting.values.clone(),
            origin,
        }
    }
}
