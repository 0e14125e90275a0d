//! `NoEmptyContinuation`: no blank lines inside an instruction.

use crate::diagnostic::Fix;
use crate::text::{LineSpan, TextEdit};

use super::rule::{Docs, Origin, Rule, RuleId};
use super::sink::Sink;
use super::{Place, Subject};

const ID: RuleId = RuleId("NoEmptyContinuation");

pub(super) const RULE: Rule =
    Rule { id: ID, origin: Origin::Docker, help: "take the blank line out, or put a comment there", check: look };

pub(super) const DOCS: Docs = Docs {
    id: ID,
    reports: "A blank line stands among the lines of an instruction that goes on over several lines.",
    why: "BuildKit skips it, with a warning since 2017 that this will become an error. Often it is the \
          rest of a line that was deleted, and the instruction swallows what follows.",
    bad: "FROM alpine\nRUN echo a && \\\n\n    echo b\n",
    good: "FROM alpine\nRUN echo a && \\\n    echo b\n",
    dockerignore: "",
};

fn look(subject: &Subject<'_>, sink: &mut Sink<'_>) {
    for found in &subject.syntax.empty_continuations {
        let Some(&first) = found.blanks.first() else { continue };
        let edits = found.blanks.iter().map(|&range| TextEdit { range, text: String::new() }).collect();
        let fix = Fix { title: "take the blank lines out".into(), edits };
        let lines = LineSpan { first: found.line, last: found.line };
        sink.report(&Place::of_lines(first, lines), first, "Empty continuation line".into(), vec![fix]);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, check_fix};
    use super::*;

    #[test]
    fn an_instruction_is_reported_once() {
        check(ID, "FROM a\nRUN x \\\n\n\n  y\n", &[("3:\n", "Empty continuation line")]);
        check(ID, "FROM a\nRUN x \\\n# fine\n  y\n", &[]);
        check_fix(ID, "FROM a\nRUN x \\\n\n \t\n  y\n", "FROM a\nRUN x \\\n  y\n");
    }
}
