//! `WorkdirRelativePath`: a first WORKDIR from the root.

use crate::resolve::Base;
use crate::syntax::{InstructionKind, quoted};

use super::rule::{Docs, Origin, Rule, RuleId};
use super::sink::Sink;
use super::{Place, Subject};

const ID: RuleId = RuleId("WorkdirRelativePath");

pub(super) const RULE: Rule =
    Rule { id: ID, origin: Origin::Docker, help: "start the first WORKDIR of the image with /", check: look };

pub(super) const DOCS: Docs = Docs {
    id: ID,
    reports: "The first `WORKDIR` of a stage, and of the stages that it starts from, is relative.",
    why: "Where it leads depends on the working directory of the base image, which can change with its next \
          version. Later ones may be relative, because then it is known to what.",
    bad: "FROM nginx\nWORKDIR html\nCOPY . .\n",
    good: "FROM nginx\nWORKDIR /usr/share/nginx/html\nCOPY . .\n",
    dockerignore: "",
};

fn look(subject: &Subject<'_>, sink: &mut Sink<'_>) {
    // Whether a stage, or one that it starts from, has a WORKDIR.
    let mut has_workdir: Vec<bool> = Vec::with_capacity(subject.resolved.stages.len());
    for stage in &subject.resolved.stages {
        let mut is_set = match stage.base {
            Base::Stage(base) => has_workdir.get(base.0 as usize).copied().unwrap_or(false),
            _ => false,
        };
        for site in subject.sites_of(stage.id) {
            let InstructionKind::Workdir(word) = &site.instruction.kind else { continue };
            let Some(path) = site.command.expanded.first() else { continue };
            if !is_set && !stage.platform.is_absolute(path) {
                let quoted = quoted(path);
                let message =
                    format!("Relative workdir {quoted} can have unexpected results if the base image changes");
                sink.report(&Place::of_site(site), word.range, message, Vec::new());
            }
            is_set = true;
        }
        has_workdir.push(is_set);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::check;
    use super::*;

    #[test]
    fn only_the_first_of_a_stage_and_those_it_starts_from_counts() {
        let message = "Relative workdir \"x\" can have unexpected results if the base image changes";
        check(ID, "FROM a AS b\nWORKDIR x\nWORKDIR y\nFROM b\nWORKDIR z\n", &[("2:x", message)]);
        check(ID, "FROM a\nWORKDIR /x\nWORKDIR y\n", &[]);
        check(ID, "FROM a\nARG P=x\nWORKDIR $P\n", &[("3:$P", message)]);
    }
}
