//! What a target takes and what it gives: its build args, secrets, SSH agents and caches, and each
//! value of the image's config with the place that sets it; and the list of all targets.
//!
//! The first part is what `docker build --call=outline` tells, as `outline.go` of BuildKit's
//! Dockerfile frontend collects it, with more places; the last what `--call=targets` does. Relies on
//! the stages as resolved. It is worked out when somebody asks for it, not on every key.

mod args;
mod image;
mod mounts;

pub use args::{Arg, ArgSource};
pub use image::{Field, Origin, Place, Setting};
pub use mounts::{Need, NeedPlace};

use crate::graph::StageGraph;
use crate::resolve::{Base, Resolved, Source, Stage, StageId};
use crate::syntax::{InstructionKind, Parse};
use crate::text::{LineSpan, TextRange};

/// What a target takes and gives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outline {
    /// Every stage as a target, in file order.
    pub targets: Vec<Target>,
    /// The one that is built; none where there is no stage, or none of the name asked for. The fields
    /// below are empty then.
    pub target: Option<StageId>,
    /// The build args that it uses, in the order of the lines that declare them.
    pub args: Vec<Arg>,
    /// The secrets that are mounted for it, in the order of their lines.
    pub secrets: Vec<Need>,
    /// The SSH agents that are mounted for it, likewise.
    pub ssh: Vec<Need>,
    /// The caches that are mounted for it, likewise. BuildKit does not list them.
    pub caches: Vec<Need>,
    /// The config of the image, value by value.
    pub settings: Vec<Setting>,
    /// The stage whose FROM names the image that the config builds on; what no instruction sets is
    /// as in there. None where the target starts from nothing.
    pub outside: Option<StageId>,
}

/// A stage as `--call=targets` lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The stage.
    pub stage: StageId,
    /// Its name in lower case; none where FROM gives none, so that it can only be built as the last.
    pub name: Option<String>,
    /// What the comment above FROM says of it (`# name description`).
    pub description: Option<String>,
    /// Whether it is built when no target is named.
    pub is_default: bool,
    /// The base as written; none where FROM cannot be read.
    pub base: Option<String>,
    /// The value of `--platform` as written.
    pub platform: Option<String>,
    /// Its FROM.
    pub range: TextRange,
    /// The lines of its FROM.
    pub lines: LineSpan,
}

/// Works out what the target of a graph takes and gives.
#[must_use]
pub fn outline(parse: &Parse, resolved: &Resolved, graph: &StageGraph) -> Outline {
    let targets = targets(parse, resolved);
    let Some(target) = graph.target.and_then(|target| resolved.stage(target)) else {
        return Outline { targets, ..Outline::default() };
    };
    let stages = needed(resolved, target);
    let mounts = mounts::mounts(parse, &stages);
    let chain = resolved.chain(target.id);
    let outside = chain.first().filter(|bottom| bottom.base != Base::Scratch).map(|bottom| bottom.id);
    Outline {
        targets,
        target: Some(target.id),
        args: args::args(parse, resolved, &stages),
        secrets: mounts.secrets,
        ssh: mounts.ssh,
        caches: mounts.caches,
        settings: image::settings(parse, &chain, outside.is_some()),
        outside,
    }
}

fn targets(parse: &Parse, resolved: &Resolved) -> Vec<Target> {
    let target = |stage: &Stage| {
        let from = parse.instruction(stage.from);
        let base = from.and_then(|it| match &it.kind {
            InstructionKind::From(from) => Some(from.base.text.clone()),
            _ => None,
        });
        Target {
            stage: stage.id,
            name: stage.is_named().then(|| stage.label.clone()),
            description: stage.description.clone().filter(|text| !text.is_empty()),
            is_default: stage.id.0 as usize + 1 == resolved.stages.len(),
            base,
            platform: stage.platform_flag.as_ref().map(|flag| flag.text.clone()).filter(|text| !text.is_empty()),
            range: from.map(|it| it.range).unwrap_or_default(),
            lines: from.map(|it| it.lines).unwrap_or_default(),
        }
    };
    resolved.stages.iter().map(target).collect()
}

/// The stages that a target needs, in the order in which BuildKit asks them: each before its base, and
/// that before the stages that it copies from or mounts. BuildKit asks the latter in any order, we in
/// that of the file.
fn needed<'a>(resolved: &'a Resolved, target: &'a Stage) -> Vec<&'a Stage> {
    let mut is_known = vec![false; resolved.stages.len()];
    let mut out = Vec::new();
    let mut stack = vec![target.id];
    while let Some(id) = stack.pop() {
        let Some(stage) = resolved.stage(id) else { continue };
        if std::mem::replace(&mut is_known[id.0 as usize], true) {
            continue;
        }
        out.push(stage);
        for source in stage.commands.iter().rev().flat_map(|command| command.sources.iter().rev()) {
            if let Source::Stage(used) = source {
                stack.push(*used);
            }
        }
        if let Base::Stage(base) = stage.base {
            stack.push(base);
        }
    }
    out
}
