//! `ARG NAME[=DEFAULT] …`, `ENV KEY=VALUE …` and `LABEL KEY=VALUE …`, and the old form
//! `ENV KEY VALUE`.

use std::ops::Range;

use super::super::ast::{ArgDefinition, KeyValue, Word};
use super::super::error::SyntaxErrorKind as Kind;
use super::super::lines::LogicalLine;
use super::super::words::{ShellWord, is_blank, split_quoted};
use super::Failure;

/// The pairs behind ENV and LABEL. A first word without `=` makes it the old form, in which the
/// value is the rest of the line.
pub(super) fn split_pairs(
    line: &LogicalLine,
    range: &Range<usize>,
    escape: char,
    instruction: &'static str,
) -> Result<Vec<KeyValue>, Failure> {
    let text = &line.text[range.clone()];
    let words = split_quoted(text, range.start, escape);
    let Some(first) = words.first() else { return Ok(Vec::new()) };
    if !first.text.contains('=') {
        let Some(end) = text.find(is_blank) else {
            return Err(Failure::new(Kind::TwoArguments { instruction }, line.range(range.clone())));
        };
        let rest = text[end..].trim_start_matches(is_blank);
        let key = line.word(&text[..end], range.start..range.start + end);
        let value = line.word(rest, range.end - rest.len()..range.end);
        return Ok(vec![KeyValue { key, value, legacy: true }]);
    }
    let pair = |word: &ShellWord<'_>| {
        if !word.text.contains('=') {
            let kind = Kind::NoEqualsSign { word: word.text.to_owned() };
            return Err(Failure::new(kind, line.range(word.range.clone())));
        }
        let (key, value) = split_at_equals(line, word.text, &word.range);
        Ok(KeyValue { key, value: value.unwrap_or_default(), legacy: false })
    };
    words.iter().map(pair).collect()
}

/// The names that ARG declares.
pub(super) fn read_args(words: Vec<Word>) -> Result<Vec<ArgDefinition>, Failure> {
    let definition = |word: Word| {
        let Some((name, default)) = word.text.split_once('=') else {
            return Ok(ArgDefinition { name: word, default: None });
        };
        if name.is_empty() {
            return Err(Failure::new(Kind::BlankNames { instruction: "ARG" }, word.range));
        }
        let name_word = Word { text: name.to_owned(), range: word.part(0..name.len()) };
        let default = Word { text: default.to_owned(), range: word.part(name.len() + 1..word.text.len()) };
        Ok(ArgDefinition { name: name_word, default: Some(default) })
    };
    words.into_iter().map(definition).collect()
}

fn split_at_equals(line: &LogicalLine, text: &str, range: &Range<usize>) -> (Word, Option<Word>) {
    let equals = line.text[range.clone()].find('=').map_or(range.end, |at| range.start + at);
    match text.split_once('=') {
        Some((key, value)) => {
            let value = line.word(value, (equals + 1).min(range.end)..range.end);
            (line.word(key, range.start..equals), Some(value))
        }
        None => (line.word(text, range.clone()), None),
    }
}
