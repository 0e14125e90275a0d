//! `FromStageNameCasing`: FROM finds stages by their names in lower case.

use crate::lookup::Lookup;

use super::rule::{Docs, Origin, Rule, RuleId};
use super::sink::{Sink, replace};
use super::{Place, Subject};

const ID: RuleId = RuleId("FromStageNameCasing");

pub(super) const RULE: Rule =
    Rule { id: ID, origin: Origin::Stagewright, help: "write the name of the stage in lower case", check: look };

pub(super) const DOCS: Docs = Docs {
    id: ID,
    reports: "A `FROM` names a stage above it in capital letters.",
    why: "BuildKit keeps the names of stages in lower case. `COPY --from` and `--target` are made lower case \
          before they are looked up, but `FROM` is not: `FROM Base` is an image, even below `AS Base`, and no \
          image may have capitals in its name, so that the build fails.",
    bad: "FROM alpine AS Base\nRUN true\nFROM Base\nRUN true\n",
    good: "FROM alpine AS base\nRUN true\nFROM base\nRUN true\n",
    dockerignore: "",
};

fn look(subject: &Subject<'_>, sink: &mut Sink<'_>) {
    let mut names: Lookup<&str, ()> = Lookup::default();
    for stage in &subject.resolved.stages {
        let name = &stage.base_name;
        let lower = name.value.to_ascii_lowercase();
        if let Some(it) = subject.from(stage)
            && lower != name.value
            && names.get(lower.as_str()).is_some()
        {
            let message = format!("FROM {} is not the stage {lower}: FROM does not make names lower case", name.value);
            let range = name.written.range;
            let is_exact = range.of(subject.source) == name.value;
            let fix = is_exact.then(|| replace(format!("write {lower}"), range, &*lower));
            sink.report(&Place::of_from(it), range, message, fix.into_iter().collect());
        }
        if stage.is_named() {
            names.add(&stage.label);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, check_fix};
    use super::*;

    #[test]
    fn names_of_stages_above_are_looked_for_in_any_case() {
        let message = "FROM Base is not the stage base: FROM does not make names lower case";
        check(ID, "FROM a AS Base\nFROM Base\n", &[("2:Base", message)]);
        check(ID, "ARG S=Base\nFROM a AS base\nFROM $S\n", &[("3:$S", message)]);
        check(ID, "FROM a AS Base\nFROM base\n", &[]);
        check(ID, "FROM Base\nFROM a AS base\n", &[]);
        check(ID, "FROM a AS base\nFROM base:Base\n", &[]);
    }

    #[test]
    fn the_name_can_be_made_lower_case() {
        check_fix(ID, "FROM a AS Base\nFROM BASE AS b\n", "FROM a AS Base\nFROM base AS b\n");
    }
}
