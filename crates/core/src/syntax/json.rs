//! The JSON arrays of the exec form: `["a", "b"]`.
//!
//! Just enough of JSON to tell, as Go's decoder does, whether a text is an array of strings, an
//! array of anything else, or no array; with the place of each string, which no JSON library gives.
//! Relies on nothing.

use std::ops::Range;

/// What a text is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum JsonArray {
    /// An array of strings, each with its place, quotes included.
    Strings(Vec<(String, Range<usize>)>),
    /// An array that holds something else.
    NotStrings,
    /// No valid JSON array.
    No,
}

/// Reads `text`, of which blanks may stand at either end.
pub(super) fn parse(text: &str) -> JsonArray {
    let mut reader = Reader { text, at: 0 };
    // What stands before the bracket may be any blank; what stands elsewhere only those of JSON.
    reader.at = text.len() - text.trim_start().len();
    if !reader.eat(b'[') {
        return JsonArray::No;
    }
    reader.array().filter(|_| reader.rest_is_blank()).unwrap_or(JsonArray::No)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn eat(&mut self, byte: u8) -> bool {
        let is_there = self.peek() == Some(byte);
        self.at += usize::from(is_there);
        is_there
    }

    fn skip_blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn rest_is_blank(&mut self) -> bool {
        self.skip_blanks();
        self.at == self.text.len()
    }

    /// The elements behind an opening bracket, and the closing one.
    fn array(&mut self) -> Option<JsonArray> {
        let mut strings = Vec::new();
        let mut only_strings = true;
        self.skip_blanks();
        if self.eat(b']') {
            return Some(JsonArray::Strings(strings));
        }
        loop {
            self.skip_blanks();
            let start = self.at;
            if self.peek() == Some(b'"') {
                strings.push((self.string()?, start..self.at));
            } else {
                self.skip_value()?;
                only_strings = false;
            }
            self.skip_blanks();
            if self.eat(b']') {
                return Some(if only_strings { JsonArray::Strings(strings) } else { JsonArray::NotStrings });
            }
            if !self.eat(b',') {
                return None;
            }
        }
    }

    /// Goes over a value that is not kept, however deep.
    fn skip_value(&mut self) -> Option<()> {
        let mut open: Vec<u8> = Vec::new();
        loop {
            self.skip_blanks();
            match self.peek()? {
                b'[' | b'{' => {
                    let bracket = self.peek()?;
                    self.at += 1;
                    self.skip_blanks();
                    let close = if bracket == b'[' { b']' } else { b'}' };
                    if !self.eat(close) {
                        open.push(close);
                        if close == b'}' {
                            self.key()?;
                        }
                        continue;
                    }
                }
                b'"' => drop(self.string()?),
                b'-' | b'0'..=b'9' => self.number()?,
                _ => {
                    let word =
                        ["true", "false", "null"].into_iter().find(|word| self.text[self.at..].starts_with(word))?;
                    self.at += word.len();
                }
            }
            loop {
                let Some(&close) = open.last() else { return Some(()) };
                self.skip_blanks();
                if self.eat(b',') {
                    if close == b'}' {
                        self.key()?;
                    }
                    break;
                }
                if !self.eat(close) {
                    return None;
                }
                open.pop();
            }
        }
    }

    fn key(&mut self) -> Option<()> {
        self.skip_blanks();
        if self.peek() != Some(b'"') {
            return None;
        }
        self.string()?;
        self.skip_blanks();
        self.eat(b':').then_some(())
    }

    fn number(&mut self) -> Option<()> {
        self.eat(b'-');
        if !self.eat(b'0') {
            self.digits()?;
        }
        if self.eat(b'.') {
            self.digits()?;
        }
        if self.eat(b'e') || self.eat(b'E') {
            let _ = self.eat(b'+') || self.eat(b'-');
            self.digits()?;
        }
        Some(())
    }

    fn digits(&mut self) -> Option<()> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        (self.at > start).then_some(())
    }

    /// A string, from its quote.
    fn string(&mut self) -> Option<String> {
        self.at += 1;
        let mut out = String::new();
        loop {
            let rest = &self.text[self.at..];
            let c = rest.chars().next()?;
            self.at += c.len_utf8();
            match c {
                '"' => return Some(out),
                '\\' => out.push(self.escape()?),
                '\0'..='\u{1f}' => return None,
                c => out.push(c),
            }
        }
    }

    fn escape(&mut self) -> Option<char> {
        let byte = self.peek()?;
        self.at += 1;
        Some(match byte {
            b'"' | b'\\' | b'/' => byte as char,
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let first = self.hex()?;
                let low = |unit: u32| (0xdc00..0xe000).contains(&unit);
                if (0xd800..0xdc00).contains(&first) && self.text[self.at..].starts_with("\\u") {
                    let mark = self.at;
                    self.at += 2;
                    let second = self.hex()?;
                    if low(second) {
                        return char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00));
                    }
                    self.at = mark;
                }
                // Half a pair means nothing by itself.
                char::from_u32(first).unwrap_or('\u{fffd}')
            }
            _ => return None,
        })
    }

    fn hex(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4)?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        self.at += 4;
        u32::from_str_radix(digits, 16).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&[&str]>) {
        let found = match parse(text) {
            JsonArray::Strings(strings) => Some(strings.into_iter().map(|(text, _)| text).collect::<Vec<_>>()),
            _ => None,
        };
        assert_eq!(found.as_deref(), expected.map(|e| e.iter().map(|&s| s.to_owned()).collect::<Vec<_>>()).as_deref());
    }

    #[test]
    fn arrays_of_strings_are_read() {
        check(r#"[ "a" , "b c" ] "#, Some(&["a", "b c"]));
        check("[]", Some(&[]));
        check(r#"["\u00e9\ud83d\udc9b\n\"", "é\ud83d"]"#, Some(&["é\u{1f49b}\n\"", "é\u{fffd}"]));
    }

    #[test]
    fn what_is_no_json_is_no_array() {
        for text in ["[ \"a\",]", "['a']", "[a]", "[\"a\"] b", "[\"a\"", "[\"\\x\"]", "", "[-]", "[1.]"] {
            assert_eq!(parse(text), JsonArray::No, "{text}");
        }
    }

    #[test]
    fn arrays_of_other_values_are_told_apart() {
        for text in ["[1]", "[\"a\", null]", "[[\"a\"]]", "[{\"a\": [1, {}]}, -1.5e+3]", "[true]"] {
            assert_eq!(parse(text), JsonArray::NotStrings, "{text}");
        }
    }

    #[test]
    fn deep_nesting_is_no_danger() {
        assert_eq!(parse(&"[".repeat(100_000)), JsonArray::No);
    }

    #[test]
    fn each_string_has_its_place() {
        let text = r#"["a", "bc"]"#;
        let JsonArray::Strings(strings) = parse(text) else { panic!("an array of strings") };
        assert_eq!(&text[strings[1].1.clone()], "\"bc\"");
    }
}
