//! JSON, as programs write it: a text becomes a value, or nothing where it is none.
//!
//! What is nested deeper than any program writes it is refused, so that no text can exhaust the stack.
//! Relies on nothing.

use std::borrow::Cow;

/// How deep lists and objects may be nested.
const DEPTH: u32 = 64;

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Json<'a> {
    Null,
    Bool(bool),
    /// As it is written.
    Number(&'a str),
    Text(Cow<'a, str>),
    List(Vec<Json<'a>>),
    /// Keys and values in their order.
    Object(Vec<(Cow<'a, str>, Json<'a>)>),
}

impl Json<'_> {
    /// The value of a key; of several the last, as in Go. Null where there is none.
    pub(super) fn get(&self, key: &str) -> &Self {
        let Json::Object(entries) = self else { return &Json::Null };
        entries.iter().rfind(|(name, _)| name == key).map_or(&Json::Null, |(_, value)| value)
    }

    /// The text; empty where it is none.
    pub(super) fn text(&self) -> &str {
        if let Json::Text(text) = self { text } else { "" }
    }

    /// The items; none where it is no list.
    pub(super) fn items(&self) -> &[Self] {
        if let Json::List(items) = self { items } else { &[] }
    }

    pub(super) fn is_true(&self) -> bool {
        *self == Json::Bool(true)
    }
}

/// The value that a text is, blanks around it apart.
pub(super) fn parse(text: &str) -> Option<Json<'_>> {
    let mut reader = Reader { text, at: 0 };
    let value = reader.value(0)?;
    reader.skip_blanks();
    (reader.at == text.len()).then_some(value)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn eat(&mut self, byte: u8) -> bool {
        self.skip_blanks();
        let is_there = self.peek() == Some(byte);
        self.at += usize::from(is_there);
        is_there
    }

    fn skip_blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn value(&mut self, depth: u32) -> Option<Json<'a>> {
        self.skip_blanks();
        match self.peek()? {
            b'{' | b'[' if depth == DEPTH => None,
            b'{' => self.object(depth + 1),
            b'[' => self.list(depth + 1),
            b'"' => self.string().map(Json::Text),
            b'-' | b'0'..=b'9' => {
                let start = self.at;
                while matches!(self.peek(), Some(b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9')) {
                    self.at += 1;
                }
                Some(Json::Number(&self.text[start..self.at]))
            }
            _ => {
                let words = [("null", Json::Null), ("true", Json::Bool(true)), ("false", Json::Bool(false))];
                let (word, value) = words.into_iter().find(|(word, _)| self.text[self.at..].starts_with(word))?;
                self.at += word.len();
                Some(value)
            }
        }
    }

    fn object(&mut self, depth: u32) -> Option<Json<'a>> {
        self.at += 1;
        let mut entries = Vec::new();
        if self.eat(b'}') {
            return Some(Json::Object(entries));
        }
        loop {
            self.skip_blanks();
            let key = self.string()?;
            if !self.eat(b':') {
                return None;
            }
            entries.push((key, self.value(depth)?));
            if self.eat(b'}') {
                return Some(Json::Object(entries));
            }
            if !self.eat(b',') {
                return None;
            }
        }
    }

    fn list(&mut self, depth: u32) -> Option<Json<'a>> {
        self.at += 1;
        let mut items = Vec::new();
        if self.eat(b']') {
            return Some(Json::List(items));
        }
        loop {
            items.push(self.value(depth)?);
            if self.eat(b']') {
                return Some(Json::List(items));
            }
            if !self.eat(b',') {
                return None;
            }
        }
    }

    fn string(&mut self) -> Option<Cow<'a, str>> {
        if self.peek() != Some(b'"') {
            return None;
        }
        self.at += 1;
        let mut out = String::new();
        loop {
            let rest = &self.text[self.at..];
            let end = rest.find(['"', '\\'])?;
            self.at += end + 1;
            if rest.as_bytes()[end] == b'"' {
                let is_plain = out.is_empty();
                out.push_str(if is_plain { "" } else { &rest[..end] });
                return Some(if is_plain { Cow::Borrowed(&rest[..end]) } else { Cow::Owned(out) });
            }
            out.push_str(&rest[..end]);
            out.push(self.escaped()?);
        }
    }

    /// The character of an escape, behind its backslash.
    fn escaped(&mut self) -> Option<char> {
        let byte = self.peek()?;
        self.at += 1;
        Some(match byte {
            b'n' => '\n',
            b't' => '\t',
            b'r' => '\r',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'"' | b'\\' | b'/' => char::from(byte),
            b'u' => {
                let first = self.hex()?;
                let is_pair = (0xd800..0xdc00).contains(&first) && self.text[self.at..].starts_with("\\u");
                if is_pair {
                    let back = self.at;
                    self.at += 2;
                    let second = self.hex()?;
                    if (0xdc00..0xe000).contains(&second) {
                        return char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00));
                    }
                    self.at = back;
                }
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
    fn check(text: &str, expected: &str) {
        assert_eq!(parse(text).map_or("no JSON".to_owned(), |value| show(&value)), expected, "{text}");
    }

    fn show(value: &Json<'_>) -> String {
        match value {
            Json::Null => "null".into(),
            Json::Bool(value) => value.to_string(),
            Json::Number(text) => (*text).into(),
            Json::Text(text) => format!("<{text}>"),
            Json::List(items) => format!("[{}]", items.iter().map(show).collect::<Vec<_>>().join(" ")),
            Json::Object(entries) => {
                let entries: Vec<String> =
                    entries.iter().map(|(key, value)| format!("{key}={}", show(value))).collect();
                format!("{{{}}}", entries.join(" "))
            }
        }
    }

    #[test]
    fn texts_become_values() {
        check(" {\"a\": [1, -2.5e3 ,true,false,null], \"b\": {}} ", "{a=[1 -2.5e3 true false null] b={}}");
        check("[]", "[]");
        check(r#""a\"b\\c\/\n\u0026\u003c""#, "<a\"b\\c/\n&<>");
        check(r#""\ud83d\udc33 \ud83d \ud83dx \ud83d\u0041""#, "<\u{1f433} \u{fffd} \u{fffd}x \u{fffd}A>");
        check("\"\u{e9}\"", "<\u{e9}>");
        check(r#""\"""#, "<\">");
    }

    #[test]
    fn what_is_no_json_is_none() {
        for text in [
            "",
            "{",
            "[1",
            "[1,]",
            "{\"a\"}",
            "{\"a\":1,}",
            "\"a",
            "\"\\x\"",
            "\"\\u12\"",
            "\"\\u\u{e9}\u{e9}\"",
            "nul",
            "1 2",
            "{a:1}",
        ] {
            check(text, "no JSON");
        }
        check(&"[".repeat(100_000), "no JSON");
        check(&format!("{}{}", "[".repeat(65), "]".repeat(65)), "no JSON");
    }

    #[test]
    fn of_a_key_that_comes_twice_the_last_counts() {
        let value = parse("{\"a\": \"1\", \"a\": \"2\"}");
        assert_eq!(value.as_ref().map(|value| value.get("a").text()), Some("2"));
        assert_eq!(value.as_ref().map(|value| value.get("b").get("c").items().len()), Some(0));
    }
}
