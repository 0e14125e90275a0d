//! The JSON arrays of the exec form: `["a", "b"]`.
//!
//! Just enough of JSON to tell, as Go's decoder does, whether a text is an array of strings, an
//! array of anything else, or no array; with the place of each string, which no JSON library gives.
//! Relies on [`json`](crate::json) for its words.

use std::ops::Range;

use crate::json::Reader;

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
    // What stands before the bracket may be any blank; what stands elsewhere only those of JSON.
    let mut reader = Reader::new(text, text.len() - text.trim_start().len());
    if !reader.eat(b'[') {
        return JsonArray::No;
    }
    array(&mut reader).filter(|_| reader.is_done()).unwrap_or(JsonArray::No)
}

/// The elements behind an opening bracket, and the closing one.
fn array(reader: &mut Reader<'_>) -> Option<JsonArray> {
    let mut strings = Vec::new();
    let mut only_strings = true;
    if reader.eat(b']') {
        return Some(JsonArray::Strings(strings));
    }
    loop {
        reader.skip_blanks();
        let start = reader.at;
        if reader.peek() == Some(b'"') {
            strings.push((reader.string()?.into_owned(), start..reader.at));
        } else {
            skip_value(reader)?;
            only_strings = false;
        }
        if reader.eat(b']') {
            return Some(if only_strings { JsonArray::Strings(strings) } else { JsonArray::NotStrings });
        }
        if !reader.eat(b',') {
            return None;
        }
    }
}

/// Goes over a value that is not kept, however deep.
fn skip_value(reader: &mut Reader<'_>) -> Option<()> {
    let mut open: Vec<u8> = Vec::new();
    loop {
        reader.skip_blanks();
        match reader.peek()? {
            bracket @ (b'[' | b'{') => {
                reader.at += 1;
                let close = if bracket == b'[' { b']' } else { b'}' };
                if !reader.eat(close) {
                    open.push(close);
                    if close == b'}' {
                        skip_key(reader)?;
                    }
                    continue;
                }
            }
            b'"' => drop(reader.string()?),
            b'-' | b'0'..=b'9' => drop(reader.number()?),
            _ => drop(reader.word()?),
        }
        loop {
            let Some(&close) = open.last() else { return Some(()) };
            if reader.eat(b',') {
                if close == b'}' {
                    skip_key(reader)?;
                }
                break;
            }
            if !reader.eat(close) {
                return None;
            }
            open.pop();
        }
    }
}

fn skip_key(reader: &mut Reader<'_>) -> Option<()> {
    reader.skip_blanks();
    reader.string()?;
    reader.eat(b':').then_some(())
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
