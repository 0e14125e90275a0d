//! `MultipleInstructionsDisallowed`: one CMD, ENTRYPOINT and HEALTHCHECK for a stage.

use crate::syntax::InstructionKind;

use super::rule::{Docs, Origin, Rule, RuleId};
use super::sink::{Sink, remove_line};
use super::{Place, Site, Subject};

const ID: RuleId = RuleId("MultipleInstructionsDisallowed");

pub(super) const RULE: Rule = Rule { id: ID, origin: Origin::Docker, help: "leave only the last one", check: look };

pub(super) const DOCS: Docs = Docs {
    id: ID,
    reports: "A stage has `CMD`, `ENTRYPOINT` or `HEALTHCHECK` more than once. What is shown is the one that \
          does not count.",
    why: "Only the last one takes effect. The others look as if they did something.",
    bad: "FROM alpine\nCMD [\"first\"]\nCMD [\"second\"]\n",
    good: "FROM alpine\nCMD [\"second\"]\n",
    dockerignore: "",
};

fn look(subject: &Subject<'_>, sink: &mut Sink<'_>) {
    for stage in &subject.resolved.stages {
        let mut last: [Option<&Site<'_>>; 3] = [None; 3];
        for site in subject.sites_of(stage.id) {
            let kind = match site.instruction.kind {
                InstructionKind::Cmd(_) => 0,
                InstructionKind::Entrypoint(_) => 1,
                InstructionKind::Healthcheck(_) => 2,
                _ => continue,
            };
            let Some(earlier) = last[kind].replace(site) else { continue };
            let name = &site.instruction.keyword.text;
            let message = format!(
                "Multiple {name} instructions should not be used in the same stage because only the last one will be used"
            );
            let range = earlier.instruction.range;
            let fixes = vec![remove_line("take it out", subject.source, range)];
            sink.report(&Place::of_site(site).about(earlier), range, message, fixes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, check_fix};
    use super::*;

    #[test]
    fn all_but_the_last_are_reported() {
        let message =
            "Multiple CMD instructions should not be used in the same stage because only the last one will be used";
        check(ID, "FROM a\nCMD b\nCMD c\nCMD d\nFROM e\nCMD f\n", &[("2:CMD b", message), ("3:CMD c", message)]);
        check_fix(ID, "FROM a\nCMD b \\\n c\nUSER x\nCMD d\n", "FROM a\nUSER x\nCMD d\n");
    }
}
