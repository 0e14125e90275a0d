//! JSON, as programs write it: a text becomes a value, or nothing where it is none.
//!
//! What is nested deeper than any program writes it is refused, so that no text can exhaust the stack.
//! Relies on [`json`](crate::json) for its words.

use std::borrow::Cow;

use crate::json::Reader;

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
    let mut reader = Reader::new(text, 0);
    let value = value(&mut reader, 0)?;
    reader.is_done().then_some(value)
}

fn value<'a>(reader: &mut Reader<'a>, depth: u32) -> Option<Json<'a>> {
    reader.skip_blanks();
    match reader.peek()? {
        b'{' | b'[' if depth == DEPTH => None,
        b'{' => object(reader, depth + 1),
        b'[' => list(reader, depth + 1),
        b'"' => reader.string().map(Json::Text),
        b'-' | b'0'..=b'9' => reader.number().map(Json::Number),
        _ => Some(match reader.word()? {
            "true" => Json::Bool(true),
            "false" => Json::Bool(false),
            _ => Json::Null,
        }),
    }
}

fn object<'a>(reader: &mut Reader<'a>, depth: u32) -> Option<Json<'a>> {
    let mut entries = Vec::new();
    separated(reader, b'}', &mut |reader| {
        reader.skip_blanks();
        let key = reader.string()?;
        if !reader.eat(b':') {
            return None;
        }
        entries.push((key, value(reader, depth)?));
        Some(())
    })?;
    Some(Json::Object(entries))
}

fn list<'a>(reader: &mut Reader<'a>, depth: u32) -> Option<Json<'a>> {
    let mut items = Vec::new();
    separated(reader, b']', &mut |reader| {
        items.push(value(reader, depth)?);
        Some(())
    })?;
    Some(Json::List(items))
}

/// Goes over an opening bracket, what `each` reads between commas, and the closing bracket.
fn separated<'a>(
    reader: &mut Reader<'a>,
    close: u8,
    each: &mut dyn FnMut(&mut Reader<'a>) -> Option<()>,
) -> Option<()> {
    reader.at += 1;
    if reader.eat(close) {
        return Some(());
    }
    loop {
        each(reader)?;
        if reader.eat(close) {
            return Some(());
        }
        if !reader.eat(b',') {
            return None;
        }
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
        check(r#" "a\u0026" "#, "<a&>");
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
