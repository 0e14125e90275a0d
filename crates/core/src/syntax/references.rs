//! The places of variables in a text, by the rules of BuildKit.
//!
//! The [`shell`](super::shell) lexer replaces them; here is where they stand, in unfinished text, too.
//! What shells make of their scripts is none of it. Relies on nothing.

use std::ops::Range;

/// A variable in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reference {
    /// Its name; empty right behind `$` or `${`.
    pub(crate) name: Range<usize>,
}

/// How quotes are read around variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quotes {
    /// Single quotes keep what is in them as it is.
    Count,
    /// They are ordinary characters.
    Plain,
}

/// The variables of a text, those inside of others included, in order.
pub(crate) fn references(text: &str, escape: char, quotes: Quotes) -> Vec<Reference> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut in_double = false;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            _ if byte as char == escape => at += 1,
            b'"' if quotes == Quotes::Count => in_double = !in_double,
            b'\'' if quotes == Quotes::Count && !in_double => {
                at += bytes[at + 1..].iter().position(|&byte| byte == b'\'').map_or(bytes.len(), |end| end + 1);
            }
            b'$' => {
                let braced = bytes.get(at + 1) == Some(&b'{');
                let start = at + 1 + usize::from(braced);
                let name = start..start + name_len(&text[start..]);
                at = name.end.max(at + 1) - 1;
                found.push(Reference { name });
            }
            _ => {}
        }
        at += 1;
    }
    found
}

/// The length of the name that a text begins with.
pub(crate) fn name_len(text: &str) -> usize {
    let is_name = |c: char| c == '_' || c.is_ascii_digit() || c.is_alphabetic();
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        return 0;
    }
    text.find(|c| !is_name(c)).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, quotes: Quotes, expected: &[&str]) {
        let found: Vec<&str> = references(text, '\\', quotes).into_iter().map(|it| &text[it.name]).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn variables_are_found_where_they_are_replaced() {
        check("$a-${b}_c$d_e", Quotes::Count, &["a", "b", "d_e"]);
        check("\\$a '$b' \"$c '$d'\" \"\\$e\"", Quotes::Count, &["c", "d"]);
        check("it's $a", Quotes::Plain, &["a"]);
        check("it's $a", Quotes::Count, &[]);
        check("${a:-${b:+$c}}${d#*/}", Quotes::Count, &["a", "b", "c", "d"]);
        check("$1 $? $(x) $\u{e9}t\u{e9}", Quotes::Count, &["", "", "", "\u{e9}t\u{e9}"]);
        check("$", Quotes::Count, &[""]);
        check("${", Quotes::Count, &[""]);
    }
}
