//! Cuts the line of an instruction into its keyword, its flags and its words.
//!
//! Each function follows one of BuildKit's line parsers and keeps the place of every word. Relies on
//! [`lines`](super::lines).

use std::ops::Range;

use super::ast::{Flag, Word};
use super::lines::LogicalLine;

/// Blanks that separate words; the other blanks of Unicode do not.
pub(super) fn is_blank(c: char) -> bool {
    matches!(c, '\t' | '\u{b}' | '\u{c}' | '\r' | ' ')
}

/// The keyword of a line and what stands behind it.
pub(super) fn split_keyword(line: &LogicalLine, range: Range<usize>) -> (Word, Range<usize>) {
    let range = line.trimmed(range);
    let text = &line.text[range.clone()];
    let end = text.find(is_blank).unwrap_or(text.len());
    let rest = text[end..].trim_start_matches(is_blank);
    let keyword = line.word(&text[..end], range.start..range.start + end);
    (keyword, range.end - rest.len()..range.end)
}

/// The flags in front of the words, and what stands behind them.
///
/// BuildKit goes through the bytes here and takes each for a character, so that text outside ASCII
/// comes out garbled; we give what it gives.
pub(super) fn split_flags(line: &LogicalLine, range: Range<usize>, escape: char) -> (Vec<Flag>, Range<usize>) {
    let bytes = &line.text.as_bytes()[..range.end];
    let mut flags = Vec::new();
    let mut at = range.start;
    loop {
        while at < range.end && is_space_byte(bytes[at]) {
            at += 1;
        }
        if !bytes[at..].starts_with(b"--") {
            // A byte that is taken for a blank may be a part of a character.
            while !line.text.is_char_boundary(at) {
                at += 1;
            }
            return (flags, at..range.end);
        }
        let (text, is_quoted, end) = flag_text(bytes, at, escape);
        // The last byte may be a part of a character whose next one is taken for a blank.
        let whole = at..line.text.ceil_char_boundary(end);
        at = end;
        if text == "--" {
            return (flags, at..range.end);
        }
        if is_quoted || !text.is_empty() {
            flags.push(flag(line, &text, whole));
        }
    }
}

/// The text of a flag without quotes and escapes, whether it had quotes, and where it ends.
fn flag_text(bytes: &[u8], start: usize, escape: char) -> (String, bool, usize) {
    let n_likely = bytes[start..].iter().take_while(|&&byte| !is_space_byte(byte)).count();
    let mut out = String::with_capacity(n_likely);
    let mut quote = None;
    let mut is_quoted = false;
    let mut at = start;
    while at < bytes.len() {
        let c = bytes[at] as char;
        match quote {
            None if is_space_byte(bytes[at]) => break,
            None if c == '\'' || c == '"' => {
                quote = Some(c);
                is_quoted = true;
            }
            Some(open) if c == open => quote = None,
            _ if c == escape => {
                at += 1;
                match bytes.get(at) {
                    Some(&escaped) => out.push(escaped as char),
                    None => break,
                }
            }
            _ => out.push(c),
        }
        at += 1;
    }
    (out, is_quoted, at.min(bytes.len()))
}

fn flag(line: &LogicalLine, text: &str, whole: Range<usize>) -> Flag {
    let body = text.strip_prefix("--").unwrap_or(text);
    let (name, value) = body.split_once('=').map_or((body, None), |(name, value)| (name, Some(value)));
    // A byte that was taken for a blank may have cut a character in two.
    let whole = line.text.floor_char_boundary(whole.start)..line.text.ceil_char_boundary(whole.end);
    let source = &line.text[whole.clone()];
    let name_start = (whole.start + 2).min(whole.end);
    let equals = source.find('=').map_or(whole.end, |at| whole.start + at);
    Flag {
        name: line.word(name, name_start..equals.max(name_start)),
        value: value.map(|value| line.word(value, (equals + 1).min(whole.end)..whole.end)),
        range: line.range(whole),
    }
}

fn is_space_byte(byte: u8) -> bool {
    matches!(byte, b'\t'..=b'\r' | b' ' | 0x85 | 0xa0)
}

/// Words separated by blanks.
pub(super) fn split_blanks(line: &LogicalLine, range: Range<usize>) -> Vec<Word> {
    let mut words = Vec::new();
    let mut start = range.start;
    for piece in line.text[range].split(is_blank) {
        if !piece.is_empty() {
            words.push(line.word(piece, start..start + piece.len()));
        }
        start += piece.len() + 1;
    }
    words
}

/// A word with its place in the line, quotes and escapes kept.
pub(super) struct ShellWord<'a> {
    pub(super) text: &'a str,
    pub(super) range: Range<usize>,
}

/// Words separated by blanks outside quotes, with their quotes.
pub(super) fn split_quoted(text: &str, start: usize, escape: char) -> Vec<ShellWord<'_>> {
    let mut words = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some(&(from, first)) = chars.peek() {
        if first.is_whitespace() {
            chars.next();
            continue;
        }
        let mut quote: Option<char> = None;
        let mut is_quoted = false;
        let mut end = text.len();
        let mut kept = text.len();
        while let Some((at, c)) = chars.next() {
            match quote {
                None if c.is_whitespace() => {
                    (end, kept) = (at, at);
                    break;
                }
                None if c == '\'' || c == '"' => {
                    quote = Some(c);
                    is_quoted = true;
                }
                Some(open) if c == open => quote = None,
                _ => {}
            }
            if c == escape && quote != Some('\'') && chars.next().is_none() {
                // An escape character at the very end is dropped.
                kept = at;
            }
        }
        if is_quoted || kept > from {
            words.push(ShellWord { text: &text[from..kept], range: start + from..start + end });
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::TextRange;

    fn line(text: &str) -> LogicalLine {
        LogicalLine::detached(text, TextRange::new(0, 0))
    }

    #[track_caller]
    fn check_flags(text: &str, expected: &[(&str, Option<&str>)], rest: &str) {
        let line = line(text);
        let (flags, range) = split_flags(&line, 0..text.len(), '\\');
        let found: Vec<_> =
            flags.iter().map(|flag| (flag.name.text.as_str(), flag.value.as_ref().map(|v| v.text.as_str()))).collect();
        assert_eq!((found.as_slice(), &line.text[range]), (expected, rest), "{text}");
    }

    #[test]
    fn flags_stand_in_front_of_the_words() {
        check_flags("--from=a --link x /y", &[("from", Some("a")), ("link", None)], "x /y");
        check_flags("x --from=a", &[], "x --from=a");
        check_flags("--chown=\"a b\" x", &[("chown", Some("a b"))], "x");
        check_flags("--a=b\\ c x", &[("a", Some("b c"))], "x");
        check_flags("--a -- --b", &[("a", None)], " --b");
        check_flags("--a", &[("a", None)], "");
        check_flags("-- x", &[], " x");
        check_flags("--a\u{a0}b", &[("a\u{c2}", None)], "b");
    }

    #[test]
    fn bytes_of_other_characters_are_taken_as_they_come() {
        check_flags("--a\u{a0}=b c", &[("aÂ", None)], "=b c");
        check_flags("--a=\u{e0} c", &[("a", Some("Ã"))], "c");
    }

    #[test]
    fn a_flag_knows_the_place_of_its_name_and_value() {
        let text = "--from=base x";
        let (flags, _) = split_flags(&line(text), 0..text.len(), '\\');
        assert_eq!(flags[0].name.range, TextRange::new(2, 6));
        assert_eq!(flags[0].value.as_ref().unwrap().range, TextRange::new(7, 11));
    }

    #[track_caller]
    fn check_words(text: &str, expected: &[&str]) {
        let words: Vec<&str> = split_quoted(text, 0, '\\').into_iter().map(|word| word.text).collect();
        assert_eq!(words, expected, "{text}");
    }

    #[test]
    fn quotes_keep_words_together_and_stay() {
        check_words("a=\"b c\" d='e f' g\\ h", &["a=\"b c\"", "d='e f'", "g\\ h"]);
        check_words("\"a\\\"b\" '\\' c", &["\"a\\\"b\"", "'\\'", "c"]);
        check_words("a\\", &["a"]);
        check_words("\"\"", &["\"\""]);
    }
}
