//! Patterns of paths: those of a `.dockerignore`, of `--exclude` and `--parents`, and the wildcards of COPY.
//!
//! Follows `ignorefile.ReadAll` and the `patternmatcher` package, which makes regular expressions of the
//! patterns, `fileutils` of moby 20.10, and Go's `path.Match`; here a pattern is a row of pieces, gone
//! through once with the set of places it can have reached, so that no pattern takes long. Relies on `clean`
//! of [`resolve`](crate::resolve), which makes paths short.

use std::iter::Peekable;
use std::str::Chars;

use crate::resolve::clean;

/// The patterns of a `.dockerignore`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IgnoreFile {
    lines: Vec<Line>,
    has_exceptions: bool,
    leaves_out_all: bool,
}

/// A pattern of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Line {
    pattern: Pattern,
    meaning: Meaning,
    /// As it is written, made short.
    text: String,
}

/// What the patterns say of a path, and what that means for paths below, if it is a folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Verdict {
    /// Whether the path is left out. Of a folder it may still be seen that it is there, by what is in it.
    pub(super) is_out: bool,
    /// Whether nobody looks below.
    is_closed: bool,
    /// Which patterns match the path or a folder above, as far as that was looked at.
    matched: Vec<bool>,
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

    /// The patterns of `--exclude` and `--parents`. They match paths from the source on, none of which begins with
    /// a slash.
    #[must_use]
    pub fn of_patterns(patterns: &[String]) -> Self {
        let mut out = Self::default();
        for pattern in patterns.iter().map(|pattern| pattern.trim()).filter(|pattern| !pattern.is_empty()) {
            let text = clean(pattern);
            match text.strip_prefix('!') {
                Some(text) => out.add_line(Meaning::In, text),
                None => out.add_line(Meaning::Out, &text),
            }
        }
        out
    }

    /// Adds a line of the file.
    fn add(&mut self, line: &str) {
        let (meaning, pattern) = match line.strip_prefix('!') {
            Some(rest) => (Meaning::In, rest.trim()),
            None => (Meaning::Out, line),
        };
        if !pattern.is_empty() {
            let text = clean(pattern);
            // From the root of the context or not is the same.
            self.add_line(meaning, text.strip_prefix('/').filter(|rest| !rest.is_empty()).unwrap_or(&text));
        }
    }

    /// Adds a pattern. BuildKit stops at what is no pattern; here it is left out.
    fn add_line(&mut self, meaning: Meaning, text: &str) {
        let Some(pattern) = pieces(text, true) else { return };
        self.has_exceptions |= meaning == Meaning::In;
        self.leaves_out_all |= meaning == Meaning::Out && matches!(text, "*" | "**" | "**/*");
        self.lines.push(Line { pattern, meaning, text: text.to_owned() });
    }

    /// Whether there is no pattern.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.lines.is_empty()
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
    /// decides. Follows `MatchesOrParentMatches`, by which checks look at the sources of COPY: these may begin
    /// with a slash, and then lie in a folder `/`.
    #[must_use]
    pub fn leaves_out(&self, path: &str) -> bool {
        let last = self.lines.iter().rev().find(|line| line.matches_at_or_above(path));
        last.is_some_and(|line| line.meaning == Meaning::Out)
    }

    /// What the patterns say of a path, made short, where it is known what they say of the folder that it is
    /// in. Follows `MatchesUsingParentResults`, by which BuildKit goes through folders: what a pattern with `!`
    /// takes back is not taken back in a folder that it matched while there was nothing to take back.
    pub(super) fn verdict(&self, path: &str, above: Option<&Verdict>) -> Verdict {
        let mut out = Verdict { matched: vec![false; self.lines.len()], ..Verdict::default() };
        let above = above.map(|above| above.matched.as_slice()).filter(|matched| !matched.is_empty());
        for (index, line) in self.lines.iter().enumerate() {
            let is_known = above.is_some_and(|matched| matched[index]);
            let is_asked = (line.meaning == Meaning::In) == out.is_out;
            let is_match =
                || if above.is_none() { line.matches_at_or_above(path) } else { matches(&line.pattern, path) };
            if is_known || is_asked && is_match() {
                out.matched[index] = true;
                out.is_out = line.meaning == Meaning::Out;
            }
        }
        out
    }

    /// The same for the client of the classic builder. Follows `TarWithOptions` and `Matches` of moby 20.10: a
    /// folder that is left out is looked at only where a pattern with `!` begins with its path, and of the
    /// folders above a path a pattern is held against that which is as deep as itself.
    pub(super) fn classic_verdict(&self, path: &str, above: Option<&Verdict>) -> Verdict {
        if above.is_some_and(|above| above.is_closed) {
            return Verdict { is_out: true, is_closed: true, ..Verdict::default() };
        }
        let is_match = |line: &&Line| {
            let depth = line.text.matches('/').count();
            let outer = path.match_indices('/').nth(depth).map(|(at, _)| &path[..at]);
            matches(&line.pattern, path) || outer.is_some_and(|outer| matches(&line.pattern, outer))
        };
        let last = self.lines.iter().rev().find(is_match);
        let is_out = last.is_some_and(|line| line.meaning == Meaning::Out);
        let leads_to = |line: &Line| {
            let rest = line.text.strip_prefix(path);
            line.meaning == Meaning::In && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        Verdict { is_out, is_closed: is_out && !self.lines.iter().any(leads_to), ..Verdict::default() }
    }
}

impl Line {
    /// Whether a path or a folder that it lies in is matched.
    fn matches_at_or_above(&self, path: &str) -> bool {
        let mut folders = path.match_indices('/').map(|(at, _)| at).filter(|at| at + 1 < path.len());
        let has_root = path.rfind('/') == Some(0);
        matches(&self.pattern, path)
            || folders.any(|at| matches(&self.pattern, &path[..at]))
            || has_root && matches(&self.pattern, "/")
    }
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
fn pieces(pattern: &str, has_double_stars: bool) -> Option<Pattern> {
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
            '\\' => Piece::Char(chars.next()?),
            '[' => class(&mut chars)?,
            c => Piece::Char(c),
        });
    }
    Some(out)
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
    fn what_is_no_pattern_is_left_out() {
        for text in ["[a", "[]", "[a-]", "[-a]", "[c-a]", "a\\", "!"] {
            check(text, "a", false);
            assert!(IgnoreFile::new(text).is_empty(), "{text}");
        }
        check("[a\nb", "b", true);
        check("[!a]", "a", true);
        check("[\\]]", "]", true);
    }

    #[test]
    fn patterns_of_flags_match_from_the_source_on() {
        let check = |pattern: &str, path: &str, expected: bool| {
            assert_eq!(
                IgnoreFile::of_patterns(&[pattern.to_owned()]).leaves_out(path),
                expected,
                "{path} by {pattern}"
            );
        };
        check("docs/", "docs", true);
        check("./docs", "docs", true);
        check("/docs", "docs", false);
    }

    #[test]
    fn a_folder_is_looked_at_before_what_is_in_it() {
        let ignored = IgnoreFile::new("**/x\n!b");
        let folder = ignored.verdict("b", None);
        assert!(!folder.is_out && ignored.verdict("b/x", Some(&folder)).is_out);
        assert!(!ignored.leaves_out("b/x"));
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
