//! What can be folded away: stages, here-documents, instructions over several lines, blocks of
//! comments.
//!
//! Relies on the instructions and tokens of [`syntax`](crate::syntax).

use crate::sorting::sort_by_key;
use crate::syntax::{Joined, TokenKind};
use crate::text::{TextRange, offset};

use super::Document;
use super::line::end_of;

/// What a fold holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FoldKind {
    /// A stage, all but its FROM line.
    Stage,
    /// An instruction, all but its first line; its here-documents are folds of their own.
    Instruction,
    /// The lines of a here-document.
    Heredoc,
    /// Comments below one another, all but the first.
    Comment,
}

impl FoldKind {
    /// Its name, in lower case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Stage => "stage",
            Self::Instruction => "instruction",
            Self::Heredoc => "heredoc",
            Self::Comment => "comment",
        }
    }
}

/// A part of the text that can be folded away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fold {
    /// From the end of the line that stays to the end of the last line, line ends left out: it holds at
    /// least one line end.
    pub range: TextRange,
    /// What it holds.
    pub kind: FoldKind,
}

/// What can be folded away, in the order of the text, the larger one first.
#[must_use]
pub fn folding(document: &Document<'_>) -> Vec<Fold> {
    let mut out = Vec::new();
    let source = document.source();
    let mut add = |first: u32, last: u32, kind: FoldKind| {
        let first = document.floor(first);
        let last = document.floor(last).max(first);
        let line = &source[first as usize..last as usize];
        let Some(end) = line.find('\n') else { return };
        let start = first + offset(line[..end].trim_end_matches('\r').len());
        let end = first + offset(line.trim_end().len());
        if end > start && TextRange::new(start, end).of(source).contains('\n') {
            out.push(Fold { range: TextRange::new(start, end), kind });
        }
    };
    for stage in &document.analysis.resolved.stages {
        add(stage.range.start, stage.range.end, FoldKind::Stage);
    }
    for it in &document.analysis.syntax.instructions {
        // Most instructions have one line, and need not be put together.
        if !it.range.of(source).contains('\n') {
            continue;
        }
        let end = Joined::new(source, it.range.start, document.analysis.syntax.escape()).end();
        add(it.range.start, end.min(it.range.end), FoldKind::Instruction);
        // The first here-document hangs on the instruction, each other on the line that ends the one before.
        let mut start = end;
        for heredoc in &it.heredocs {
            let end = end_of(source, heredoc);
            add(start, end, FoldKind::Heredoc);
            start = end;
        }
    }
    comments(document, &mut add);
    sort_by_key(&mut out, |fold| (fold.range.start, u32::MAX - fold.range.end));
    out
}

/// Comments that have nothing but line ends and blanks between them, on lines right below one another.
fn comments(document: &Document<'_>, add: &mut dyn FnMut(u32, u32, FoldKind)) {
    let mut block: Option<TextRange> = None;
    let mut n_line_ends = 0;
    for token in &document.analysis.syntax.tokens {
        match token.kind {
            TokenKind::Comment => {
                block = match block.filter(|_| n_line_ends <= 1) {
                    Some(block) => Some(block.cover(token.range)),
                    None => {
                        block.into_iter().for_each(|block| add(block.start, block.end, FoldKind::Comment));
                        Some(token.range)
                    }
                };
                n_line_ends = 0;
            }
            TokenKind::Newline => n_line_ends += token.range.of(document.source()).matches('\n').count(),
            TokenKind::Whitespace => {}
            _ => {
                block.take().into_iter().for_each(|block| add(block.start, block.end, FoldKind::Comment));
                n_line_ends = 0;
            }
        }
    }
    block.into_iter().for_each(|block| add(block.start, block.end, FoldKind::Comment));
}
