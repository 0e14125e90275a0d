//! The patterns of `${name#pattern}`, `${name%pattern}` and `${name/pattern/text}`: `*` for any
//! text, `?` for any character, a backslash before one that is meant as itself.
//!
//! BuildKit turns them into regular expressions; a matcher for just these saves the engine (150 kB
//! and more in wasm). Neither wildcard matches a line end, as in Go. Relies on nothing.

use std::cell::Cell;

/// A piece of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece {
    Star,
    Any,
    Char(char),
}

/// Comparisons after which a search gives up.
const MOST_EFFORT: usize = 4_000_000;

/// A pattern that can be searched for.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    pieces: Vec<Piece>,
    greedy: bool,
    effort: Cell<usize>,
}

impl Pattern {
    /// Reads a pattern. `greedy` makes `*` match as much as it can, else as little.
    ///
    /// # Errors
    /// An escape of a character that has no meaning here: what stands between the brackets of
    /// BuildKit's message.
    pub(super) fn new(pattern: &str, greedy: bool) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut chars = pattern.chars().peekable();
        while let Some(c) = chars.next() {
            pieces.push(match c {
                '*' => Piece::Star,
                '?' => Piece::Any,
                // The escape before } and / belongs to the substitution, not to the pattern.
                '\\' if matches!(chars.peek(), Some('}' | '/')) => continue,
                '\\' => match chars.next() {
                    Some(c @ ('*' | '?' | '\\')) => Piece::Char(c),
                    other => return Err(format!("invalid escape '\\{}'", other.unwrap_or('\u{fffd}'))),
                },
                c => Piece::Char(c),
            });
        }
        Ok(Self { pieces, greedy, effort: Cell::new(0) })
    }

    /// Comparisons so far.
    pub(super) fn effort(&self) -> usize {
        self.effort.get()
    }

    /// Whether the search became too long, and its result means nothing.
    pub(super) fn gave_up(&self) -> bool {
        self.effort.get() > MOST_EFFORT
    }

    /// The length of the match at the very start of `text`, in characters.
    pub(super) fn match_at_start(&self, text: &[char]) -> Option<usize> {
        // Up to the first star there is one way to match, and most searches end there.
        let n_plain = self.pieces.iter().take_while(|&&piece| piece != Piece::Star).count();
        let (plain, rest) = self.pieces.split_at(n_plain);
        let is_match = |(index, piece): (usize, &Piece)| {
            text.get(index).is_some_and(|&c| matches!(piece, Piece::Any if c != '\n') || *piece == Piece::Char(c))
        };
        let n_same = plain.iter().enumerate().take_while(|&it| is_match(it)).count();
        self.effort.set(self.effort.get() + n_same + 1);
        if n_same < n_plain || self.gave_up() {
            return None;
        }
        if rest.is_empty() { Some(n_plain) } else { self.match_rest(rest, &text[n_plain..]).map(|len| n_plain + len) }
    }

    /// The length of the match of some pieces at the very start of `text`.
    fn match_rest(&self, pieces: &[Piece], text: &[char]) -> Option<usize> {
        // For each piece, the lengths of text that the pieces before it can match.
        let mut reachable = vec![false; text.len() + 1];
        reachable[0] = true;
        for &piece in pieces {
            self.effort.set(self.effort.get() + text.len());
            if self.gave_up() {
                return None;
            }
            let mut next = vec![false; text.len() + 1];
            let mut open = false;
            for at in 0..=text.len() {
                let here = reachable[at];
                match piece {
                    Piece::Star => {
                        open |= here;
                        next[at] |= open;
                        // What is open goes on over every character but a line end.
                        open &= text.get(at).is_some_and(|&c| c != '\n');
                    }
                    Piece::Any if here && text.get(at).is_some_and(|&c| c != '\n') => next[at + 1] = true,
                    Piece::Char(expected) if here && text.get(at) == Some(&expected) => next[at + 1] = true,
                    _ => {}
                }
            }
            reachable = next;
        }
        if self.greedy { reachable.iter().rposition(|&r| r) } else { reachable.iter().position(|&r| r) }
    }

    /// The first match in `text`, as a range of characters.
    pub(super) fn find(&self, text: &[char], from: usize) -> Option<(usize, usize)> {
        let mut starts = (from..=text.len()).take_while(|_| !self.gave_up());
        starts.find_map(|start| self.match_at_start(&text[start..]).map(|len| (start, start + len)))
    }
}

/// The pattern read from its end, escapes kept before what they escape.
pub(super) fn reversed(pattern: &str) -> String {
    let chars: Vec<char> = pattern.chars().collect();
    let mut pieces: Vec<&[char]> = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let len = if chars[at] == '\\' && at + 1 < chars.len() { 2 } else { 1 };
        pieces.push(&chars[at..at + len]);
        at += len;
    }
    pieces.into_iter().rev().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, greedy: bool, text: &str, expected: Option<usize>) {
        let text: Vec<char> = text.chars().collect();
        assert_eq!(Pattern::new(pattern, greedy).unwrap().match_at_start(&text), expected, "{pattern}");
    }

    #[test]
    fn a_star_matches_as_little_or_as_much_as_it_can() {
        check("f*b", false, "foobarbaz", Some(4));
        check("f*b", true, "foobarbaz", Some(7));
        check("*", true, "one\ntwo", Some(3));
        check("x*", true, "foo", None);
    }

    #[test]
    fn a_search_that_takes_too_long_gives_up() {
        let text = vec!['a'; 10_000];
        let pattern = Pattern::new("a*b", true).unwrap();
        assert_eq!((pattern.find(&text, 0), pattern.gave_up()), (None, true));
        let pattern = Pattern::new("b", true).unwrap();
        assert_eq!((pattern.find(&text, 0), pattern.gave_up()), (None, false));
    }

    #[test]
    fn escapes_make_wildcards_plain() {
        check("\\*?", false, "*a", Some(2));
        check("\\*", false, "aa", None);
        assert!(Pattern::new("\\a", false).is_err());
        assert_eq!(reversed("a\\*c"), "c\\*a");
    }
}
