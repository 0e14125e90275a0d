//! What has a name at a place: a variable or a stage.
//!
//! Relies on [`references`](super::references) and [`stages`](super::stages).

use crate::resolve::StageId;
use crate::syntax::{InstructionKind, Joined};
use crate::text::TextRange;

use super::Document;
use super::line::instruction_before;
use super::references::{Said, Scan};
use super::stages::{Named, mentions};

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
    let (_, it) = instruction_before(document, at)?;
    if !it.range.touches(at) {
        return None;
    }
    let (source, escape) = (document.source(), document.analysis.syntax.escape());
    let mut found = None;
    let mut tell = |name: &str, range: TextRange, _| {
        let before = source.get(..range.start as usize).unwrap_or_default();
        let sigil = if before.ends_with("${") { 2 } else { 1 };
        if TextRange::new(range.start.saturating_sub(sigil), range.end).touches(at) {
            found = Some((name.to_owned(), range));
        }
    };
    let said = Said::trigger(it);
    let joined = Joined::new(source, it.range.start, escape);
    Scan { source, joined: &joined, escape, tell: &mut tell }.said(said);
    if found.is_some() {
        return found;
    }
    let name = match said.kind {
        InstructionKind::Arg(definitions) => definitions.iter().map(|it| &it.name).find(|name| name.range.touches(at)),
        InstructionKind::Env(pairs) => pairs.iter().map(|it| &it.key).find(|key| key.range.touches(at)),
        _ => None,
    };
    // A name in quotes is not what stands there, but what it comes to.
    name.map(|name| (name.text.clone(), name.range))
}

/// The stage that is named at a place, and the place of that name.
pub(super) fn stage_at(document: &Document<'_>, at: u32) -> Option<(StageId, TextRange)> {
    let named = document.analysis.resolved.stages.iter().filter_map(|stage| Some((stage.id, stage.name.as_ref()?)));
    if let Some((stage, name)) = named.into_iter().find(|(_, name)| name.range.touches(at)) {
        return Some((stage, name.range));
    }
    mentions(document).into_iter().find_map(|mention| match mention.named {
        Named::Stage(stage) if mention.word.range.touches(at) => Some((stage, mention.word.range)),
        _ => None,
    })
}
