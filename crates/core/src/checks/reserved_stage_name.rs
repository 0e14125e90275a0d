//! `ReservedStageName`: no stage called scratch or context.

use crate::syntax::quoted;

use super::rule::{Docs, Origin, Rule, RuleId};
use super::sink::Sink;
use super::{Place, Subject};

const ID: RuleId = RuleId("ReservedStageName");

pub(super) const RULE: Rule = Rule { id: ID, origin: Origin::Docker, help: "give the stage another name", check: look };

pub(super) const DOCS: Docs = Docs {
    id: ID,
    reports: "A stage is called `scratch` or `context`.",
    why: "`FROM scratch` means the empty image, and `context` the build context of `docker build`: whether \
          a stage or those are meant, nobody can tell.",
    bad: "FROM alpine AS scratch\nRUN true\n",
    good: "FROM alpine AS base\nRUN true\n",
    dockerignore: "",
};

fn look(subject: &Subject<'_>, sink: &mut Sink<'_>) {
    for from in subject.froms.iter().filter(|from| from.is_valid) {
        let Some(name) = from.name else { continue };
        let lower = name.text.to_ascii_lowercase();
        if matches!(lower.as_str(), "context" | "scratch") {
            let message = format!("Stage name should not use the same name as reserved stage {}", quoted(&lower));
            sink.report(&Place::of_file(from.it), name.range, message, Vec::new());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::check;
    use super::*;

    #[test]
    fn both_names_are_reported_in_any_letter_case() {
        check(
            ID,
            "FROM a AS Context\nFROM b AS contexts\n",
            &[("1:Context", "Stage name should not use the same name as reserved stage \"context\"")],
        );
    }
}
