//! Parser directives: `# syntax=`, `# escape=` and `# check=` at the very top of a file.
//!
//! Relies on nothing; the caller knows the places.

/// A directive that BuildKit knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directive {
    /// `syntax`, `escape` or `check`.
    pub name: &'static str,
    /// What stands behind `=`, without the blanks around it.
    pub value: String,
    /// Its line, from 1.
    pub line: u32,
}

const NAMES: [&str; 3] = ["syntax", "escape", "check"];

/// Reads the lines at the top of a file, one after the other, until one is no directive.
#[derive(Debug)]
pub(super) struct DirectiveReader {
    pub(super) found: Vec<Directive>,
    is_done: bool,
    /// Whether `check` is one.
    knows_check: bool,
}

impl DirectiveReader {
    /// A reader at the top of a file.
    pub(super) const fn new(knows_check: bool) -> Self {
        Self { found: Vec::new(), is_done: false, knows_check }
    }

    /// Reads the next line; tells whether it is a directive.
    ///
    /// # Errors
    /// The name of a directive that was given before.
    pub(super) fn read(&mut self, text: &str, line: u32) -> Result<bool, &'static str> {
        if self.is_done {
            return Ok(false);
        }
        let Some((name, value)) = split(text).filter(|&(name, _)| self.knows_check || name != "check") else {
            self.is_done = true;
            return Ok(false);
        };
        if self.found.iter().any(|directive| directive.name == name) {
            return Err(name);
        }
        self.found.push(Directive { name, value: value.to_owned(), line });
        Ok(true)
    }
}

/// The value of a directive of this name, given a comment without its `#`.
pub(super) fn named<'a>(comment: &'a str, name: &str) -> Option<&'a str> {
    split_comment(comment).filter(|(found, _)| *found == name).map(|(_, value)| value)
}

fn split(text: &str) -> Option<(&'static str, &str)> {
    split_comment(text.strip_prefix('#')?)
}

fn split_comment(comment: &str) -> Option<(&'static str, &str)> {
    let behind = comment.trim_start();
    let (name, value) = behind.split_once('=')?;
    let is_blank = |c: char| matches!(c, '\t' | '\n' | '\u{c}' | '\r' | ' ');
    let name = name.trim_end_matches(is_blank);
    let value = value.trim_matches(is_blank);
    let known = NAMES.into_iter().find(|known| known.eq_ignore_ascii_case(name))?;
    (!value.is_empty()).then_some((known, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(lines: &[&str], expected: &[(&str, &str)]) {
        let mut reader = DirectiveReader::new(true);
        for (line, text) in (1..).zip(lines) {
            reader.read(text, line).unwrap();
        }
        let found: Vec<_> = reader.found.iter().map(|d| (d.name, d.value.as_str())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn directives_end_at_the_first_line_that_is_none() {
        check(
            &["# syntax=docker/dockerfile:1", "#  Escape = `"],
            &[("syntax", "docker/dockerfile:1"), ("escape", "`")],
        );
        check(&["", "# escape=`"], &[]);
        check(&["# about it", "# escape=`"], &[]);
        check(&["# unknown=1", "# escape=`"], &[]);
        check(&["# check=skip=all;error=true"], &[("check", "skip=all;error=true")]);
        check(&["# escape="], &[]);
    }

    #[test]
    fn a_reader_that_does_not_know_check_ends_there() {
        let mut reader = DirectiveReader::new(false);
        let lines = ["# syntax=a", "# check=skip=all", "# escape=`"];
        let read = lines.map(|line| reader.read(line, 1));
        assert_eq!(read, [Ok(true), Ok(false), Ok(false)]);
    }

    #[test]
    fn a_directive_is_given_once() {
        let mut reader = DirectiveReader::new(true);
        assert_eq!(reader.read("# escape=`", 1), Ok(true));
        assert_eq!(reader.read("# escape=`", 2), Err("escape"));
    }
}
