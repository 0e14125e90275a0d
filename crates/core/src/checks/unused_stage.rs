//! `UnusedStage`: stages that no build gets to.

use crate::lookup::Lookup;
use crate::resolve::Stage;
use crate::syntax::InstructionKind;

use super::rule::{Docs, Origin, Rule, RuleId};
use super::sink::Sink;
use super::tests_left_out::seems_to_test;
use super::{Place, Subject};

const ID: RuleId = RuleId("UnusedStage");

pub(super) const RULE: Rule = Rule {
    id: ID,
    origin: Origin::Stagewright,
    help: "copy from it or start from it further down, or take it out",
    check: look,
};

pub(super) const DOCS: Docs = Docs {
    id: ID,
    reports: "A stage is not the last, nothing uses it, and it cannot be a target: it has no name, or a later \
              stage has the same. Of the stages with a name only those are reported that are called after a \
              part of the work, such as `builder` or `deps`, since any other may well be a target of its own.",
    why: "BuildKit builds what the target needs and nothing else. Whatever such a stage does, and whatever is \
          wrong in it, no build ever comes across it. Most often a `COPY --from` was forgotten.",
    bad: "FROM golang:1.24\nRUN go build -o /app .\nFROM alpine\nCMD [\"/app\"]\n",
    good: "FROM golang:1.24 AS build\nRUN go build -o /app .\nFROM alpine\nCOPY --from=build /app /app\nCMD [\"/app\"]\n",
    dockerignore: "",
};

/// Words in the names of stages that are there for other stages.
const PARTS: [&str; 9] =
    ["base", "build", "builder", "building", "compile", "compiler", "deps", "dependencies", "vendor"];

fn look(subject: &Subject<'_>, sink: &mut Sink<'_>) {
    // A file that cannot be read may well be about to use them.
    if subject.is_unfinished() {
        return;
    }
    let is_used = subject.used_stages();
    let is_chosen = subject.chosen_names();
    let mut names: Lookup<&str, ()> = Lookup::default();
    let mut stages = subject.resolved.stages.iter().rev();
    if let Some(last) = stages.next() {
        names.add(&last.label);
    }
    let mut found = Vec::new();
    for stage in stages {
        let is_shadowed = stage.is_named() && !names.add(&stage.label);
        if is_used[stage.id.0 as usize] {
            continue;
        }
        let (label, number) = (&stage.label, stage.id.0);
        if !stage.is_named() {
            found.push((
                stage,
                format!("Nothing uses stage {number}, and without a name it cannot be a target: no build gets to it"),
            ));
        } else if is_shadowed {
            found.push((
                stage,
                format!(
                    "Nothing uses this stage, and the target {label} is the later one of that name: no build gets to it"
                ),
            ));
        } else if is_part(label) && does_work(subject, stage) && !is_chosen(label) && !seems_to_test(subject, stage) {
            found.push((stage, format!("Nothing uses the stage {label}")));
        }
    }
    for (stage, message) in found {
        let Some(it) = subject.from(stage) else { continue };
        let range = stage.name.as_ref().map_or(it.range, |name| name.range);
        sink.report(&Place::of_from(it), range, message, Vec::new());
    }
}

fn is_part(label: &str) -> bool {
    label.split(['-', '_', '.']).any(|word| PARTS.contains(&word))
}

/// Whether a stage makes something.
fn does_work(subject: &Subject<'_>, stage: &Stage) -> bool {
    let makes = |kind: &InstructionKind| {
        matches!(kind, InstructionKind::Run(_) | InstructionKind::Copy(_) | InstructionKind::Add(_))
    };
    subject.sites_of(stage.id).iter().any(|site| makes(&site.instruction.kind))
}

#[cfg(test)]
mod tests {
    use super::super::testing::check;
    use super::*;

    #[test]
    fn stages_that_cannot_be_built_are_reported() {
        let nameless = "Nothing uses stage 0, and without a name it cannot be a target: no build gets to it";
        check(ID, "FROM a\nRUN x\nFROM b\n", &[("1:FROM a", nameless)]);
        check(ID, "FROM a\nRUN x\nFROM b\nCOPY --from=0 / /\n", &[]);
        let shadowed = "Nothing uses this stage, and the target x is the later one of that name: no build gets to it";
        check(ID, "FROM a AS x\nFROM b AS X\nFROM x\n", &[("1:x", shadowed)]);
        check(ID, "FROM a AS x\nFROM x AS x\n", &[]);
        check(ID, "FROM a\n", &[]);
    }

    #[test]
    fn of_stages_with_names_only_parts_are_reported() {
        check(ID, "FROM a AS go-builder\nRUN x\nFROM b\n", &[("1:go-builder", "Nothing uses the stage go-builder")]);
        check(ID, "FROM a AS dev\nRUN x\nFROM b\n", &[]);
        check(ID, "FROM a AS base\nFROM b\n", &[]);
        check(ID, "ARG V=x\nFROM a AS build-x\nRUN x\nFROM b AS build-y\nRUN y\nFROM build-$V\n", &[]);
    }

    #[test]
    fn unfinished_files_are_left_alone() {
        check(ID, "FROM a AS base\nRUN x\nFROM Base\n", &[]);
        check(ID, "FROM a\nRUN x\nFROM b\nCOPPY --from=0 / /\n", &[]);
    }
}
