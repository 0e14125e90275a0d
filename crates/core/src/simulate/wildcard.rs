//! A pattern of paths: its pieces, and what it matches. The wildcards of COPY are patterns, too.
//!
//! Follows the `patternmatcher` package, which makes a regular expression of a pattern, and Go's `path.Match`; here
//! a pattern is a row of pieces, gone through once with the set of places it can have reached, so that no pattern
//! takes long.

use std::iter::Peekable;
use std::str::Chars;

/// A pattern, as the pieces of what it matches.
pub(super) type Pattern = Vec<Piece>;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// This character.
    Char(char),
    /// Any character but a slash.
    Any,
    /// Any text without a slash.
    Star,
    /// Any text.
    Rest,
    /// Nothing, or any text that ends with a slash.
    Folders,
    /// A character of these ranges, or of none of them.
    Class(bool, Vec<(char, char)>),
}

/// A source of COPY with wildcards: `*`, `?` and `[…]` match no slash, as in Go's `path.Match`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wildcard(Pattern);

impl Wildcard {
    pub(super) fn new(pattern: &str) -> Self {
        // What is no pattern matches nothing.
        Self(pieces(pattern, false).unwrap_or_else(|| vec![Piece::Class(false, Vec::new())]))
    }

    pub(super) fn matches(&self, path: &str) -> bool {
        matches(&self.0, path)
    }
}

/// Whether a source has a wildcard.
pub(super) fn has_wildcard(path: &str) -> bool {
    let mut bytes = path.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'*' | b'?' | b'[' => return true,
            b'\\' => drop(bytes.next()),
            _ => {}
        }
    }
    false
}

/// The folders of a source before the first that has a wildcard.
pub(super) fn before_wildcard(path: &str) -> &str {
    let mut end = 0;
    for part in path.split('/').take_while(|part| !has_wildcard(part)) {
        end += part.len() + 1;
    }
    &path[..end.saturating_sub(1).min(path.len())]
}

/// The pieces of a pattern; none where Go's `path.Match`, or the regular expression that is made of it, has it
/// for no pattern.
pub(super) fn pieces(pattern: &str, has_double_stars: bool) -> Option<Pattern> {
    let mut out = Vec::new();
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        out.push(match c {
            '*' if has_double_stars && chars.next_if_eq(&'*').is_some() => {
                let has_slash = chars.next_if_eq(&'/').is_some();
                let is_plain = |mut rest: Peekable<Chars<'_>>| !rest.any(|c| matches!(c, '*' | '?' | '[' | ']' | '\\'));
                let is_suffix = out.is_empty() && !has_slash && is_plain(chars.clone());
                if chars.peek().is_none() || is_suffix { Piece::Rest } else { Piece::Folders }
            }
            '*' => Piece::Star,
            '?' => Piece::Any,
            '\\' => Piece::Char(chars.next()?),
            '[' => class(&mut chars)?,
            c => Piece::Char(c),
        });
    }
    Some(out)
}

/// Whether a pattern matches a whole text.
pub(super) fn matches(mut pattern: &[Piece], mut text: &str) -> bool {
    // Most patterns are told by how they begin and end.
    while let [Piece::Char(c), rest @ ..] = pattern {
        let Some(left) = text.strip_prefix(*c) else { return false };
        (pattern, text) = (rest, left);
    }
    while let [rest @ .., Piece::Char(c)] = pattern {
        let Some(left) = text.strip_suffix(*c) else { return false };
        (pattern, text) = (rest, left);
    }
    match pattern {
        [] => text.is_empty(),
        [Piece::Star] => !text.contains('/'),
        [Piece::Rest] => true,
        _ => matches_inner(pattern, &text.chars().collect::<Vec<char>>()),
    }
}

fn matches_inner(pattern: &[Piece], text: &[char]) -> bool {
    // Which places of the text the pieces so far can have come to.
    let mut reached = vec![false; text.len() + 1];
    reached[0] = true;
    for piece in pattern {
        // Whether the place before was reached, and whether one that the piece can go on from.
        let (mut was, mut is_open) = (false, false);
        for (at, reached) in reached.iter_mut().enumerate() {
            let before = at.checked_sub(1).map(|before| text[before]);
            let step = |fits: &dyn Fn(char) -> bool| was && before.is_some_and(fits);
            let now = *reached;
            *reached = match piece {
                Piece::Char(c) => step(&|it| it == *c),
                Piece::Any => step(&|it| it != '/'),
                Piece::Class(is_negated, ranges) => {
                    step(&|it| ranges.iter().any(|&(from, to)| (from..=to).contains(&it)) != *is_negated)
                }
                Piece::Star => {
                    is_open = now || (is_open && before != Some('/'));
                    is_open
                }
                Piece::Rest => {
                    is_open |= now;
                    is_open
                }
                Piece::Folders => {
                    let after_slash = is_open && before == Some('/');
                    is_open |= now;
                    now || after_slash
                }
            };
            was = now;
        }
    }
    reached[text.len()]
}

/// The characters in brackets, up to the second bracket.
fn class(chars: &mut Peekable<Chars<'_>>) -> Option<Piece> {
    let (is_negated, mut ranges) = (chars.next_if_eq(&'^').is_some(), Vec::new());
    let end = |chars: &mut Peekable<Chars<'_>>| match chars.next()? {
        '-' | ']' => None,
        '\\' => chars.next(),
        c => Some(c),
    };
    while ranges.is_empty() || chars.next_if_eq(&']').is_none() {
        let from = end(chars)?;
        let to = if chars.next_if_eq(&'-').is_some() { end(chars)? } else { from };
        if from > to {
            return None;
        }
        ranges.push((from, to));
    }
    Some(Piece::Class(is_negated, ranges))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_of_copy_match_within_a_folder() {
        for (pattern, path, expected) in [
            ("src/*.js", "src/a.js", true),
            ("src/*.js", "src/a/b.js", false),
            ("*/x", "a/x", true),
            ("**", "a", true),
            ("**", "a/b", false),
            ("a?", "ab", true),
            ("a[0-9]", "a7", true),
            ("a\\*", "a*", true),
        ] {
            assert_eq!(Wildcard::new(pattern).matches(path), expected, "{pattern} {path}");
        }
        assert!(has_wildcard("a/*") && has_wildcard("[a]") && !has_wildcard("a\\*"));
    }
}
