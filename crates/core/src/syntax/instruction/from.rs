//! `FROM [--platform=PLATFORM] BASE [AS NAME]`

use crate::text::TextRange;

use super::super::ast::{From, Word};
use super::super::error::SyntaxErrorKind as Kind;
use super::Failure;

/// Reads the words behind FROM.
pub(super) fn read(words: &[Word], keyword: TextRange) -> Result<From, Failure> {
    match words {
        [base] => Ok(From { base: base.clone(), as_word: None, name: None }),
        [base, as_word, name] if as_word.text.eq_ignore_ascii_case("as") => {
            if !is_stage_name(&name.text.to_ascii_lowercase()) {
                return Err(Failure::new(Kind::StageName { name: name.text.clone() }, name.range));
            }
            Ok(From { base: base.clone(), as_word: Some(as_word.clone()), name: Some(name.clone()) })
        }
        _ => {
            let range = words.iter().fold(keyword, |range, word| range.cover(word.range));
            Err(Failure::new(Kind::FromArguments, range))
        }
    }
}

fn is_stage_name(name: &str) -> bool {
    let is_rest = |c: char| matches!(c, 'a'..='z' | '0'..='9' | '-' | '_' | '.');
    name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(is_rest)
}
