//! Positions: ranges in UTF-16 code units, as JavaScript counts, and lines.

use serde::Serialize;
use stagewright::text::{self, Utf16Index};
use tsify::Tsify;

/// A range of the source in UTF-16 code units, so that `source.slice(start, end)` is its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Tsify)]
pub struct TextRange {
    /// Where it begins.
    pub start: u32,
    /// Just past its last code unit.
    pub end: u32,
}

/// Some lines of the source, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Tsify)]
pub struct LineSpan {
    /// The first line.
    pub first: u32,
    /// The last line, which is a part of the span.
    pub last: u32,
}

impl From<text::LineSpan> for LineSpan {
    fn from(span: text::LineSpan) -> Self {
        Self { first: span.first, last: span.last }
    }
}

/// Converts the positions of one source.
pub(super) struct Positions<'a>(Utf16Index<'a>);

impl<'a> Positions<'a> {
    pub(super) fn new(source: &'a str) -> Self {
        Self(Utf16Index::new(source))
    }

    pub(super) fn offset(&self, byte: u32) -> u32 {
        self.0.at(byte)
    }

    pub(super) fn range(&self, range: text::TextRange) -> TextRange {
        TextRange { start: self.offset(range.start), end: self.offset(range.end) }
    }
}
