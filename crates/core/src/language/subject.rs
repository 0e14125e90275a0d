//! What has a name at a place: a variable or a stage.
//!
//! Relies on [`references`](super::references) and [`stages`](super::stages).

use crate::resolve::{Command, Stage, StageId};
use crate::syntax::{InstructionId, InstructionKind, Joined};
use crate::text::TextRange;

use super::Document;
use super::line::instruction_before;
use super::references::{Said, Scan, shell_of};
use super::stages::{Named, mentions, place_of};

/// A thing with a name, and the place of that name.
#[derive(Clone, Debug)]
pub(super) enum Subject {
    Variable(String, TextRange),
    Stage(StageId, TextRange),
}

/// What has a name at a place.
pub(super) fn subject_at(document: &Document<'_>, at: u32) -> Option<Subject> {
    let variable = variable_at(document, at).map(|(name, range)| Subject::Variable(name, range));
    variable.or_else(|| stage_at(document, at).map(|(stage, range)| Subject::Stage(stage, range)))
}

/// The variable at a place, and the place of its name.
pub(super) fn variable_at(document: &Document<'_>, at: u32) -> Option<(String, TextRange)> {
    let (id, it) = instruction_before(document, at)?;
    if !it.range.touches(at) {
        return None;
    }
    let (source, escape) = (document.source(), document.analysis.syntax.escape());
    let mut found = None;
    let mut tell = |name: &str, range: TextRange, _| {
        if with_sigil(source, range).touches(at) {
            found = Some((name.to_owned(), range));
        }
    };
    let said = Said::trigger(it);
    let joined = Joined::new(source, it.range.start, escape);
    let shell = stage_of(document, id).map(|stage| shell_of(document, stage.id, id)).unwrap_or_default();
    Scan { source, joined: &joined, escape, shell: &shell, tell: &mut tell }.said(said);
    if found.is_some() {
        return found;
    }
    match said.kind {
        InstructionKind::Arg(definitions) => {
            let name = definitions.iter().map(|it| &it.name).find(|name| name.range.touches(at))?;
            Some((name.text.clone(), name.range))
        }
        InstructionKind::Env(pairs) => {
            let index = pairs.iter().position(|pair| pair.key.range.touches(at))?;
            let key = &pairs[index].key;
            // With quotes or variables in it, it is not what stands there.
            let set = command_of(document, id).and_then(|command| command.sets.get(index));
            Some((set.map_or_else(|| key.text.clone(), |(name, _)| name.clone()), key.range))
        }
        _ => None,
    }
}

/// The stage that an instruction belongs to; none before the first FROM.
pub(super) fn stage_of<'a>(document: &Document<'a>, id: InstructionId) -> Option<&'a Stage> {
    let stages = &document.analysis.resolved.stages;
    stages.get(stages.partition_point(|stage| stage.from <= id).checked_sub(1)?)
}

/// What an instruction comes to in its own stage.
fn command_of<'a>(document: &Document<'a>, id: InstructionId) -> Option<&'a Command> {
    stage_of(document, id)?.commands.iter().find(|command| command.instruction == id && !command.onbuild)
}

/// The place of a variable's name with the `$` or `${` in front of it.
pub(super) fn with_sigil(source: &str, name: TextRange) -> TextRange {
    let before = source.get(..name.start as usize).unwrap_or_default();
    let sigil = if before.ends_with("${") { 2 } else { u32::from(before.ends_with('$')) };
    TextRange::new(name.start - sigil, name.end)
}

/// The stage that is named at a place, and the place of that name: of one without a name, its FROM.
pub(super) fn stage_at(document: &Document<'_>, at: u32) -> Option<(StageId, TextRange)> {
    let near = document.analysis.resolved.stages.iter().filter(|stage| stage.range.touches(at));
    for stage in near {
        let place = place_of(document, stage);
        if place.touches(at) {
            return Some((stage.id, place));
        }
    }
    mentions(document).into_iter().find_map(|mention| match mention.named {
        Named::Stage(stage) if mention.word.range.touches(at) => Some((stage, mention.word.range)),
        _ => None,
    })
}
