//! `ADD [FLAGS] SOURCE … DESTINATION` and `COPY [FLAGS] SOURCE … DESTINATION`

use super::super::ast::{Heredoc, Transfer, Word};
use super::super::error::SyntaxErrorKind as Kind;
use super::super::heredoc;
use super::Failure;

/// Tells sources, here-documents and the destination apart.
pub(super) fn read(mut words: Vec<Word>, heredocs: &[Heredoc], instruction: &'static str) -> Result<Transfer, Failure> {
    let Some(destination) = words.pop() else { return Ok(Transfer::default()) };
    let name_of = |word: &Word| heredoc::opening(&word.text).ok().flatten().map(|opening| opening.name);
    if name_of(&destination).is_some() {
        return Err(Failure::new(Kind::HeredocDestination { instruction }, destination.range));
    }
    let mut documents = Vec::new();
    words.retain(|source| {
        let name = name_of(source);
        // Of two with one name, the later one stands for both.
        documents.extend(name.as_ref().and_then(|name| heredocs.iter().rposition(|heredoc| heredoc.name == *name)));
        name.is_none()
    });
    Ok(Transfer { sources: words, documents, destination })
}
