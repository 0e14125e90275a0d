//! Lists of patterns of paths: those of a `.dockerignore`, of `--exclude` and `--parents`.
//!
//! Follows `ignorefile.ReadAll`, `MatchesOrParentMatches` and `MatchesUsingParentResults` of the `patternmatcher`
//! package, and `fileutils` of moby 20.10. Relies on [`wildcard`](super::wildcard) for one pattern, and on `clean`
//! of [`resolve`](crate::resolve), which makes paths short.

use crate::resolve::clean;

use super::wildcard::{Pattern, matches, pieces};

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
}
