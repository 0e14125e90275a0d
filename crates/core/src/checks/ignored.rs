//! What a `.dockerignore` leaves out of the build context.
//!
//! Follows `ignorefile.ReadAll` and `MatchesOrParentMatches` of the `patternmatcher` package, which makes
//! regular expressions of the patterns; here a pattern is a row of pieces, gone through once with the set
//! of places it can have reached, so that no pattern takes long. Relies on `clean` of
//! [`resolve`](crate::resolve), which makes paths short.

use crate::resolve::clean;

/// The patterns of a `.dockerignore`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IgnoreFile {
    patterns: Vec<Pattern>,
    has_exceptions: bool,
    leaves_out_all: bool,
}

/// A pattern, as the pieces of what it matches.
type Pattern = Vec<Piece>;

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
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

impl IgnoreFile {
    /// Reads the text of the file.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let mut out = Self::default();
        for line in text.strip_prefix('\u{feff}').unwrap_or(text).lines() {
            let pattern = line.trim();
            if line.starts_with('#') || pattern.is_empty() {
                continue;
            }
            if pattern.starts_with('!') {
                out.has_exceptions = true;
                continue;
            }
            let pattern = clean(pattern);
            // From the root of the context or not is the same.
            let pattern = pattern.strip_prefix('/').filter(|rest| !rest.is_empty()).unwrap_or(&pattern);
            out.leaves_out_all |= matches!(pattern, "*" | "**" | "**/*");
            out.patterns.push(pieces(pattern));
        }
        out
    }

    /// Whether some pattern takes others back, so that nobody can tell what is left out without the files.
    #[must_use]
    pub const fn has_exceptions(&self) -> bool {
        self.has_exceptions
    }

    /// Whether a pattern leaves out everything.
    #[must_use]
    pub const fn leaves_out_all(&self) -> bool {
        self.leaves_out_all
    }

    /// Whether a path, made short, or a folder that it lies in is left out.
    #[must_use]
    pub fn leaves_out(&self, path: &str) -> bool {
        let ends = path.match_indices('/').map(|(at, _)| at).filter(|&at| at + 1 < path.len());
        let mut candidates: Vec<&str> = vec![path];
        candidates.extend(ends.map(|at| &path[..at]));
        // Above what lies in the root there is the root itself.
        if path.rfind('/') == Some(0) {
            candidates.push("/");
        }
        candidates.iter().any(|candidate| {
            let chars: Vec<char> = candidate.chars().collect();
            self.patterns.iter().any(|pattern| matches(pattern, &chars))
        })
    }
}

fn pieces(pattern: &str) -> Pattern {
    let mut out = Vec::new();
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        out.push(match c {
            '*' if chars.next_if_eq(&'*').is_some() => {
                let has_slash = chars.next_if_eq(&'/').is_some();
                let rest = chars.clone().collect::<String>();
                let is_suffix = out.is_empty() && !has_slash && !rest.contains(['*', '?', '[', ']', '\\']);
                if rest.is_empty() || is_suffix { Piece::Rest } else { Piece::Folders }
            }
            '*' => Piece::Star,
            '?' => Piece::Any,
            '\\' => Piece::Char(chars.next().unwrap_or('\\')),
            '[' => {
                let (is_negated, mut ranges) = (chars.next_if_eq(&'^').is_some(), Vec::new());
                while let Some(from) = chars.next().filter(|&c| c != ']') {
                    let from = if from == '\\' { chars.next().unwrap_or(from) } else { from };
                    let mut to = from;
                    if chars.next_if_eq(&'-').is_some() {
                        to = chars.next_if(|&c| c != ']').unwrap_or('-');
                    }
                    ranges.push((from, to));
                }
                Piece::Class(is_negated, ranges)
            }
            c => Piece::Char(c),
        });
    }
    out
}

/// Whether a pattern matches a whole text.
fn matches(pattern: &[Piece], text: &[char]) -> bool {
    // Which places of the text the pieces so far can have come to.
    let mut reached = vec![false; text.len() + 1];
    reached[0] = true;
    for piece in pattern {
        let mut next = vec![false; text.len() + 1];
        let mut is_open = false;
        for at in 0..=text.len() {
            let before = at.checked_sub(1).map(|before| text[before]);
            let step = |fits: fn(char) -> bool| before.is_some_and(fits) && reached[at - 1];
            next[at] = match piece {
                Piece::Char(c) => before == Some(*c) && reached[at - 1],
                Piece::Any => step(|c| c != '/'),
                Piece::Class(is_negated, ranges) => before.is_some_and(|c| {
                    reached[at - 1] && ranges.iter().any(|&(from, to)| (from..=to).contains(&c)) != *is_negated
                }),
                Piece::Star => {
                    is_open = reached[at] || (is_open && before != Some('/'));
                    is_open
                }
                Piece::Rest => {
                    is_open |= reached[at];
                    is_open
                }
                Piece::Folders => {
                    let after_slash = is_open && before == Some('/');
                    is_open |= reached[at];
                    reached[at] || after_slash
                }
            };
        }
        reached = next;
    }
    reached[text.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, path: &str, expected: bool) {
        assert_eq!(IgnoreFile::new(text).leaves_out(path), expected, "{path} by {text}");
    }

    #[test]
    fn paths_and_the_folders_above_them_are_matched() {
        check("a", "a", true);
        check("a", "a/b/c", true);
        check("a", "b/a", false);
        check("/a/", "a", true);
        check("a/b", "a", false);
        check("# a\n\n  b  ", "b", true);
        check("# a", "a", false);
    }

    #[test]
    fn wildcards_do_what_the_reference_says() {
        check("*.log", "x.log", true);
        check("*.log", "a/x.log", false);
        check("**/*.log", "a/b/x.log", true);
        check("**/*.log", "x.log", true);
        check("**/x", "a/x", true);
        check("**x", "a/bx", true);
        check("a/**", "a/b/c", true);
        check("a/**", "a", false);
        check("a/**/b", "a/b", true);
        check("a/**/b", "a/x/y/b", true);
        check("a?c", "abc", true);
        check("a?c", "a/c", false);
        check("a[b-d]e", "ace", true);
        check("a[^b-d]e", "ace", false);
        check("\\*", "*", true);
        check("\\*", "a", false);
        check("*", "a/b", true);
    }

    #[test]
    fn what_leaves_out_everything_is_told() {
        assert!(IgnoreFile::new("*").leaves_out_all());
        assert!(IgnoreFile::new("a\n**/*").leaves_out_all());
        assert!(!IgnoreFile::new("a*").leaves_out_all());
        assert!(IgnoreFile::new("*\n!a").has_exceptions());
    }
}
