//! Tokens: the source cut into pieces without gap or overlap, each with what it is. They drive
//! highlighting, and nothing else reads them.
//!
//! Relies on [`text`](crate::text).

use crate::text::{TextRange, offset};

/// What a piece of the source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum TokenKind {
    /// Spaces, tabs, a byte-order mark.
    Whitespace,
    /// A line end.
    Newline,
    /// A comment.
    Comment,
    /// A parser directive, `#` included.
    Directive,
    /// The word that names an instruction, or the AS of a FROM.
    Keyword,
    /// The escape character at the end of a line, which goes on in the next.
    Continuation,
    /// `--name` of a flag.
    Flag,
    /// The name that FROM gives to a stage.
    StageName,
    /// A base image or stage, in FROM, `--from` or a mount's `from`.
    Reference,
    /// The name that ARG declares, or the key of ENV or LABEL.
    Name,
    /// `=` between a name or flag and its value.
    Operator,
    /// `$NAME` or `${NAME…}`.
    Variable,
    /// Text in quotes, brackets and commas of the JSON form apart.
    String,
    /// `<<NAME` and the line that ends a here-document.
    HeredocDelimiter,
    /// The lines of a here-document.
    HeredocBody,
    /// `[`, `]` and `,` of the JSON form.
    Punctuation,
    /// Any other text.
    Text,
    /// What could not be read.
    Invalid,
}

/// A piece of the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where it stands.
    pub range: TextRange,
}

/// Collects the kinds of the bytes of a source. Later paint covers earlier paint, so that a
/// variable can be painted over the string that holds it.
#[derive(Debug)]
pub(super) struct Canvas {
    kinds: Vec<TokenKind>,
}

impl Canvas {
    /// A canvas on which line ends and blanks are told apart from the rest.
    pub(super) fn new(source: &str) -> Self {
        let kind = |byte| match byte {
            b'\n' | b'\r' => TokenKind::Newline,
            b' ' | b'\t' | 0x0b | 0x0c => TokenKind::Whitespace,
            _ => TokenKind::Text,
        };
        let mut kinds: Vec<TokenKind> = source.bytes().map(kind).collect();
        if source.starts_with('\u{feff}') {
            kinds[..3].fill(TokenKind::Whitespace);
        }
        Self { kinds }
    }

    /// Makes every byte of `range` that is not a line end a part of a `kind`.
    pub(super) fn paint(&mut self, range: TextRange, kind: TokenKind) {
        let end = (range.end as usize).min(self.kinds.len());
        let start = (range.start as usize).min(end);
        for byte in &mut self.kinds[start..end] {
            if *byte != TokenKind::Newline {
                *byte = kind;
            }
        }
    }

    /// The runs of bytes of one kind.
    pub(super) fn tokens(&self) -> Vec<Token> {
        let mut tokens: Vec<Token> = Vec::new();
        let mut start = 0;
        for run in self.kinds.chunk_by(|a, b| a == b) {
            let end = start + run.len();
            tokens.push(Token { kind: run[0], range: TextRange::new(offset(start), offset(end)) });
            start = end;
        }
        tokens
    }
}
