//! Notes which variables a text asks for: those that are set, and those that are not.
//!
//! BuildKit's lexer keeps both while it expands a word; here it is whoever hands out the values. What
//! is not set is told with the place in the text and the name that was likely meant. Relies on the
//! lexer of [`syntax`](crate::syntax).

use std::cell::RefCell;

use crate::syntax::{Variables, Word};
use crate::text::TextRange;

/// A variable that an instruction uses, and that nothing sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UndefinedVariable {
    /// Its name.
    pub name: String,
    /// The name that was likely meant: the nearest of those that are set.
    pub meant: Option<String>,
    /// Where it is used; the whole word where that cannot be told.
    pub range: TextRange,
}

/// Variables that remember what they were asked for. Each name is kept once, in the order of its first
/// use, be the expansion a success or not.
pub(super) struct Noting<'a> {
    variables: &'a dyn Variables,
    asked: RefCell<Asked>,
}

/// The names that were asked for.
#[derive(Debug, Default)]
pub(super) struct Asked {
    /// Those that have a value.
    pub(super) found: Vec<String>,
    /// Those that have none.
    pub(super) missing: Vec<String>,
}

impl<'a> Noting<'a> {
    pub(super) fn new(variables: &'a dyn Variables) -> Self {
        Self { variables, asked: RefCell::default() }
    }

    pub(super) fn into_asked(self) -> Asked {
        self.asked.into_inner()
    }
}

impl Variables for Noting<'_> {
    fn get(&self, name: &str) -> Option<&str> {
        let value = self.variables.get(name);
        let mut asked = self.asked.borrow_mut();
        let names = if value.is_some() { &mut asked.found } else { &mut asked.missing };
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
        value
    }
}

/// The place of `$name` or `${name…}` in a word; the whole word where it is not found, or stands
/// elsewhere than in the text.
pub(super) fn place(word: &Word, name: &str) -> TextRange {
    let text = &word.text;
    for (at, _) in text.match_indices('$') {
        let behind = &text[at + 1..];
        let (open, rest) = behind.strip_prefix('{').map_or((0, behind), |rest| (1, rest));
        let Some(tail) = rest.strip_prefix(name) else { continue };
        if tail.starts_with(|c: char| c.is_alphanumeric() || c == '_') {
            continue;
        }
        // With its brace, where the name is all there is between the two.
        let close = usize::from(open == 1 && tail.starts_with('}'));
        return word.part(at..at + 1 + open + name.len() + close);
    }
    word.range
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, name: &str, expected: &str) {
        let word = Word { text: text.to_owned(), range: TextRange::new(0, crate::text::offset(text.len())) };
        assert_eq!(place(&word, name).of(text), expected, "{text}");
    }

    #[test]
    fn a_variable_is_found_in_its_word() {
        check("a-$b/c", "b", "$b");
        check("$bc$b", "b", "$b");
        check("x${b}y", "b", "${b}");
        check("x${b:-w}y", "b", "${b");
        check("${a:-${b}}", "b", "${b}");
        check("no such", "b", "no such");
    }
}
