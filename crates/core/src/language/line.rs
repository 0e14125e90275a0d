//! The line on which a place stands: of an instruction, of a here-document, or of none.
//!
//! Relies on [`syntax`](crate::syntax), whose instructions are in the order of the text.

use crate::syntax::{Heredoc, Instruction, InstructionId, Joined};
use crate::text::{TextRange, offset};

use super::Document;

/// What a place is a part of.
pub(super) enum Line<'a> {
    /// An instruction; the place is one of its text.
    Instruction(Inside<'a>),
    /// A here-document: its lines, and the one that ends it.
    Heredoc(&'a Instruction, usize),
    /// A comment or parser directive, whole, between instructions or between the lines of one.
    Comment(TextRange),
    /// A line with nothing but blanks in front of the place.
    Blank,
}

/// A place in the text of an instruction.
pub(super) struct Inside<'a> {
    pub(super) id: InstructionId,
    pub(super) it: &'a Instruction,
    pub(super) joined: Joined,
    /// The place in the joined text.
    pub(super) at: usize,
}

impl Document<'_> {
    /// A place that is one of the text, at or before `at`.
    pub(super) fn floor(&self, at: u32) -> u32 {
        offset(self.source().floor_char_boundary(at as usize))
    }
}

/// The last instruction that begins at or before a place.
pub(super) fn instruction_before<'a>(document: &Document<'a>, at: u32) -> Option<(InstructionId, &'a Instruction)> {
    let instructions = &document.analysis.syntax.instructions;
    let index = instructions.partition_point(|it| it.range.start <= at).checked_sub(1)?;
    Some((InstructionId(offset(index)), instructions.get(index)?))
}

/// The line of a place, which is a character boundary of the text.
pub(super) fn line_at<'a>(document: &Document<'a>, at: u32) -> Line<'a> {
    let source = document.source();
    let start = source[..at as usize].rfind('\n').map_or(0, |newline| newline + 1);
    let end = source[at as usize..].find('\n').map_or(source.len(), |newline| at as usize + newline);
    let whole = TextRange::new(offset(start), offset(end));
    let is_comment = whole.of(source).trim_start_matches('\u{feff}').trim_start().starts_with('#');
    let Some((id, it)) = instruction_before(document, at) else {
        return if is_comment { Line::Comment(whole) } else { Line::Blank };
    };
    let joined = Joined::new(source, it.range.start, document.analysis.syntax.escape());
    if at <= joined.end() {
        let is_first = whole.start <= it.range.start;
        if is_comment && !is_first {
            return Line::Comment(whole);
        }
        let at = joined.place_of(at);
        return Line::Instruction(Inside { id, it, joined, at });
    }
    for (index, heredoc) in it.heredocs.iter().enumerate() {
        if heredoc.body.start <= at && at <= end_of(source, heredoc) {
            return Line::Heredoc(it, index);
        }
    }
    if is_comment { Line::Comment(whole) } else { Line::Blank }
}

/// The end of the line that ends a here-document; of its lines where none does.
pub(super) fn end_of(source: &str, heredoc: &Heredoc) -> u32 {
    let behind = source.get(heredoc.body.end as usize..).unwrap_or_default();
    let line = behind.lines().next().unwrap_or_default();
    let is_end = line.trim_matches(['\t', '\r']) == heredoc.name;
    heredoc.body.end + if is_end { offset(line.len()) } else { 0 }
}
