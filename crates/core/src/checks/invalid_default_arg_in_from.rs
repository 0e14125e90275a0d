//! `InvalidDefaultArgInFrom`: FROM lines that work without build args.

use crate::resolve::ImageReference;
use crate::syntax::InstructionKind;

use super::rule::{Docs, Origin, Rule, RuleId};
use super::sink::Sink;
use super::{Place, Subject};

const ID: RuleId = RuleId("InvalidDefaultArgInFrom");

pub(super) const RULE: Rule = Rule {
    id: ID,
    origin: Origin::Docker,
    help: "give the ARG before the first FROM a default that makes a valid name",
    check: look,
};

pub(super) const DOCS: Docs = Docs {
    id: ID,
    reports: "Without build args, the name behind `FROM` is empty or no valid name of an image.",
    why: "The file then only builds for who knows which `--build-arg` to give. The check reports names \
          that are wrong without any `ARG`, too.",
    bad: "ARG TAG\nFROM busybox:${TAG}\nRUN true\n",
    good: "ARG TAG=latest\nFROM busybox:${TAG}\nRUN true\n",
    dockerignore: "",
};

fn look(subject: &Subject<'_>, sink: &mut Sink<'_>) {
    for stage in &subject.resolved.stages {
        let Some(it) = subject.from(stage) else { continue };
        let InstructionKind::From(from) = &it.kind else { continue };
        // BuildKit goes no further here.
        let Some(name) = &stage.default_base else { return };
        if ImageReference::parse(name).is_err() {
            let written = &from.base.text;
            let message = format!("Default value for ARG {written} results in empty or invalid base image name");
            sink.report(&Place::of_file(it), from.base.range, message, Vec::new());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, check_request};
    use super::*;
    use crate::Request;

    #[test]
    fn names_are_looked_at_as_they_are_without_build_args() {
        let message = "Default value for ARG a:$B results in empty or invalid base image name";
        let source = "ARG B\nFROM a:$B\nFROM b\n";
        check(ID, source, &[("2:a:$B", message)]);
        let build_args = [("B".to_owned(), "1".to_owned())].into();
        let request = Request { source: source.to_owned(), build_args, ..Request::default() };
        assert_eq!(crate::analyze(&request).error(), None);
        check_request(ID, &request, &[("2:a:$B", message)]);
        check(ID, "ARG B=1\nFROM a:$B\n", &[]);
    }
}
