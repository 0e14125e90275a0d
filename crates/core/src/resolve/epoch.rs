//! The stage that `SOURCE_DATE_EPOCH` names: BuildKit takes the time of the one thing that it downloads.
//!
//! Such a stage has to be little more than that, which is looked at before any stage is worked out.
//! Relies on [`remote`](super::remote) for what is a download.

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, Phase, each_line};
use crate::syntax::{Instruction, InstructionKind, Lexer, Parse, Transfer};

use super::budget::Budget;
use super::remote::{Remote, remote};
use super::scope::Environment;

/// The first stage of a name in any letter case: its FROM, and the instructions behind it.
pub(super) fn stage<'a>(parse: &'a Parse, name: &str) -> Option<(&'a Instruction, &'a [Instruction])> {
    let is_it = |it: &Instruction| match &it.kind {
        InstructionKind::From(from) => from.name.as_ref().is_some_and(|word| word.text.eq_ignore_ascii_case(name)),
        _ => false,
    };
    let start = parse.instructions.iter().position(is_it)?;
    let (from, behind) = parse.instructions.get(start..)?.split_first()?;
    let end = behind.iter().position(|it| it.keyword.text.eq_ignore_ascii_case("from"));
    Some((from, &behind[..end.unwrap_or(behind.len())]))
}

/// What is wrong with such a stage; none where the time can be taken from it.
pub(super) fn error(
    (from, commands): (&Instruction, &[Instruction]),
    globals: &Environment,
    build_args: &BTreeMap<String, String>,
    lexer: Lexer,
    budget: &Budget,
) -> Option<Diagnostic> {
    let mut reader = Reader { environment: globals.clone(), build_args, lexer, budget };
    let message = reader.read(from, commands).err()?;
    let error = Diagnostic::error((Phase::GlobalArgs, u32::MAX), message, from.range, each_line(from.lines));
    Some(error.with_help("the stage starts from scratch and has one ADD, of one address; ARG is all else it may have"))
}

struct Reader<'a> {
    environment: Environment,
    build_args: &'a BTreeMap<String, String>,
    lexer: Lexer,
    budget: &'a Budget,
}

impl Reader<'_> {
    fn read(&mut self, from: &Instruction, commands: &[Instruction]) -> Result<(), String> {
        let InstructionKind::From(written) = &from.kind else { return Ok(()) };
        let base = self.expand(&written.base.text).map_err(|message| {
            format!("failed to process source stage base name {}: {message}", crate::syntax::quoted(&written.base.text))
        })?;
        if base != "scratch" {
            return Err("SOURCE_DATE_EPOCH stage must use FROM scratch".into());
        }
        let mut n_adds = 0;
        for it in commands {
            match &it.kind {
                InstructionKind::Arg(_) => self.declare(it)?,
                InstructionKind::Add(_) if n_adds > 0 => {
                    return Err("SOURCE_DATE_EPOCH stage must contain exactly one remote ADD".into());
                }
                InstructionKind::Add(transfer) => {
                    self.add(transfer)?;
                    n_adds += 1;
                }
                _ => {
                    let name = it.keyword.text.to_ascii_uppercase();
                    return Err(format!(
                        "SOURCE_DATE_EPOCH stage does not meet source-only requirements: unsupported {name} instruction"
                    ));
                }
            }
        }
        if n_adds == 0 { Err("SOURCE_DATE_EPOCH stage must contain exactly one remote ADD".into()) } else { Ok(()) }
    }

    fn declare(&mut self, it: &Instruction) -> Result<(), String> {
        let InstructionKind::Arg(definitions) = &it.kind else { return Ok(()) };
        for definition in definitions {
            let name = &definition.name.text;
            let value = match (self.build_args.get(name), &definition.default) {
                (Some(value), _) => Some(value.clone()),
                (None, Some(default)) => Some(self.expand(&default.text)?),
                (None, None) => None,
            };
            if let Some(value) = value {
                self.environment.set(name, &value);
            }
        }
        Ok(())
    }

    fn add(&self, transfer: &Transfer) -> Result<(), String> {
        let [source] = transfer.sources.as_slice() else { return Err(one_source()) };
        if !transfer.documents.is_empty() {
            return Err(one_source());
        }
        match remote(&self.expand(&source.text)?) {
            Ok(Remote::No) => Err("SOURCE_DATE_EPOCH stage source must be a single HTTP(S) or Git ADD".into()),
            // What else is wrong with an address is told when the stage is carried out.
            _ => Ok(()),
        }
    }

    fn expand(&self, text: &str) -> Result<String, String> {
        self.budget.replace(&self.lexer, text, &self.environment).map(|expanded| expanded.text)
    }
}

fn one_source() -> String {
    "SOURCE_DATE_EPOCH stage must contain exactly one remote ADD source".into()
}
