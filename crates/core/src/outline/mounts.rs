//! The secrets, SSH agents and caches that the RUNs of a target mount.
//!
//! Follows `dispatchSecret` and `dispatchSSH` of BuildKit's Dockerfile frontend.

use crate::lookup::Lookup;
use crate::resolve::{Action, Command, CommandId, Mount, MountKind, Stage, StageId};
use crate::sorting::sort_by_key;
use crate::syntax::{InstructionKind, Parse};
use crate::text::{LineSpan, TextRange, offset};

/// A secret, SSH agent or cache.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// Its id: what `--secret id=…` or `--ssh …` must give.
    pub id: String,
    /// Whether some RUN fails without it.
    pub is_required: bool,
    /// Where it is mounted; never empty. BuildKit tells of the first one only.
    pub places: Vec<NeedPlace>,
}

/// A mount of a secret, SSH agent or cache.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NeedPlace {
    /// The stage.
    pub stage: StageId,
    /// The RUN.
    pub command: CommandId,
    /// Its text; for one that an ONBUILD adds, the ONBUILD.
    pub range: TextRange,
    /// The value of its `--mount`.
    pub mount: TextRange,
    /// The lines that BuildKit names: those of the RUN, or of the FROM that set off an ONBUILD.
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

/// What is mounted, by its kind.
#[derive(Default)]
pub(super) struct Mounts {
    pub(super) secrets: Vec<Need>,
    pub(super) ssh: Vec<Need>,
    pub(super) caches: Vec<Need>,
}

/// What the RUNs of some stages mount.
pub(super) fn mounts(parse: &Parse, stages: &[&Stage]) -> Mounts {
    let mut out = Mounts::default();
    // Where each stands in its list.
    let mut known: Lookup<(&str, &str), usize> = Lookup::default();
    for stage in stages {
        for (number, command) in stage.commands.iter().enumerate() {
            let Action::Run(run) = &command.action else { continue };
            for (index, mount) in run.mounts.iter().enumerate() {
                let (list, default) = match mount.kind {
                    MountKind::Secret => (&mut out.secrets, ""),
                    MountKind::Ssh => (&mut out.ssh, "default"),
                    MountKind::Cache => (&mut out.caches, ""),
                    MountKind::Bind | MountKind::Tmpfs => continue,
                };
                let id = if mount.id.is_empty() { default } else { mount.id.as_str() };
                let at = *known.or_insert((mount.kind.name(), id), list.len());
                if at == list.len() {
                    list.push(Need { id: id.to_owned(), is_required: false, places: Vec::new() });
                }
                list[at].is_required |= mount.required;
                list[at].places.push(place(parse, (stage.id, CommandId(offset(number))), command, (index, mount)));
            }
        }
    }
    for list in [&mut out.secrets, &mut out.ssh, &mut out.caches] {
        sort_by_key(list, |need| need.places.first().map_or(0, |place| place.lines.first));
    }
    out
}

fn place(
    parse: &Parse,
    (stage, id): (StageId, CommandId),
    command: &Command,
    (index, mount): (usize, &Mount),
) -> NeedPlace {
    let it = parse.instruction(command.instruction);
    let range = it.map_or(command.range, |it| it.range);
    let flags = it.map(|it| match &it.kind {
        InstructionKind::Onbuild(onbuild) => onbuild.flags.as_slice(),
        _ => it.flags.as_slice(),
    });
    let mut values = flags.unwrap_or_default().iter().filter(|flag| flag.name.text == "mount");
    NeedPlace {
        stage,
        command: id,
        range,
        mount: values.nth(index).and_then(|flag| flag.value.as_ref()).map_or(range, |value| value.range),
        lines: command.lines,
        target: mount.target.clone(),
        env: mount.env.clone(),
        sharing: mount.sharing.clone(),
        is_required: mount.required,
    }
}
