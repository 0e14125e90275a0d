//! `UndefinedArgInFrom`: FROM lines with arguments that are declared.

use crate::resolve::{PLATFORM, UndefinedVariable};
use crate::syntax::Instruction;

use super::rule::{Docs, Origin, Rule, RuleId};
use super::sink::{Sink, rename};
use super::{Place, Subject};

const ID: RuleId = RuleId("UndefinedArgInFrom");

pub(super) const RULE: Rule =
    Rule { id: ID, origin: Origin::Docker, help: "declare it with ARG before the first FROM", check: look };

pub(super) const DOCS: Docs = Docs {
    id: ID,
    reports: "A variable in a `FROM`, in the name or in `--platform`, is not declared by an `ARG` before the \
          first `FROM`.",
    why: "It is empty, whatever `--build-arg` says, and so is that part of the name. An `ARG` inside a \
          stage does not count for the `FROM` lines below it.",
    bad: "FROM alpine:3.20${SUFFIX}\nRUN true\n",
    good: "ARG SUFFIX\nFROM alpine:3.20${SUFFIX}\nRUN true\n",
    dockerignore: "",
};

fn look(subject: &Subject<'_>, sink: &mut Sink<'_>) {
    for stage in &subject.resolved.stages {
        let Some(it) = subject.from(stage) else { continue };
        report(it, 0, &stage.undefined, sink);
        if let Some(platform) = &stage.platform_value {
            report(it, PLATFORM, &platform.undefined, sink);
        }
    }
}

fn report(it: &Instruction, later: u32, undefined: &[UndefinedVariable], sink: &mut Sink<'_>) {
    for variable in undefined {
        let mut message = format!("FROM argument '{}' is not declared", variable.name);
        let mut fixes = Vec::new();
        if let Some(meant) = &variable.meant {
            message = format!("{message} (did you mean {meant}?)");
            fixes.extend(rename(variable, meant));
        }
        sink.report(&Place::of_from(it).later(later), variable.range(), message, fixes);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, check_fix};
    use super::*;

    #[test]
    fn names_and_platforms_are_looked_at() {
        let message = "FROM argument 'B' is not declared";
        check(ID, "ARG FIRST\nFROM a$FIRST$B\n", &[("2:$B", message)]);
        check(ID, "FROM --platform=${B:-linux/amd64} a\n", &[("1:${B", message)]);
        check(ID, "FROM a\nARG B=1\nFROM b$B\n", &[("3:$B", message)]);
    }

    #[test]
    fn a_name_that_is_likely_meant_is_put_in() {
        let from = "FROM argument 'VERSIN' is not declared (did you mean VERSION?)";
        check(ID, "ARG VERSION=1\nFROM a:1${VERSIN}\n", &[("2:${VERSIN}", from)]);
        check_fix(ID, "ARG VERSION=1\nFROM a:1${VERSIN}\n", "ARG VERSION=1\nFROM a:1${VERSION}\n");
    }
}
