//! The comma-separated fields of `--mount` and `--device`.
//!
//! One line of CSV, as Go reads it. Relies on nothing.

use std::borrow::Cow;
use std::ops::Range;

/// A field, and its range in the text where it is not quoted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field<'a> {
    /// Its text without quotes.
    pub text: Cow<'a, str>,
    /// Where it stands, quotes included.
    pub range: Range<usize>,
}

/// The fields of a line.
///
/// # Errors
/// Go's message, where a quote stands where it should not, or there is nothing at all.
pub fn fields(text: &str) -> Result<Vec<Field<'_>>, String> {
    let error = |at: usize, what: &str| Err(format!("parse error on line 1, column {}: {what}", at + 1));
    if text.is_empty() {
        return Err("EOF".into());
    }
    let mut fields = Vec::new();
    let mut at = 0;
    loop {
        let rest = &text[at..];
        if !rest.starts_with('"') {
            let end = rest.find(',').map_or(text.len(), |comma| at + comma);
            if let Some(quote) = text[at..end].find('"') {
                return error(at + quote, "bare \" in non-quoted-field");
            }
            fields.push(Field { text: text[at..end].into(), range: at..end });
            at = end;
        } else {
            let start = at;
            let mut value = String::new();
            at += 1;
            loop {
                let Some(quote) = text[at..].find('"') else {
                    return error(text.len(), "extraneous or missing \" in quoted-field");
                };
                value.push_str(&text[at..at + quote]);
                at += quote + 1;
                if !text[at..].starts_with('"') {
                    break;
                }
                value.push('"');
                at += 1;
            }
            if !text[at..].is_empty() && !text[at..].starts_with(',') {
                return error(at, "extraneous or missing \" in quoted-field");
            }
            fields.push(Field { text: value.into(), range: start..at });
        }
        if at == text.len() {
            return Ok(fields);
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<&[&str], &str>) {
        let found =
            fields(text).map(|fields| fields.into_iter().map(|field| field.text.into_owned()).collect::<Vec<_>>());
        let expected = expected.map(|e| e.iter().map(|&s| s.to_owned()).collect()).map_err(str::to_owned);
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn commas_separate_fields_outside_quotes() {
        check("type=cache,target=/a", Ok(&["type=cache", "target=/a"]));
        check("a,\"b,\"\"c\",", Ok(&["a", "b,\"c", ""]));
        check("", Err("EOF"));
    }

    #[test]
    fn quotes_that_do_not_fit_are_errors() {
        check("a\"b", Err("parse error on line 1, column 2: bare \" in non-quoted-field"));
        check("\"a", Err("parse error on line 1, column 3: extraneous or missing \" in quoted-field"));
        check("\"a\"b", Err("parse error on line 1, column 4: extraneous or missing \" in quoted-field"));
    }
}
