//! What an editor asks about a place in the text: what stands there, what could stand there, where it
//! comes from, who uses it, and how to call it otherwise.
//!
//! One feature is one file: [`hover`], [`completion`], [`definition`], [`uses`], [`rename`],
//! [`folding`] and [`symbols`]. Each is a pure function of a [`Document`] and, for most, an offset, and
//! takes any text and any offset: the line that is being typed is a broken one, and an analysis of
//! another text gives wrong answers, but does no harm. Offsets are bytes, as
//! everywhere in the core; an editor's own positions are made at the rim. Relies on
//! [`analysis`](crate::analysis): names and values are looked up there, and only followed here.

mod class;
mod completion;
mod definition;
mod folding;
mod hover;
mod instructions;
mod line;
mod mounts;
mod predefined;
mod references;
mod rename;
mod scopes;
mod stages;
mod subject;
mod symbols;
mod uses;

pub use completion::{Completion, Item, ItemKind, completion};
pub use definition::{Definition, definition};
pub use folding::{Fold, FoldKind, folding};
pub use hover::{Hover, Part, hover};
pub use rename::{Rename, RenameError, rename};
pub use symbols::{Symbol, SymbolKind, symbols};
pub use uses::{Uses, uses};

use crate::analysis::{Analysis, Request};

/// A text with what is known of it.
#[derive(Clone, Copy, Debug)]
pub struct Document<'a> {
    /// What was asked.
    pub request: &'a Request,
    /// What [`analyze`](crate::analyze) made of it.
    pub analysis: &'a Analysis,
}

impl<'a> Document<'a> {
    /// The text of a request, and what is known of it.
    #[must_use]
    pub const fn new(request: &'a Request, analysis: &'a Analysis) -> Self {
        Self { request, analysis }
    }

    /// The text.
    pub(crate) const fn source(&self) -> &'a str {
        self.request.source.as_str()
    }

    /// The line, from 1, of a place.
    pub(crate) fn line_of(&self, at: u32) -> u32 {
        self.analysis.lines.line_of(at)
    }
}
