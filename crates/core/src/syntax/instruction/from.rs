//! `FROM [--platform=PLATFORM] BASE [AS NAME]`

use crate::text::TextRange;

use super::super::ast::{From, Word};
use super::super::error::SyntaxErrorKind as Kind;
use super::Failure;

/// Tells whether the words behind FROM can be read.
pub(super) fn check(words: &[Word], keyword: TextRange) -> Result<(), Failure> {
    match words {
        [_] => Ok(()),
        [_, as_word, name] if as_word.text.eq_ignore_ascii_case("as") => {
            if !is_stage_name(&name.text.to_ascii_lowercase()) {
                return Err(Failure::new(Kind::StageName { name: name.text.clone() }, name.range));
            }
            Ok(())
        }
        _ => {
            let range = words.iter().fold(keyword, |range, word| range.cover(word.range));
            Err(Failure::new(Kind::FromArguments, range))
        }
    }
}

/// Reads words that can be read.
pub(super) fn read(words: Vec<Word>) -> From {
    let mut words = words.into_iter();
    From { base: words.next().unwrap_or_default(), as_word: words.next(), name: words.next() }
}

fn is_stage_name(name: &str) -> bool {
    let is_rest = |c: char| matches!(c, 'a'..='z' | '0'..='9' | '-' | '_' | '.');
    name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(is_rest)
}
