//! Puts the physical lines of a file together to the lines that instructions stand on, and keeps
//! track of where each byte came from.
//!
//! Continuations, comments and blank lines inside an instruction disappear here, as in BuildKit's
//! parser. Relies on [`text`](crate::text).

use std::ops::Range;

use crate::text::{LineSpan, TextRange, offset};

use super::ast::Word;

/// The physical lines of a source, each with its line end.
#[derive(Debug)]
pub(super) struct Lines<'a> {
    source: &'a str,
    at: usize,
    /// Number of lines read so far.
    pub(super) n_read: u32,
}

/// A physical line.
#[derive(Clone, Copy, Debug)]
pub(super) struct PhysicalLine<'a> {
    /// Its text without the line end.
    pub(super) text: &'a str,
    /// Where it starts.
    pub(super) start: usize,
    /// Its text with the line end.
    pub(super) whole: &'a str,
}

impl PhysicalLine<'_> {
    /// Whether its first visible character is `#`.
    pub(super) fn is_comment(&self) -> bool {
        self.text.trim_start().starts_with('#')
    }

    pub(super) fn range(&self) -> TextRange {
        TextRange::new(offset(self.start), offset(self.start + self.text.len()))
    }

    /// The same with the line end.
    pub(super) fn whole_range(&self) -> TextRange {
        TextRange::new(offset(self.start), offset(self.start + self.whole.len()))
    }
}

impl<'a> Lines<'a> {
    pub(super) const fn new(source: &'a str) -> Self {
        Self { source, at: 0, n_read: 0 }
    }

    /// The place of the next line, to come back to with [`Lines::rewind`].
    pub(super) const fn mark(&self) -> (usize, u32) {
        (self.at, self.n_read)
    }

    pub(super) const fn rewind(&mut self, (at, n_read): (usize, u32)) {
        self.at = at;
        self.n_read = n_read;
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = PhysicalLine<'a>;

    fn next(&mut self) -> Option<PhysicalLine<'a>> {
        let rest = &self.source[self.at..];
        if rest.is_empty() {
            return None;
        }
        let len = rest.find('\n').map_or(rest.len(), |end| end + 1);
        let (mut start, mut whole) = (self.at, &rest[..len]);
        if self.at == 0 && whole.starts_with('\u{feff}') {
            start = '\u{feff}'.len_utf8();
            whole = &whole[start..];
        }
        self.at += len;
        self.n_read += 1;
        Some(PhysicalLine { text: whole.trim_end_matches(['\r', '\n']), start, whole })
    }
}

/// An instruction's line: what is left of its physical lines, and where each piece came from.
#[derive(Clone, Debug, Default)]
pub(super) struct LogicalLine {
    /// The text on one line.
    pub(super) text: String,
    /// Where the pieces of the text start: in the text, and in the source.
    pieces: Vec<(usize, usize)>,
    /// Escape characters at line ends.
    pub(super) continuations: Vec<TextRange>,
    /// Comments between the lines.
    pub(super) comments: Vec<TextRange>,
    /// Blank lines between the lines, with their line ends.
    pub(super) empty_lines: Vec<TextRange>,
    /// The physical lines it is made of.
    pub(super) span: LineSpan,
}

impl LogicalLine {
    /// A line of its own.
    #[cfg(test)]
    pub(super) fn detached(text: &str, at: TextRange) -> Self {
        let pieces = vec![(0, at.start as usize)];
        Self { text: text.to_owned(), pieces, ..Self::default() }
    }

    /// A line without anything, in the memory of this one.
    pub(super) fn emptied(mut self) -> Self {
        self.text.clear();
        self.pieces.clear();
        self.continuations.clear();
        self.comments.clear();
        self.empty_lines.clear();
        self
    }

    /// Takes the text, without the blanks at its ends. Places still lead to the source.
    pub(super) fn take_text(&mut self) -> String {
        let kept = self.trimmed(0..self.text.len());
        let mut text = std::mem::take(&mut self.text);
        text.truncate(kept.end);
        text.drain(..kept.start);
        text
    }

    /// Adds a piece of a physical line.
    pub(super) fn push(&mut self, text: &str, start: usize) {
        self.pieces.push((self.text.len(), start));
        self.text.push_str(text);
    }

    /// The place in the source of the byte at `at`, which is in or at the end of the text.
    fn source_of(&self, at: usize) -> usize {
        let index = self.pieces.partition_point(|&(start, _)| start <= at).saturating_sub(1);
        self.pieces.get(index).map_or(0, |&(start, source)| source + (at - start))
    }

    /// The place in the text of a byte of the source; the end of the piece before it where the byte is
    /// of none.
    pub(super) fn text_of(&self, source: usize) -> usize {
        let index = self.pieces.partition_point(|&(_, start)| start <= source).saturating_sub(1);
        let Some(&(start, from)) = self.pieces.get(index) else { return 0 };
        let end = self.pieces.get(index + 1).map_or(self.text.len(), |&(next, _)| next);
        self.text.floor_char_boundary((start + source.saturating_sub(from)).min(end))
    }

    /// The range in the source from the first to the last byte of a range of the text.
    pub(super) fn range(&self, range: Range<usize>) -> TextRange {
        let start = self.source_of(range.start);
        if range.is_empty() {
            return TextRange::new(offset(start), offset(start));
        }
        let end = self.source_of(range.end - 1) + 1;
        TextRange::new(offset(start), offset(end))
    }

    /// A word at a range of the text, with a text of its own where the range is quoted or escaped.
    pub(super) fn word(&self, text: impl Into<String>, range: Range<usize>) -> Word {
        Word { text: text.into(), range: self.range(range) }
    }

    /// The range without the blanks at its ends.
    pub(super) fn trimmed(&self, range: Range<usize>) -> Range<usize> {
        let text = self.text[range.clone()].trim_start();
        let start = range.end - text.len();
        start..start + text.trim_end().len()
    }
}

/// A line without the escape character at its end that makes the next line a part of it; and
/// whether there was one. An escaped escape character does not count.
pub(super) fn strip_continuation(line: &str, escape: char) -> (&str, bool) {
    let trimmed = line.trim_end_matches([' ', '\t']);
    match trimmed.strip_suffix(escape) {
        Some(before) if !before.ends_with(escape) => (before, true),
        _ => (line, false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_escape_character_at_the_end_continues_the_line() {
        assert_eq!(strip_continuation("RUN a \\", '\\'), ("RUN a ", true));
        assert_eq!(strip_continuation("RUN a \\ \t", '\\'), ("RUN a ", true));
        assert_eq!(strip_continuation("RUN a \\\\", '\\'), ("RUN a \\\\", false));
        assert_eq!(strip_continuation("RUN a \\", '`'), ("RUN a \\", false));
        assert_eq!(strip_continuation("\\", '\\'), ("", true));
    }

    #[test]
    fn ranges_of_a_joined_line_lead_back_to_the_source() {
        let mut line = LogicalLine::default();
        line.push("RUN a", 0);
        line.push("b c", 10);
        assert_eq!(line.text, "RUN ab c");
        assert_eq!(line.range(4..6), TextRange::new(4, 11));
        assert_eq!(line.range(7..8), TextRange::new(12, 13));
    }

    #[test]
    fn lines_come_without_their_ends_and_without_a_byte_order_mark() {
        let lines: Vec<_> = Lines::new("\u{feff}a\r\n\nb").map(|line| (line.text, line.start)).collect();
        assert_eq!(lines, [("a", 3), ("", 6), ("b", 7)]);
    }
}
