//! `InvalidDefinitionDescription`: comments above FROM and ARG that describe them.

use crate::diagnostic::Fix;
use crate::syntax::{Instruction, InstructionKind};
use crate::text::TextRange;

use super::rule::{Docs, Origin, Rule, RuleId};
use super::sink::{Sink, replace};
use super::{Place, Subject};

const ID: RuleId = RuleId("InvalidDefinitionDescription");

pub(super) const RULE: Rule = Rule {
    id: ID,
    origin: Origin::DockerExperimental,
    help: "write `# name description`, or end the comment with an empty line of `#`",
    check: look,
};

pub(super) const DOCS: Docs = Docs {
    id: ID,
    reports: "The comment right above a named `FROM`, or an `ARG`, does not begin with the name. The check has \
          to be asked for: `# check=experimental=InvalidDefinitionDescription`.",
    why: "`docker build --call=targets` and `--call=outline` show such a comment as the description of the \
          stage or argument, but only where it begins with its name.",
    bad: "# check=experimental=InvalidDefinitionDescription\n# all the tools\nFROM alpine AS base\nRUN true\n",
    good: "# check=experimental=InvalidDefinitionDescription\n# base has all the tools\nFROM alpine AS base\nRUN true\n",
    dockerignore: "",
};

fn look(subject: &Subject<'_>, sink: &mut Sink<'_>) {
    for it in &subject.syntax.instructions {
        let Some(comment) = it.comments.last() else { continue };
        let word = comment.split(' ').next().unwrap_or_default();
        let (keyword, range, names): (_, _, Vec<String>) = match &it.kind {
            InstructionKind::From(from) => match &from.name {
                Some(name) => ("FROM", name.range, vec![name.text.to_ascii_lowercase()]),
                None => continue,
            },
            InstructionKind::Arg(definitions) => {
                let names = definitions.iter().map(|definition| definition.name.text.clone()).collect();
                ("ARG", definitions.first().map_or(it.range, |first| first.name.range), names)
            }
            _ => continue,
        };
        if names.is_empty() || names.iter().any(|name| name == word) {
            continue;
        }
        let example = if names.len() > 1 { "<arg_key>" } else { &names[0] };
        let message = format!("Comment for {keyword} should follow the format: `# {example} <description>`");
        sink.report(&Place::of_instruction(it), range, message, vec![end_of_comment(subject.source, it)]);
    }
}

/// A fix that keeps the comment from being a description.
fn end_of_comment(source: &str, it: &Instruction) -> Fix {
    let before = TextRange::new(0, it.range.start).of(source);
    let start = crate::text::offset(before.rfind('\n').map_or(0, |end| end + 1));
    replace("end the comment with an empty line of #", TextRange::new(start, start), "#\n")
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, check_fix};
    use super::*;

    const ASKED: &str = "# check=experimental=all\n";

    #[test]
    fn the_last_line_of_the_comment_decides() {
        let base = "Comment for FROM should follow the format: `# base <description>`";
        check(ID, &format!("{ASKED}# base is it\n# the rest\nFROM a AS base\n"), &[("4:base", base)]);
        check(ID, &format!("{ASKED}# the rest\n# base is it\nFROM a AS base\n"), &[]);
        check(ID, &format!("{ASKED}# about it\n#\nFROM a AS base\n"), &[]);
        check(ID, &format!("{ASKED}# about it\nFROM a\n"), &[]);
        let many = "Comment for ARG should follow the format: `# <arg_key> <description>`";
        check(ID, &format!("{ASKED}# about them\nARG A B\nFROM a\n"), &[("3:A", many)]);
    }

    #[test]
    fn the_check_has_to_be_asked_for() {
        check(ID, "# about it\nFROM a AS base\n", &[]);
        let asked = "#\n# check=experimental=all\n# about it\nFROM a AS base\n";
        check(ID, asked, &[("4:base", "Comment for FROM should follow the format: `# base <description>`")]);
    }

    #[test]
    fn the_comment_can_be_ended() {
        let before = format!("{ASKED}# about it\n  FROM a AS base\n");
        check_fix(ID, &before, &format!("{ASKED}# about it\n#\n  FROM a AS base\n"));
    }
}
