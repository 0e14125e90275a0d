//! What a key press changes in a text, and how what was found in it moves along.
//!
//! Pure. The checks wait until the text rests (see [`State::checked`](crate::state::State::checked)); until then their
//! findings are those of the text before, at the places where they are now. Whatever mends something is made of the
//! text as it is ([`language`](crate::editor::language), [`mend`](crate::mend)), never of what was moved.

use stagewright::checks::Finding;
use stagewright::text::TextRange;

/// The part of a text that differs from the one before, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextChange {
    /// Where it begins in both.
    pub start: usize,
    /// Where it ends in the text before.
    pub old_end: usize,
    /// Where it ends in the text after.
    pub new_end: usize,
}

impl TextChange {
    /// What differs between two texts, as little as can be.
    #[must_use]
    pub fn between(old: &str, new: &str) -> Self {
        let (a, b) = (old.as_bytes(), new.as_bytes());
        let shorter = a.len().min(b.len());
        let mut start = (0..shorter).find(|&at| a[at] != b[at]).unwrap_or(shorter);
        while !old.is_char_boundary(start) {
            start -= 1;
        }
        let most = shorter - start;
        let mut same = (0..most).find(|&at| a[a.len() - 1 - at] != b[b.len() - 1 - at]).unwrap_or(most);
        while !old.is_char_boundary(a.len() - same) {
            same -= 1;
        }
        Self { start, old_end: a.len() - same, new_end: b.len() - same }
    }

    /// Whether it is like typing: all lines stay lines. What is pasted, or opens a line, is read at once.
    #[must_use]
    pub fn is_typing(old: &str, new: &str) -> bool {
        let Self { start, old_end, new_end } = Self::between(old, new);
        let has_line_end = |part: &str| part.contains('\n');
        !has_line_end(&old[start..old_end]) && !has_line_end(&new[start..new_end])
    }

    /// Where a place of the text before is now. What is put in at a place stands before it.
    fn at(&self, place: u32) -> u32 {
        let place = place as usize;
        (if place < self.start {
            place
        } else if place < self.old_end {
            self.new_end
        } else {
            place - self.old_end + self.new_end
        }) as u32
    }

    /// Findings of the text before, at their places in the text after.
    #[must_use]
    pub fn moved(&self, findings: &[Finding]) -> Vec<Finding> {
        let mut moved = findings.to_vec();
        for finding in &mut moved {
            let TextRange { start, end } = finding.range;
            finding.range = TextRange::new(self.at(start), self.at(end));
        }
        moved
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(old: &str, new: &str, expect: (usize, usize, usize)) {
        let TextChange { start, old_end, new_end } = TextChange::between(old, new);
        assert_eq!((start, old_end, new_end), expect, "{old:?} {new:?}");
    }

    #[test]
    fn a_change_is_as_small_as_can_be() {
        check("abc", "abXc", (2, 2, 3));
        check("abc", "ac", (1, 2, 1));
        check("aa", "aaa", (2, 2, 3));
        check("abc", "abc", (3, 3, 3));
        check("", "ab", (0, 0, 2));
        check("a\u{e9}b", "a\u{e8}b", (1, 3, 3));
        check("a\u{e9}b", "a\u{129}b", (1, 3, 3));
        check("\u{1f49b}", "\u{1f49b}\u{1f49b}", (4, 4, 8));
    }

    #[test]
    fn typing_leaves_the_lines_as_they_are() {
        assert!(TextChange::is_typing("FROM a\nRUN b\n", "FROM ab\nRUN b\n"));
        assert!(TextChange::is_typing("FROM a\n", "FROM \n"));
        assert!(!TextChange::is_typing("FROM a\n", "FROM a\n\n"));
        assert!(!TextChange::is_typing("FROM a\nRUN b\n", "FROM a RUN b\n"));
    }

    #[test]
    fn places_move_along() {
        let places = |old: &str, new: &str| {
            let change = TextChange::between(old, new);
            (0..=old.len() as u32).map(|place| change.at(place)).collect::<Vec<_>>()
        };
        assert_eq!(places("abc", "abXc"), [0, 1, 3, 4]);
        assert_eq!(places("abcd", "ad"), [0, 1, 1, 1, 2]);
        assert_eq!(places("abcd", "aXYd"), [0, 3, 3, 3, 4]);
    }
}
