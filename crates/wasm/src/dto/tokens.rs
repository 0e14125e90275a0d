//! Tokens, as typed arrays: there are thousands of them, and whoever highlights walks through them once.

use js_sys::{Uint8Array, Uint32Array};
use serde::Serialize;
use serde_wasm_bindgen::preserve;
use stagewright::syntax;
use tsify::Tsify;

use super::text::Positions;

/// The source cut into pieces without gap or overlap: one for each index of the three arrays.
#[derive(Clone, Debug, Serialize, Tsify)]
pub struct Tokens {
    /// What each piece is, as an index of `tokenKinds()`.
    #[serde(serialize_with = "preserve::serialize")]
    #[tsify(type = "Uint8Array")]
    pub kinds: Uint8Array,
    /// Where each piece begins, in UTF-16 code units.
    #[serde(serialize_with = "preserve::serialize")]
    #[tsify(type = "Uint32Array")]
    pub starts: Uint32Array,
    /// Just past the last code unit of each piece.
    #[serde(serialize_with = "preserve::serialize")]
    #[tsify(type = "Uint32Array")]
    pub ends: Uint32Array,
}

impl Tokens {
    pub(super) fn new(tokens: &[syntax::Token], at: &Positions<'_>) -> Self {
        let kinds: Vec<u8> = tokens.iter().map(|token| token.kind as u8).collect();
        let starts: Vec<u32> = tokens.iter().map(|token| at.offset(token.range.start)).collect();
        let ends: Vec<u32> = tokens.iter().map(|token| at.offset(token.range.end)).collect();
        Self {
            kinds: Uint8Array::from(kinds.as_slice()),
            starts: Uint32Array::from(starts.as_slice()),
            ends: Uint32Array::from(ends.as_slice()),
        }
    }
}

/// Writes the twin of the core's kinds, and their names in order.
macro_rules! token_kinds {
    ($($(#[$doc:meta])* $kind:ident $name:literal)*) => {
        /// What a piece of the source is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Tsify)]
        pub enum TokenKind {
            $($(#[$doc])* #[serde(rename = $name)] $kind,)*
        }

        impl TokenKind {
            /// The names, at the index that stands for them.
            pub(crate) fn names() -> Vec<String> {
                let mut kinds = [$((syntax::TokenKind::$kind as u8, $name)),*];
                kinds.sort_unstable();
                kinds.iter().map(|(_, name)| (*name).to_owned()).collect()
            }
        }

        impl From<syntax::TokenKind> for TokenKind {
            fn from(kind: syntax::TokenKind) -> Self {
                match kind {
                    $(syntax::TokenKind::$kind => Self::$kind,)*
                }
            }
        }
    };
}

token_kinds! {
    /// Spaces, tabs, a byte-order mark.
    Whitespace "whitespace"
    /// A line end.
    Newline "newline"
    /// A comment.
    Comment "comment"
    /// A parser directive, `#` included.
    Directive "directive"
    /// The word that names an instruction, or the AS of a FROM.
    Keyword "keyword"
    /// The escape character at the end of a line that goes on in the next.
    Continuation "continuation"
    /// `--name` of a flag.
    Flag "flag"
    /// The name that FROM gives to a stage.
    StageName "stageName"
    /// A base image or stage, in FROM, `--from` or a mount's `from`.
    Reference "reference"
    /// The name that ARG declares, or the key of ENV or LABEL.
    Name "name"
    /// `=` between a name or flag and its value.
    Operator "operator"
    /// `$NAME` or `${NAME…}`.
    Variable "variable"
    /// Text in quotes.
    String "string"
    /// `<<NAME` and the line that ends a here-document.
    HeredocDelimiter "heredocDelimiter"
    /// The lines of a here-document.
    HeredocBody "heredocBody"
    /// `[`, `]` and `,` of the JSON form.
    Punctuation "punctuation"
    /// Any other text.
    Text "text"
    /// What could not be read.
    Invalid "invalid"
}
