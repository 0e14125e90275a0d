//! `StageNameCasing`: names of stages in lower case.

use super::rule::{Docs, Origin, Rule, RuleId};
use super::sink::{Sink, replace};
use super::{Place, Subject};

const ID: RuleId = RuleId("StageNameCasing");

pub(super) const RULE: Rule =
    Rule { id: ID, origin: Origin::Docker, help: "write the name in lower case", check: look };

pub(super) const DOCS: Docs = Docs {
    id: ID,
    reports: "The name that FROM gives a stage has capital letters.",
    why: "BuildKit keeps names of stages in lower case. `COPY --from` and `--target` find them in any letter \
          case, but a later `FROM Build` does not find the stage `build`, and is taken for an image.",
    bad: "FROM golang:1.24 AS Build\nRUN go version\n",
    good: "FROM golang:1.24 AS build\nRUN go version\n",
    dockerignore: "",
};

fn look(subject: &Subject<'_>, sink: &mut Sink<'_>) {
    for from in &subject.froms {
        let Some(name) = from.name else { continue };
        let lower = name.text.to_ascii_lowercase();
        if lower != name.text {
            let message = format!("Stage name '{}' should be lowercase", name.text);
            let fixes = vec![replace(format!("rename it to {lower}"), name.range, lower)];
            sink.report(&Place::of_instruction(from.it), name.range, message, fixes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, check_fix};
    use super::*;

    #[test]
    fn capitals_in_names_are_reported() {
        check(ID, "FROM a AS Build\nFROM b AS ok\n", &[("1:Build", "Stage name 'Build' should be lowercase")]);
        check_fix(
            ID,
            "FROM a AS Build\nFROM b\nCOPY --from=Build / /\n",
            "FROM a AS build\nFROM b\nCOPY --from=Build / /\n",
        );
    }
}
