//! `ConsistentInstructionCasing`: instructions in one letter case.

use crate::syntax::{Instruction, InstructionKind};

use super::rule::{Docs, Level, Origin, Rule, RuleId};
use super::sink::{Sink, replace};
use super::{Place, Subject};

const ID: RuleId = RuleId("ConsistentInstructionCasing");

pub(super) const RULE: Rule = Rule { id: ID, origin: Origin::Docker, level: Level::Warning, help: "write every instruction in the same letter case, capitals by custom", check: look };

pub(super) const DOCS: Docs = Docs {
    id: ID,
    reports: "The keyword of an instruction is not in the letter case of most others: all capitals, or none.",
    why: "BuildKit takes any, but capitals are what tells instructions from their arguments at a glance.",
    bad: "FROM alpine\nRUN apk add git\nrun apk add curl\n",
    good: "FROM alpine\nRUN apk add git\nRUN apk add curl\n",
    dockerignore: "",
};

fn look(subject: &Subject<'_>, sink: &mut Sink<'_>) {
    // Those before the first FROM do not count.
    let is_from = |it: &Instruction| matches!(it.kind, InstructionKind::From(_));
    let first = subject.syntax.instructions.iter().position(is_from).unwrap_or(usize::MAX);
    let counted = subject.syntax.instructions.get(first..).unwrap_or_default();
    let (mut n_lower, mut n_upper) = (0, 0);
    for it in counted {
        let bytes = it.keyword.text.as_bytes();
        n_lower += u32::from(bytes.iter().all(u8::is_ascii_lowercase));
        n_upper += u32::from(bytes.iter().all(u8::is_ascii_uppercase));
    }
    let is_lower = n_lower > n_upper;
    for it in counted {
        let keyword = &it.keyword.text;
        let is_other = if is_lower { u8::is_ascii_uppercase } else { u8::is_ascii_lowercase };
        if keyword.bytes().any(|byte| is_other(&byte)) {
            let expected = if is_lower { keyword.to_ascii_lowercase() } else { keyword.to_ascii_uppercase() };
            let majority = if is_lower { "lowercase" } else { "uppercase" };
            let message = format!("Command '{keyword}' should match the case of the command majority ({majority})");
            let fixes = vec![replace(format!("write {expected}"), it.keyword.range, expected)];
            sink.report(&Place::of_file(it), it.keyword.range, message, fixes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, check_fix};
    use super::*;

    #[test]
    fn the_majority_decides_and_a_tie_is_for_capitals() {
        let upper = |word: &str| format!("Command '{word}' should match the case of the command majority (uppercase)");
        check(ID, "FROM a\nrun b\n", &[("2:run", &upper("run"))]);
        check(ID, "FROM a\nRun b\nUSER c\n", &[("2:Run", &upper("Run"))]);
        let lower = "Command 'FROM' should match the case of the command majority (lowercase)";
        check(ID, "FROM a\nrun b\nrun c\n", &[("1:FROM", lower)]);
        check_fix(ID, "FROM a\nrun b\nRun c\n", "FROM a\nRUN b\nRUN c\n");
    }

    #[test]
    fn arguments_before_the_first_stage_do_not_count() {
        check(ID, "arg A=b\narg B=c\nFROM a\n", &[]);
    }
}
