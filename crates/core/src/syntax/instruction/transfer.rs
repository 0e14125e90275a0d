//! `ADD [FLAGS] SOURCE … DESTINATION` and `COPY [FLAGS] SOURCE … DESTINATION`

use super::super::ast::{Heredoc, Transfer, Word};
use super::super::error::SyntaxErrorKind as Kind;
use super::super::heredoc;
use super::Failure;

/// Tells sources, here-documents and the destination apart.
pub(super) fn read(words: &[Word], heredocs: &[Heredoc], instruction: &'static str) -> Result<Transfer, Failure> {
    let Some((destination, sources)) = words.split_last() else { return Ok(Transfer::default()) };
    let name_of = |word: &Word| heredoc::opening(&word.text).ok().flatten().map(|opening| opening.name);
    if name_of(destination).is_some() {
        return Err(Failure::new(Kind::HeredocDestination { instruction }, destination.range));
    }
    let mut transfer = Transfer { destination: destination.clone(), ..Transfer::default() };
    for source in sources {
        match name_of(source) {
            None => transfer.sources.push(source.clone()),
            // Of two with one name, the later one stands for both.
            Some(name) => transfer.documents.extend(heredocs.iter().rposition(|heredoc| heredoc.name == name)),
        }
    }
    Ok(transfer)
}
