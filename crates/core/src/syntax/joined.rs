//! The line of an instruction put together once more, for whoever looks at a place inside it: the
//! instructions themselves only keep the places of their words.
//!
//! Relies on [`lines`](super::lines), as the [`parser`](super::parser) does.

use std::ops::Range;

use crate::text::{TextRange, offset};

use super::lines::{Lines, LogicalLine, strip_continuation};

/// The text of an instruction on one line, blanks at its end included, and where each piece of it
/// came from. Here-documents are no part of it.
#[derive(Clone, Debug)]
pub struct Joined {
    line: LogicalLine,
    /// Where the last of its physical lines ends, in the source.
    end: u32,
}

impl Joined {
    /// The instruction that begins at `start` of `source`.
    #[must_use]
    pub fn new(source: &str, start: u32, escape: char) -> Self {
        let mut line = LogicalLine::default();
        let start = source.floor_char_boundary(start as usize);
        let mut end = start;
        let mut is_first = true;
        let mut lines = Lines::new(source);
        lines.rewind((start, 0));
        for physical in lines {
            end = physical.start + physical.text.len();
            if !is_first && (physical.is_comment() || physical.text.trim_start().is_empty()) {
                continue;
            }
            let (stripped, continues) = strip_continuation(physical.text, escape);
            line.push(stripped, physical.start);
            is_first = false;
            if !continues {
                break;
            }
        }
        Self { line, end: offset(end) }
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.line.text
    }

    /// Where the last of its physical lines ends, without the line end.
    #[must_use]
    pub const fn end(&self) -> u32 {
        self.end
    }

    /// The range in the source of a range of the text.
    #[must_use]
    pub fn range(&self, range: Range<usize>) -> TextRange {
        self.line.range(range)
    }

    /// The place in the text of a place in the source; that of the next text in front of it for what
    /// is no part of the text, such as a comment between two lines.
    #[must_use]
    pub fn place_of(&self, at: u32) -> usize {
        self.line.text_of(at as usize)
    }

    /// The range of the text that came from a range of the source.
    #[must_use]
    pub fn part(&self, range: TextRange) -> Range<usize> {
        let start = self.place_of(range.start);
        start..self.place_of(range.end).max(start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_lead_to_the_text_and_back() {
        let source = "FROM a\nRUN b \\\n  # no\n\n  c d\nRUN e";
        let joined = Joined::new(source, 7, '\\');
        assert_eq!(joined.text(), "RUN b   c d");
        assert_eq!(joined.end(), 28);
        assert_eq!(joined.range(8..11).of(source), "c d");
        for (at, expected) in [(7, 0), (11, 4), (13, 6), (18, 6), (22, 6), (24, 7), (25, 8), (99, 11)] {
            assert_eq!(joined.place_of(at), expected, "byte {at}");
        }
        let found = TextRange::new(25, 28);
        assert_eq!(joined.range(joined.part(found)), found);
    }
}
