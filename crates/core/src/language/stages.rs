//! Where stages are named: by FROM, `COPY --from` and the `from` of mounts.
//!
//! Which stage a word names was looked up by [`resolve`](crate::resolve); here are the places of those
//! words.

use crate::lookup::Lookup;
use crate::resolve::{Base, ImageReference, Source, Stage, StageId};
use crate::syntax::{InstructionKind, Word, fields};
use crate::text::{TextRange, offset};

use super::Document;
use super::references::Said;

/// How a stage or image is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Naming {
    From,
    Copy,
    Mount,
}

/// What a word names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Named<'a> {
    Stage(StageId),
    Image(&'a ImageReference),
    Scratch,
}

/// A word that names a stage or an image.
#[derive(Clone, Debug)]
pub(super) struct Mention<'a> {
    pub(super) word: Word,
    pub(super) by: Naming,
    pub(super) named: Named<'a>,
    /// The stage that it stands in; for what ONBUILD keeps, the first one that sets it off.
    pub(super) stage: StageId,
}

/// Every word that names a stage or an image, stage by stage.
pub(super) fn mentions<'a>(document: &Document<'a>) -> Vec<Mention<'a>> {
    let mut out = Vec::new();
    let mut seen: Lookup<u32, ()> = Lookup::default();
    for stage in &document.analysis.resolved.stages {
        let word = &stage.base_name.written;
        let named = match &stage.base {
            Base::Stage(base) => Some(Named::Stage(*base)),
            Base::Image(reference) => Some(Named::Image(reference)),
            Base::Scratch => Some(Named::Scratch),
            Base::Invalid => None,
        };
        if let Some(named) = named {
            let by = Naming::From;
            out.push(Mention { word: word.clone(), by, named, stage: stage.id });
        }
        for command in stage.commands.iter().filter(|command| !command.sources.is_empty()) {
            let Some(it) = document.analysis.syntax.instruction(command.instruction) else { continue };
            let said = if command.onbuild { Said::trigger(it) } else { Said::new(it) };
            let by = if matches!(said.kind, InstructionKind::Run(_)) { Naming::Mount } else { Naming::Copy };
            for (word, source) in sources(said).into_iter().zip(&command.sources) {
                let named = match source {
                    Source::Stage(stage) => Some(Named::Stage(*stage)),
                    Source::Image(image) => document
                        .analysis
                        .resolved
                        .images
                        .get(image.0 as usize)
                        .and_then(|image| image.reference.as_ref().map(Named::Image)),
                    Source::Scratch => Some(Named::Scratch),
                    Source::Context => None,
                };
                let (Some(mut word), Some(named)) = (word, named) else { continue };
                word.range = narrowed(document.source(), word.range, &word.text);
                if !command.onbuild || seen.add(word.range.start) {
                    out.push(Mention { word, by, named, stage: stage.id });
                }
            }
        }
    }
    out
}

/// The words behind `--from` or the `from` of each mount; none for a mount without one.
fn sources(said: Said<'_>) -> Vec<Option<Word>> {
    match said.kind {
        InstructionKind::Run(_) => said.values("mount").map(mount_from).collect(),
        _ => said.values("from").take(1).map(|word| Some(word.clone())).collect(),
    }
}

fn mount_from(value: &Word) -> Option<Word> {
    let is_from = |option: &MountOption| option.key.text.eq_ignore_ascii_case("from");
    let from = mount_options(value).into_iter().rev().find(is_from)?;
    from.value.filter(|from| !from.text.is_empty())
}

/// The place of a word of which only a larger one is known, as in quotes.
fn narrowed(source: &str, range: TextRange, text: &str) -> TextRange {
    let wide = range.of(source);
    match wide.find("from=").map(|at| at + "from=".len()) {
        Some(at) if wide != text && wide[at..].starts_with(text) => {
            let start = range.start + offset(at);
            TextRange::new(start, start + offset(text.len()))
        }
        _ => range,
    }
}

/// An option of a mount.
#[derive(Clone, Debug)]
pub(super) struct MountOption {
    pub(super) key: Word,
    /// What stands behind `=`.
    pub(super) value: Option<Word>,
}

/// The options of a mount; nothing where its commas and quotes do not fit.
pub(super) fn mount_options(value: &Word) -> Vec<MountOption> {
    let mut out = Vec::new();
    for field in fields(&value.text).unwrap_or_default() {
        let word = |text: &str, start: usize| {
            // In quotes, a part cannot be told from the whole.
            let start = field.range.start + start;
            let is_plain = field.range.len() == field.text.len();
            let range = if is_plain { value.part(start..start + text.len()) } else { value.part(field.range.clone()) };
            Word { text: text.to_owned(), range }
        };
        out.push(match field.text.split_once('=') {
            Some((key, value)) => MountOption { key: word(key, 0), value: Some(word(value, key.len() + 1)) },
            None => MountOption { key: word(&field.text, 0), value: None },
        });
    }
    out
}

/// The place to go to for a stage: its name, or the word FROM.
pub(super) fn place_of(document: &Document<'_>, stage: &Stage) -> TextRange {
    let from = document.analysis.syntax.instruction(stage.from);
    let keyword = from.map(|it| it.keyword.range).unwrap_or_default();
    stage.name.as_ref().map_or(keyword, |name| name.range)
}
