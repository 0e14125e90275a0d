//! Strings as JSON, the way Go writes it: BuildKit shows arguments and paths so.
//!
//! Relies on nothing.

use std::fmt::Write as _;

/// A JSON array of strings, without blanks.
pub(super) fn array<'a>(strings: impl IntoIterator<Item = &'a str>) -> String {
    let mut out = String::from("[");
    for (index, text) in strings.into_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        string(&mut out, text);
    }
    out.push(']');
    out
}

fn string(out: &mut String, text: &str) {
    out.push('"');
    let mut rest = text;
    while let Some(at) = rest.bytes().position(may_be_escaped) {
        let (before, after) = rest.split_at(at);
        out.push_str(before);
        let mut chars = after.chars();
        let Some(c) = chars.next() else { break };
        rest = chars.as_str();
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            // Go escapes these so that JSON can stand in HTML.
            '<' | '>' | '&' | '\0'..='\u{1f}' | '\u{2028}' | '\u{2029}' => {
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push_str(rest);
    out.push('"');
}

/// Whether a character that begins with this byte may have to be escaped.
const fn may_be_escaped(byte: u8) -> bool {
    // The last is how the line ends of Unicode begin.
    matches!(byte, b'"' | b'\\' | b'<' | b'>' | b'&' | 0..=0x1f | 0xe2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_escaped_as_go_does() {
        assert_eq!(array(["a\"b", "<&>", "\n\u{1}é"]), "[\"a\\\"b\",\"\\u003c\\u0026\\u003e\",\"\\n\\u0001é\"]");
        assert_eq!(array(["€\u{2028}\u{2029}→\\z"]), "[\"€\\u2028\\u2029→\\\\z\"]");
        assert_eq!(array([]), "[]");
    }
}
