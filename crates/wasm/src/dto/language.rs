//! What an editor asks about a place in the text.

use serde::Serialize;
use stagewright::language;
use tsify::Tsify;

use super::diagnostic::TextEdit;
use super::text::{Positions, TextRange};

/// What there is to say about a place.
#[derive(Clone, Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Hover {
    /// The text that it is about.
    pub range: TextRange,
    /// What it is, in a word or two.
    pub title: String,
    /// A form or value in Dockerfile text; empty where there is none.
    pub code: String,
    /// Whole sentences, a paragraph each.
    pub paragraphs: Vec<String>,
    /// A table.
    pub parts: Vec<HoverPart>,
}

/// A row of the table of a `Hover`.
#[derive(Clone, Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct HoverPart {
    /// What it is about.
    pub name: String,
    /// What there is to say about it.
    pub value: String,
}

/// What can be put in at a place.
#[derive(Clone, Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Completion {
    /// What is replaced: it holds the place, is on its line, and may be empty.
    pub range: TextRange,
    /// The items, the likeliest kinds first. They are not chosen by what is typed already.
    pub items: Vec<CompletionItem>,
}

/// Something to put in.
#[derive(Clone, Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct CompletionItem {
    /// What is shown, and compared with what is typed.
    pub label: String,
    /// What it is.
    pub kind: CompletionKind,
    /// A few words about it; empty where there is nothing to say.
    pub detail: String,
    /// What is put in.
    pub insert: String,
}

/// Where something is declared.
#[derive(Clone, Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Definition {
    /// The name at the place that was asked for.
    pub range: TextRange,
    /// The names in the declarations: more than one where it depends on build args which of them counts.
    pub targets: Vec<TextRange>,
}

/// The places of one thing.
#[derive(Clone, Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Uses {
    /// The name at the place that was asked for.
    pub range: TextRange,
    /// Where it is declared, in the order of the text.
    pub declarations: Vec<TextRange>,
    /// Where it is used, in the order of the text.
    pub uses: Vec<TextRange>,
}

/// What a new name asks for.
#[derive(Clone, Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(missing_as_null)]
pub struct Rename {
    /// The edits of the text, in its order.
    pub edits: Vec<TextEdit>,
    /// The new `target` of the request, where the stage was asked for by its name.
    pub target: Option<String>,
    /// The name of a build arg of the request that has to be given under the new name as well.
    pub build_arg: Option<String>,
}

/// A part of the text that can be folded away.
#[derive(Clone, Copy, Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Fold {
    /// From the end of the line that stays to the end of the last line.
    pub range: TextRange,
    /// What it holds.
    pub kind: FoldKind,
}

/// A stage or an instruction.
#[derive(Clone, Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct DocumentSymbol {
    /// Its name: of a stage its label, of an instruction its keyword in capitals.
    pub name: String,
    /// What it starts from, or what stands behind the keyword.
    pub detail: String,
    /// What it stands for.
    pub kind: SymbolKind,
    /// All of it.
    pub range: TextRange,
    /// The place to go to, inside of that.
    pub selection: TextRange,
    /// Of a stage, its instructions.
    pub children: Vec<DocumentSymbol>,
}

/// Writes the twin of an enum of the core.
macro_rules! twin {
    ($(#[$about:meta])* $name:ident of $core:ident: $($(#[$doc:meta])* $kind:ident)*) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Tsify)]
        #[serde(rename_all = "camelCase")]
        pub enum $name {
            $($(#[$doc])* $kind,)*
        }

        impl From<language::$core> for $name {
            fn from(kind: language::$core) -> Self {
                match kind {
                    $(language::$core::$kind => Self::$kind,)*
                }
            }
        }
    };
}

twin! {
    /// The kinds of what can be put in.
    CompletionKind of ItemKind:
    /// An instruction, or a word such as AS.
    Keyword
    /// A flag, or an option of a mount.
    Flag
    /// A value of a flag or option.
    Value
    /// A stage, by name or number.
    Stage
    /// An image.
    Image
    /// A variable.
    Variable
    /// A parser directive.
    Directive
    /// A build check.
    Rule
}

twin! {
    /// What a `Fold` holds.
    FoldKind of FoldKind:
    /// A stage, all but its FROM line.
    Stage
    /// An instruction, all but its first line.
    Instruction
    /// The lines of a here-document.
    Heredoc
    /// Comments below one another, all but the first.
    Comment
}

twin! {
    /// What a `DocumentSymbol` stands for.
    SymbolKind of SymbolKind:
    /// A stage.
    Stage
    /// An ARG or ENV.
    Variable
    /// Any other instruction.
    Instruction
}

/// Makes the values for one source.
pub(crate) struct Maker<'a>(Positions<'a>);

impl<'a> Maker<'a> {
    pub(crate) fn new(source: &'a str) -> Self {
        Self(Positions::new(source))
    }

    fn ranges(&self, ranges: &[stagewright::text::TextRange]) -> Vec<TextRange> {
        ranges.iter().map(|&range| self.0.range(range)).collect()
    }

    pub(crate) fn hover(&self, hover: language::Hover) -> Hover {
        let part = |part: language::Part| HoverPart { name: part.name, value: part.value };
        Hover {
            range: self.0.range(hover.range),
            title: hover.title,
            code: hover.code,
            paragraphs: hover.paragraphs,
            parts: hover.parts.into_iter().map(part).collect(),
        }
    }

    pub(crate) fn completion(&self, completion: language::Completion) -> Completion {
        let item = |item: language::Item| CompletionItem {
            label: item.label,
            kind: item.kind.into(),
            detail: item.detail,
            insert: item.insert,
        };
        Completion { range: self.0.range(completion.range), items: completion.items.into_iter().map(item).collect() }
    }

    pub(crate) fn definition(&self, definition: &language::Definition) -> Definition {
        Definition { range: self.0.range(definition.range), targets: self.ranges(&definition.targets) }
    }

    pub(crate) fn uses(&self, uses: &language::Uses) -> Uses {
        Uses {
            range: self.0.range(uses.range),
            declarations: self.ranges(&uses.declarations),
            uses: self.ranges(&uses.uses),
        }
    }

    pub(crate) fn rename(&self, rename: language::Rename) -> Rename {
        let edits = rename.edits.iter().map(|edit| TextEdit::new(edit, &self.0)).collect();
        Rename { edits, target: rename.target, build_arg: rename.build_arg }
    }

    pub(crate) fn fold(&self, fold: language::Fold) -> Fold {
        Fold { range: self.0.range(fold.range), kind: fold.kind.into() }
    }

    pub(crate) fn symbol(&self, symbol: language::Symbol) -> DocumentSymbol {
        DocumentSymbol {
            name: symbol.name,
            detail: symbol.detail,
            kind: symbol.kind.into(),
            range: self.0.range(symbol.range),
            selection: self.0.range(symbol.selection),
            children: symbol.children.into_iter().map(|child| self.symbol(child)).collect(),
        }
    }
}
