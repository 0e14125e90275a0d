//! The words of JSON: goes through a text and reads its strings and numbers, as Go's decoder takes them.
//!
//! What they add up to is for the caller to say: [`syntax`](crate::syntax) needs the place of each string of
//! an array, [`import`](crate::import) the values of a log. Relies on nothing.

use std::borrow::Cow;

/// A place in a text, and what can be read from there on.
pub(crate) struct Reader<'a> {
    text: &'a str,
    /// The place, in bytes.
    pub(crate) at: usize,
}

impl<'a> Reader<'a> {
    /// Starts at a place in a text, which lies on a character boundary.
    pub(crate) fn new(text: &'a str, at: usize) -> Self {
        Self { text, at }
    }

    /// The next byte.
    pub(crate) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Goes over blanks, and then over a byte if it is there.
    pub(crate) fn eat(&mut self, byte: u8) -> bool {
        self.skip_blanks();
        let is_there = self.peek() == Some(byte);
        self.at += usize::from(is_there);
        is_there
    }

    /// Goes over blanks.
    pub(crate) fn skip_blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// Whether nothing but blanks is left.
    pub(crate) fn is_done(&mut self) -> bool {
        self.skip_blanks();
        self.at == self.text.len()
    }

    /// `true`, `false` or `null`; `None` if none of them is here.
    pub(crate) fn word(&mut self) -> Option<&'static str> {
        let word = ["true", "false", "null"].into_iter().find(|word| self.text[self.at..].starts_with(word))?;
        self.at += word.len();
        Some(word)
    }

    /// A number as it is written; `None` if none is here.
    pub(crate) fn number(&mut self) -> Option<&'a str> {
        let start = self.at;
        self.sign(b"-");
        if self.peek() == Some(b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            self.sign(b"+-");
            self.digits()?;
        }
        Some(&self.text[start..self.at])
    }

    /// What a string says; `None` if none is here, or it is not well formed.
    pub(crate) fn string(&mut self) -> Option<Cow<'a, str>> {
        if self.peek() != Some(b'"') {
            return None;
        }
        self.at += 1;
        let mut said = String::new();
        loop {
            let rest = &self.text[self.at..];
            let end = rest.find(|c| matches!(c, '"' | '\\' | '\0'..='\u{1f}'))?;
            self.at += end + 1;
            match rest.as_bytes()[end] {
                b'"' if said.is_empty() => return Some(Cow::Borrowed(&rest[..end])),
                b'"' => return Some(Cow::Owned(said + &rest[..end])),
                b'\\' => {
                    said.push_str(&rest[..end]);
                    said.push(self.escaped()?);
                }
                _ => return None,
            }
        }
    }

    fn sign(&mut self, signs: &[u8]) {
        self.at += usize::from(self.peek().is_some_and(|byte| signs.contains(&byte)));
    }

    fn digits(&mut self) -> Option<()> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        (self.at > start).then_some(())
    }

    /// The character of an escape, behind its backslash.
    fn escaped(&mut self) -> Option<char> {
        let byte = self.peek()?;
        self.at += 1;
        Some(match byte {
            b'"' | b'\\' | b'/' => char::from(byte),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let first = self.hex()?;
                if (0xd800..0xdc00).contains(&first) && self.text[self.at..].starts_with("\\u") {
                    let behind_first = self.at;
                    self.at += 2;
                    let second = self.hex()?;
                    if (0xdc00..0xe000).contains(&second) {
                        return char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00));
                    }
                    self.at = behind_first;
                }
                // Half a pair means nothing by itself.
                char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER)
            }
            _ => return None,
        })
    }

    fn hex(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4).filter(|it| it.bytes().all(|c| c.is_ascii_hexdigit()))?;
        self.at += 4;
        u32::from_str_radix(digits, 16).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let mut reader = Reader::new(text, 0);
        let said = reader.string().filter(|_| reader.is_done());
        assert_eq!(said.as_deref(), expected, "{text}");
    }

    #[test]
    fn strings_are_read() {
        check(r#""a\"b\\c\/\n\u0026\u003c""#, Some("a\"b\\c/\n&<"));
        check(r#""\ud83d\udc33 \ud83d \ud83dx \ud83d\u0041""#, Some("\u{1f433} \u{fffd} \u{fffd}x \u{fffd}A"));
        check("\"\u{e9}\" ", Some("\u{e9}"));
        check(r#""\"""#, Some("\""));
        check("\"\"", Some(""));
    }

    #[test]
    fn what_is_no_string_is_none() {
        for text in ["", "a", "\"a", "\"\\x\"", "\"\\u12\"", "\"\\u\u{e9}\u{e9}\"", "\"a\nb\"", "\"\\", "\"\u{0}\""] {
            check(text, None);
        }
    }

    #[test]
    fn numbers_are_read() {
        for (text, expected) in [
            ("0", Some("0")),
            ("-12.5e+30", Some("-12.5e+30")),
            ("01", Some("0")),
            ("1.", None),
            ("-", None),
            ("1e", None),
            ("a", None),
        ] {
            assert_eq!(Reader::new(text, 0).number(), expected, "{text}");
        }
    }
}
