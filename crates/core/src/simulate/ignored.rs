//! Patterns of paths: those of a `.dockerignore`, of `--exclude` and `--parents`, and the wildcards of COPY.
//!
//! Follows `ignorefile.ReadAll` and `MatchesOrParentMatches` of the `patternmatcher` package, which makes
//! regular expressions of the patterns, and Go's `path.Match`; here a pattern is a row of pieces, gone
//! through once with the set of places it can have reached, so that no pattern takes long. Relies on `clean`
//! of [`resolve`](crate::resolve), which makes paths short.

use crate::resolve::clean;

/// The patterns of a `.dockerignore`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IgnoreFile {
    patterns: Vec<(Pattern, Meaning)>,
    has_exceptions: bool,
    leaves_out_all: bool,
}

/// What becomes of a path that a pattern matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    Out,
    /// Not after all: the pattern begins with `!`.
    In,
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
            if !line.starts_with('#') {
                out.add(line.trim());
            }
        }
        out
    }

    /// The patterns of `--exclude`.
    #[must_use]
    pub fn of_patterns(patterns: &[String]) -> Self {
        let mut out = Self::default();
        for pattern in patterns {
            out.add(pattern.trim());
        }
        out
    }

    fn add(&mut self, pattern: &str) {
        let (meaning, pattern) = match pattern.strip_prefix('!') {
            Some(rest) => (Meaning::In, rest.trim()),
            None => (Meaning::Out, pattern),
        };
        if pattern.is_empty() {
            return;
        }
        let pattern = clean(pattern);
        // From the root of the context or not is the same.
        let pattern = pattern.strip_prefix('/').filter(|rest| !rest.is_empty()).unwrap_or(&pattern);
        self.has_exceptions |= meaning == Meaning::In;
        self.leaves_out_all |= meaning == Meaning::Out && matches!(pattern, "*" | "**" | "**/*");
        self.patterns.push((pieces(pattern, true), meaning));
    }

    /// Whether there is no pattern.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.patterns.is_empty()
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

    /// Whether a path, made short, or a folder that it lies in is left out. The last pattern that matches
    /// decides.
    #[must_use]
    pub fn leaves_out(&self, path: &str) -> bool {
        let is_match = |pattern: &Pattern| {
            let mut folders = path.match_indices('/').map(|(at, _)| at).filter(|at| at + 1 < path.len());
            // Above what lies in the root there is the root itself.
            let has_root = path.rfind('/') == Some(0);
            matches(pattern, path)
                || folders.any(|at| matches(pattern, &path[..at]))
                || has_root && matches(pattern, "/")
        };
        let last = self.patterns.iter().rev().find(|(pattern, _)| is_match(pattern));
        last.is_some_and(|&(_, meaning)| meaning == Meaning::Out)
    }
}

/// A source of COPY with wildcards: `*`, `?` and `[…]` match no slash, as in Go's `path.Match`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wildcard(Pattern);

impl Wildcard {
    pub(super) fn new(pattern: &str) -> Self {
        Self(pieces(pattern, false))
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

fn pieces(pattern: &str, has_double_stars: bool) -> Pattern {
    let mut out = Vec::new();
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        out.push(match c {
            '*' if has_double_stars && chars.next_if_eq(&'*').is_some() => {
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
fn matches(mut pattern: &[Piece], mut text: &str) -> bool {
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

    #[test]
    fn the_last_pattern_that_matches_decides() {
        check("*\n!a", "a", false);
        check("*\n!a", "b", true);
        check("!a\n*", "a", true);
        check("node_modules\n!node_modules/keep", "node_modules/keep/x", false);
        check("docs/*\n! docs/a.md \ndocs/a*", "docs/a.md", true);
    }

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
