//! The stages of a file with their instructions, as a tree to find one's way by.
//!
//! Relies on the stages as [`resolve`](crate::resolve) made them.

use crate::resolve::Base;
use crate::syntax::{Instruction, InstructionKind, Keyword};
use crate::text::TextRange;

use super::Document;
use super::stages::place_of;

/// What a symbol stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SymbolKind {
    /// A stage.
    Stage,
    /// An ARG or ENV.
    Variable,
    /// Any other instruction.
    Instruction,
}

/// A stage or an instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
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
    pub children: Vec<Symbol>,
}

/// The instructions before the first FROM, and the stages with theirs, in the order of the text.
#[must_use]
pub fn symbols(document: &Document<'_>) -> Vec<Symbol> {
    let syntax = &document.analysis.syntax;
    let stages = &document.analysis.resolved.stages;
    let first = stages.first().map_or(syntax.instructions.len(), |stage| stage.from.0 as usize);
    let mut out: Vec<Symbol> = syntax.instructions.iter().take(first).filter_map(of_instruction).collect();
    for stage in stages {
        let base = match &stage.base {
            Base::Stage(base) => stages.get(base.0 as usize).map(|base| base.label.clone()).unwrap_or_default(),
            Base::Image(reference) => reference.familiar(),
            Base::Scratch => "scratch".to_owned(),
            Base::Invalid => stage.base_name.written.text.clone(),
        };
        let own = stage.commands.iter().filter(|command| !command.onbuild);
        let instructions = own.filter_map(|command| syntax.instruction(command.instruction));
        out.push(Symbol {
            name: stage.label.clone(),
            detail: base,
            kind: SymbolKind::Stage,
            range: stage.range,
            selection: place_of(document, stage),
            children: instructions.filter_map(of_instruction).collect(),
        });
    }
    out
}

/// An instruction; none for a line that begins with no instruction's name.
fn of_instruction(it: &Instruction) -> Option<Symbol> {
    /// The most of an instruction that is told, in characters.
    const LONG: usize = 80;
    let keyword = Keyword::parse(&it.keyword.text)?;
    let rest = it.code.get(it.keyword.text.len()..).unwrap_or_default();
    let mut detail = String::new();
    for (index, word) in rest.split_whitespace().enumerate() {
        if index > 0 {
            detail.push(' ');
        }
        detail.push_str(word);
        if let Some((end, _)) = detail.char_indices().nth(LONG) {
            detail.truncate(end);
            detail.push('…');
            break;
        }
    }
    let kind = match it.kind {
        InstructionKind::Arg(_) | InstructionKind::Env(_) => SymbolKind::Variable,
        _ => SymbolKind::Instruction,
    };
    let (range, selection) = (it.range, it.keyword.range);
    Some(Symbol { name: keyword.name().to_owned(), detail, kind, range, selection, children: Vec::new() })
}
