//! From text to tokens, instructions and errors.
//!
//! [`parse`] takes any text and never fails: what cannot be read becomes
//! [`InstructionKind::Invalid`] and an error, and the next line is read as usual. The rules are those
//! of BuildKit's `parser` and `instructions` packages. Relies on [`text`](crate::text) and
//! [`diagnostic`](crate::diagnostic); names and variables are left to [`resolve`](crate::resolve).

mod ast;
mod check;
mod csv;
mod directive;
mod duration;
mod error;
mod flags;
mod heredoc;
mod instruction;
mod joined;
mod json;
mod lines;
mod paint;
mod parser;
mod pattern;
mod quote;
mod references;
mod shell;
mod suggest;
mod token;
mod words;

pub use ast::{
    ArgDefinition, CommandLine, Flag, From, Healthcheck, Heredoc, Instruction, InstructionId, InstructionKind,
    KeyValue, Keyword, Onbuild, Transfer, Word,
};
pub use check::{CheckOptions, RuleSet, check_options_in, parse_bool};
pub use csv::{Field, fields};
pub use directive::Directive;
pub use error::{Suggestion, SyntaxError, SyntaxErrorKind};
pub use flags::{FlagType, flags_of};
pub use joined::Joined;
pub use parser::{Dialect, parse, parse_as, parse_trigger};
pub use quote::quoted;
pub(crate) use references::{Quotes, Reference, name_len, references};
pub use shell::{Expanded, Lexer, NoVariables, TOO_MUCH_TEXT, Variables};
pub use suggest::{suggest, suggest_any_case};
pub use token::{Token, TokenKind};

/// Whether a word opens a here-document, and is nothing else.
#[must_use]
pub fn is_heredoc_opening(word: &str) -> bool {
    heredoc::opening(word).is_ok_and(|opening| opening.is_some())
}

use crate::diagnostic::Diagnostic;
use crate::text::TextRange;

/// A text, read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parse {
    /// The whole text in pieces, without gap or overlap.
    pub tokens: Vec<Token>,
    /// The parser directives at the top.
    pub directives: Vec<Directive>,
    /// The options of `# check=`.
    pub check: CheckOptions,
    /// The instructions, in order.
    pub instructions: Vec<Instruction>,
    /// What is wrong, in the order of the text.
    pub errors: Vec<SyntaxError>,
    /// The instructions that have blank lines among their continued lines.
    pub empty_continuations: Vec<EmptyContinuation>,
    /// The words behind the FROMs that cannot be read, which BuildKit looks at before it refuses them.
    pub wrong_froms: Vec<(InstructionId, Vec<Word>)>,
    /// Whether the escape character is the backtick.
    pub escape_is_backtick: bool,
}

/// Blank lines among the continued lines of an instruction, which BuildKit skips.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EmptyContinuation {
    /// The last of its lines, which BuildKit names.
    pub line: u32,
    /// The blank lines, with their line ends.
    pub blanks: Vec<TextRange>,
}

impl Parse {
    /// The escape character.
    #[must_use]
    pub fn escape(&self) -> char {
        if self.escape_is_backtick { '`' } else { '\\' }
    }

    /// An instruction.
    #[must_use]
    pub fn instruction(&self, id: InstructionId) -> Option<&Instruction> {
        self.instructions.get(id.0 as usize)
    }

    /// The errors as diagnostics.
    #[must_use]
    pub fn diagnostics(&self) -> Vec<Diagnostic> {
        self.errors.iter().map(SyntaxError::diagnostic).collect()
    }

    /// Every name that an ARG declares, and whether that ARG stands before the first FROM.
    pub fn arg_definitions(&self) -> impl Iterator<Item = (&ArgDefinition, bool)> {
        let first_from = self.instructions.iter().position(|it| matches!(it.kind, InstructionKind::From(_)));
        let is_global = move |index: usize| first_from.is_none_or(|from| index < from);
        self.instructions.iter().enumerate().flat_map(move |(index, it)| {
            let definitions = match &it.kind {
                InstructionKind::Arg(definitions) => definitions.as_slice(),
                _ => &[],
            };
            definitions.iter().map(move |definition| (definition, is_global(index)))
        })
    }
}
