//! How much may be copied while a file is worked out.
//!
//! A few lines can ask for more than any machine holds: `ENV a=$a$a` doubles with every repetition, a
//! trigger runs in every stage that starts from its own. BuildKit has no limit there; a page must not
//! freeze. What no real file comes near ends in an error. Relies on the lexer of
//! [`syntax`](crate::syntax).

use std::cell::Cell;

use crate::syntax::{Expanded, Lexer, TOO_MUCH_TEXT, Variables};

/// What is told where the budget ends.
pub(super) const SPENT: &str =
    "the variables, ports and triggers of this file come to more than can be shown: it is worked out up to here";

/// Bytes that may be copied; real files stay below a hundredth of it.
const BYTES: usize = 64 << 20;

/// Bytes that a variable or port counts for, beside its text.
pub(super) const ENTRY: usize = 32;

/// What is left to be copied.
#[derive(Debug)]
pub(super) struct Budget {
    left: Cell<usize>,
}

impl Budget {
    /// The budget of a file.
    pub(super) const fn new() -> Self {
        Self { left: Cell::new(BYTES) }
    }

    /// Notes that `bytes` are copied.
    pub(super) fn take(&self, bytes: usize) {
        self.left.set(self.left.get().saturating_sub(bytes));
    }

    /// Whether nothing is left.
    pub(super) fn is_spent(&self) -> bool {
        self.left.get() == 0
    }

    /// Replaces the variables of a text.
    ///
    /// # Errors
    /// The message of BuildKit, or ours where the budget is spent.
    pub(super) fn expand(&self, lexer: &Lexer, text: &str, variables: &dyn Variables) -> Result<Expanded, String> {
        if self.is_spent() {
            return Err(SPENT.to_owned());
        }
        let expanded = lexer.expand(text, variables);
        self.take(match &expanded {
            Ok(expanded) => expanded.text.len() + expanded.effort / 8,
            Err(message) if message.ends_with(TOO_MUCH_TEXT) => BYTES / 16,
            Err(message) => message.len(),
        });
        expanded
    }
}
