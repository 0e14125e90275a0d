//! `DuplicateStageName`: a name for one stage only.

use crate::lookup::Lookup;
use crate::syntax::quoted;

use super::rule::{Docs, Level, Origin, Rule, RuleId};
use super::sink::Sink;
use super::{Place, Subject};

const ID: RuleId = RuleId("DuplicateStageName");

pub(super) const RULE: Rule = Rule { id: ID, origin: Origin::Docker, level: Level::Warning, help: "give each stage a name of its own", check: look };

pub(super) const DOCS: Docs = Docs {
    id: ID,
    reports: "Two stages have the same name. Letter case does not matter.",
    why: "A later `FROM`, `COPY --from` or `--target` means the last stage of that name, and what is above \
          it may not be built at all. The classic builder refuses such files.",
    bad: "FROM alpine AS build\nRUN true\nFROM debian AS build\nRUN true\n",
    good: "FROM alpine AS build\nRUN true\nFROM debian AS package\nRUN true\n",
    dockerignore: "",
};

fn look(subject: &Subject<'_>, sink: &mut Sink<'_>) {
    let mut names: Lookup<String, ()> = Lookup::default();
    for from in subject.froms.iter().filter(|from| from.is_valid) {
        let Some(name) = from.name else { continue };
        let lower = name.text.to_ascii_lowercase();
        if names.get(&lower).is_none() {
            names.add(lower);
        } else {
            let message = format!("Duplicate stage name {}, stage names should be unique", quoted(&lower));
            sink.report(&Place::of_file(from.it), name.range, message, Vec::new());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::check;
    use super::*;

    #[test]
    fn every_name_but_the_first_is_reported() {
        let message = "Duplicate stage name \"x\", stage names should be unique";
        check(ID, "FROM a AS x\nFROM b AS X\nFROM c AS x\nFROM d\n", &[("2:X", message), ("3:x", message)]);
    }
}
