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
    /// Where a word uses it; only the whole word where that cannot be told. Never empty.
    pub places: Vec<TextRange>,
}

impl UndefinedVariable {
    /// The first place.
    #[must_use]
    pub fn range(&self) -> TextRange {
        self.places.first().copied().unwrap_or_default()
    }
}

/// Variables that remember what they were asked for. Each name is kept once, in the order of its first
/// use, be the expansion a success or not.
pub(super) struct Noting<'a> {
    variables: &'a dyn Variables,
    /// Whether those that have a value are of interest, too.
    notes_found: bool,
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
        Self { variables, notes_found: true, asked: RefCell::default() }
    }

    /// Notes only what has no value.
    pub(super) fn missing(variables: &'a dyn Variables) -> Self {
        Self { variables, notes_found: false, asked: RefCell::default() }
    }

    pub(super) fn into_asked(self) -> Asked {
        self.asked.into_inner()
    }
}

impl Variables for Noting<'_> {
    fn get(&self, name: &str) -> Option<&str> {
        let value = self.variables.get(name);
        if value.is_some() && !self.notes_found {
            return value;
        }
        let mut asked = self.asked.borrow_mut();
        let names = if value.is_some() { &mut asked.found } else { &mut asked.missing };
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
        value
    }
}

/// The places of `$name` or `${name…}` in a word; the whole word where there is none, or where its text
/// is not what stands in the source.
pub(super) fn places(word: &Word, name: &str) -> Vec<TextRange> {
    let text = &word.text;
    let mut out = Vec::new();
    for (at, _) in text.match_indices('$') {
        let behind = &text[at + 1..];
        let (open, rest) = behind.strip_prefix('{').map_or((0, behind), |rest| (1, rest));
        let Some(tail) = rest.strip_prefix(name) else { continue };
        if tail.starts_with(|c: char| c.is_alphanumeric() || c == '_') {
            continue;
        }
        // With its brace, where the name is all there is between the two.
        let close = usize::from(open == 1 && tail.starts_with('}'));
        out.push(word.part(at..at + 1 + open + name.len() + close));
    }
    if out.is_empty() {
        out.push(word.range);
    }
    out.dedup();
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, name: &str, expected: &str) {
        let word = Word { text: text.to_owned(), range: TextRange::new(0, crate::text::offset(text.len())) };
        let found: Vec<&str> = places(&word, name).into_iter().map(|range| range.of(text)).collect();
        assert_eq!(found.join(" "), expected, "{text}");
    }

    #[test]
    fn a_variable_is_found_in_its_word() {
        check("a-$b/c", "b", "$b");
        check("$bc$b", "b", "$b");
        check("$b-${b}", "b", "$b ${b}");
        check("x${b}y", "b", "${b}");
        check("x${b:-w}y", "b", "${b");
        check("${a:-${b}}", "b", "${b}");
        check("no such", "b", "no such");
    }
}
