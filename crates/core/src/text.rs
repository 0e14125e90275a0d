//! Positions in the text: byte ranges, the line index, edits.
//!
//! Inside the core every position is a byte offset; lines and UTF-16 columns
//! are made at the rim, from the [`LineIndex`] here. Relies on nothing.

use crate::sorting::sort_by_key;
use std::fmt;
use std::ops::Range;

/// A half-open range of bytes of the source text.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TextRange {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset just past the last byte; never less than `start`.
    pub end: u32,
}

impl TextRange {
    /// The range from `start` to `end`; an `end` before `start` gives an empty range at `start`.
    #[must_use]
    pub const fn new(start: u32, end: u32) -> Self {
        let end = if end < start { start } else { end };
        Self { start, end }
    }

    /// Number of bytes.
    #[must_use]
    pub const fn len(self) -> u32 {
        self.end - self.start
    }

    /// Whether the range holds no byte.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Whether `offset` is in the range, its end included (a caret behind a word belongs to it).
    #[must_use]
    pub const fn touches(self, offset: u32) -> bool {
        self.start <= offset && offset <= self.end
    }

    /// Whether all of `other` lies in this range.
    #[must_use]
    pub const fn contains_range(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The smallest range that holds both.
    #[must_use]
    pub fn cover(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The text of this range; empty where the range is not one of `text`.
    #[must_use]
    pub fn of(self, text: &str) -> &str {
        text.get(Range::from(self)).unwrap_or_default()
    }
}

impl From<TextRange> for Range<usize> {
    fn from(range: TextRange) -> Self {
        range.start as usize..range.end as usize
    }
}

impl fmt::Debug for TextRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.start, self.end)
    }
}

/// Lines of the source from `first` to `last`, counted from 1, both included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineSpan {
    /// The first line.
    pub first: u32,
    /// The last line.
    pub last: u32,
}

impl LineSpan {
    /// Every line of the span.
    pub fn iter(self) -> impl Iterator<Item = u32> {
        self.first..=self.last
    }
}

/// A place as people and editors name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineColumn {
    /// The line, counted from 1.
    pub line: u32,
    /// UTF-16 code units before the place on its line.
    pub column: u32,
}

/// Where the lines of a text begin. Lines end with `\n`, as in BuildKit; a `\r` before it is
/// part of the line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LineIndex {
    starts: Vec<u32>,
    len: u32,
}

impl LineIndex {
    /// The index of `text`.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let mut starts = vec![0];
        let mut at = 0;
        while let Some(end) = text[at..].find('\n') {
            at += end + 1;
            starts.push(offset(at));
        }
        Self { starts, len: offset(text.len()) }
    }

    /// Number of lines; a text that ends with a line end has an empty last line.
    #[must_use]
    pub fn n_lines(&self) -> u32 {
        offset(self.starts.len())
    }

    /// The line, counted from 1, that holds `at`.
    #[must_use]
    pub fn line_of(&self, at: u32) -> u32 {
        offset(self.starts.partition_point(|&start| start <= at)).max(1)
    }

    /// The bytes of a line (from 1) with its line end; empty past the last line.
    #[must_use]
    pub fn range_of(&self, line: u32) -> TextRange {
        let index = line.saturating_sub(1) as usize;
        let start = self.starts.get(index).copied().unwrap_or(self.len);
        let end = self.starts.get(index + 1).copied().unwrap_or(self.len);
        TextRange::new(start, end)
    }

    /// The bytes of some lines, without the line end of the last.
    #[must_use]
    pub fn range_of_span(&self, text: &str, span: LineSpan) -> TextRange {
        let whole = self.range_of(span.first).cover(self.range_of(span.last));
        let trimmed = whole.of(text).trim_end_matches(['\n', '\r']);
        TextRange::new(whole.start, whole.start + offset(trimmed.len()))
    }

    /// Line and UTF-16 column of a byte offset of `text`, the text that this index was made of.
    #[must_use]
    pub fn position(&self, text: &str, at: u32) -> LineColumn {
        let at = at.min(self.len);
        let line = self.line_of(at);
        let start = self.range_of(line).start;
        LineColumn { line, column: offset(utf16_len(TextRange::new(start, at).of(text))) }
    }
}

/// Byte offsets of a text to UTF-16 offsets, for many offsets in rising order: each call reads on
/// from where the last one stopped.
#[derive(Clone, Debug)]
pub struct Utf16Cursor<'a> {
    text: &'a str,
    byte: u32,
    utf16: u32,
}

impl<'a> Utf16Cursor<'a> {
    /// A cursor at the start of `text`.
    #[must_use]
    pub const fn new(text: &'a str) -> Self {
        Self { text, byte: 0, utf16: 0 }
    }

    /// The UTF-16 offset of byte `at`. An offset before the last one starts again from the front.
    pub fn at(&mut self, at: u32) -> u32 {
        if at < self.byte {
            (self.byte, self.utf16) = (0, 0);
        }
        self.utf16 += offset(utf16_len(TextRange::new(self.byte, at).of(self.text)));
        self.byte = at;
        self.utf16
    }
}

/// Byte offsets of a text to UTF-16 offsets, in any order: where text is not plain ASCII, it remembers
/// the offset at every few bytes, and counts on from there.
#[derive(Clone, Debug)]
pub struct Utf16Index<'a> {
    text: &'a str,
    /// UTF-16 units before every `STRIDE`th byte, or before the character that holds it. None where the
    /// whole text is ASCII, and the offsets are the same.
    marks: Option<Vec<u32>>,
}

impl<'a> Utf16Index<'a> {
    /// Bytes between two marks.
    const STRIDE: usize = 64;

    /// The index of `text`.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        if text.is_ascii() {
            return Self { text, marks: None };
        }
        let mut cursor = Utf16Cursor::new(text);
        let marks = (0..=text.len() / Self::STRIDE).map(|mark| cursor.at(offset(Self::mark(text, mark)))).collect();
        Self { text, marks: Some(marks) }
    }

    /// The UTF-16 offset of byte `at`; inside a character, that of its start, and past the text, its end.
    #[must_use]
    pub fn at(&self, at: u32) -> u32 {
        let at = self.text.floor_char_boundary(at as usize);
        let Some(marks) = &self.marks else { return offset(at) };
        let nearest = at / Self::STRIDE;
        let before = marks.get(nearest).copied().unwrap_or_default();
        before + offset(utf16_len(self.text.get(Self::mark(self.text, nearest)..at).unwrap_or_default()))
    }

    /// The byte of a mark.
    fn mark(text: &str, index: usize) -> usize {
        text.floor_char_boundary(index * Self::STRIDE)
    }
}

/// A replacement of a range of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextEdit {
    /// What is replaced.
    pub range: TextRange,
    /// What stands there afterwards.
    pub text: String,
}

/// `text` after `edits`, which refer to `text` as it was; where two overlap, the later one in the
/// text is left out.
#[must_use]
pub fn apply(text: &str, edits: &[TextEdit]) -> String {
    let mut sorted: Vec<&TextEdit> = edits.iter().collect();
    sort_by_key(&mut sorted, |edit| edit.range);
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in sorted {
        if edit.range.start < at || edit.range.end as usize > text.len() {
            continue;
        }
        out.push_str(TextRange::new(at, edit.range.start).of(text));
        out.push_str(&edit.text);
        at = edit.range.end;
    }
    out.push_str(text.get(at as usize..).unwrap_or_default());
    out
}

/// Where `part` begins in `text` first. Byte by byte, for the few letters that are looked for in what a page does at
/// once: `str::find` is made for longer parts, and costs a visitor another kilobyte.
#[must_use]
pub fn find(text: &str, part: &str) -> Option<usize> {
    let (text, part) = (text.as_bytes(), part.as_bytes());
    (0..=text.len().checked_sub(part.len())?).find(|&at| text[at..].starts_with(part))
}

/// A length or index as a byte offset. Texts past 4 GiB do not reach the core.
#[must_use]
pub(crate) const fn offset(at: usize) -> u32 {
    if at > u32::MAX as usize { u32::MAX } else { at as u32 }
}

fn utf16_len(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.chars().map(char::len_utf16).sum() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_position(text: &str, at: u32, line: u32, column: u32) {
        assert_eq!(LineIndex::new(text).position(text, at), LineColumn { line, column });
    }

    #[test]
    fn a_part_is_found_where_it_is_first() {
        for text in ["", "a", "ab", "xab", "aab ab", "a\u{e9}b", "\u{e9}ab"] {
            for part in ["a", "ab", "b ", "abc"] {
                assert_eq!(find(text, part), text.find(part), "{text:?} {part:?}");
            }
        }
    }

    #[test]
    fn columns_count_utf16_units() {
        let text = "a\u{e9}b\n\u{1f49b}g\r\nhi\rj";
        check_position(text, 0, 1, 0);
        check_position(text, 3, 1, 2);
        check_position(text, 5, 2, 0);
        check_position(text, 9, 2, 2);
        check_position(text, 12, 3, 0);
        check_position(text, 15, 3, 3);
        check_position(text, 99, 3, 4);
    }

    #[test]
    fn a_span_of_lines_ends_before_its_line_end() {
        let text = "one\r\ntwo\r\nthree";
        let index = LineIndex::new(text);
        let span = LineSpan { first: 1, last: 2 };
        assert_eq!(index.range_of_span(text, span).of(text), "one\r\ntwo");
        assert_eq!(index.n_lines(), 3);
    }

    #[test]
    fn the_cursor_agrees_with_a_count_from_the_front() {
        let text = "\u{1f49b}a\u{e9}\nb";
        let mut cursor = Utf16Cursor::new(text);
        for (at, expected) in [(0, 0), (4, 2), (5, 3), (7, 4), (9, 6), (4, 2)] {
            assert_eq!(cursor.at(at), expected, "byte {at}");
        }
    }

    #[test]
    fn the_index_agrees_with_the_cursor_in_any_order() {
        let texts =
            ["", "plain", "\u{1f49b}a\u{e9}\nb", &"a\u{1f49b}\u{e9}\u{6f22}".repeat(40), &"\u{1f49b}".repeat(33)];
        for text in texts {
            let index = Utf16Index::new(text);
            for (at, _) in text.char_indices().rev() {
                assert_eq!(index.at(offset(at)), Utf16Cursor::new(text).at(offset(at)), "byte {at} of {text}");
            }
            assert_eq!(index.at(u32::MAX), offset(text.encode_utf16().count()), "the end of {text}");
        }
        assert_eq!(Utf16Index::new("\u{e9}\u{e9}").at(3), 1);
    }

    #[test]
    fn edits_that_overlap_an_earlier_one_are_left_out() {
        let edit = |start, end, text: &str| TextEdit { range: TextRange::new(start, end), text: text.into() };
        let edits = [edit(4, 7, "app"), edit(0, 3, "COPY"), edit(5, 6, "x"), edit(40, 41, "y")];
        assert_eq!(apply("ADD src /src", &edits), "COPY app /src");
    }
}
