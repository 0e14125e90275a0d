//! `RedundantTargetPlatform`: no --platform=$TARGETPLATFORM.

use crate::resolve::PLATFORM;

use super::rule::{Docs, Origin, Rule, RuleId};
use super::sink::{Sink, remove_flag};
use super::{Place, Subject};

const ID: RuleId = RuleId("RedundantTargetPlatform");

pub(super) const RULE: Rule = Rule { id: ID, origin: Origin::Docker, help: "leave --platform out", check: look };

pub(super) const DOCS: Docs = Docs {
    id: ID,
    reports: "A `FROM` has `--platform=$TARGETPLATFORM`.",
    why: "That is the platform that it is built for anyway. Who reads it looks for a reason.",
    bad: "FROM --platform=$TARGETPLATFORM alpine\nRUN true\n",
    good: "FROM alpine\nRUN true\n",
    dockerignore: "",
};

fn look(subject: &Subject<'_>, sink: &mut Sink<'_>) {
    for stage in &subject.resolved.stages {
        let (Some(it), Some(value), Some(flag)) =
            (subject.from(stage), stage.platform_value.as_ref(), stage.platform_flag.as_ref())
        else {
            continue;
        };
        if !value.is_target {
            continue;
        }
        let written = &flag.text;
        let message =
            format!("Setting platform to predefined {written} in FROM is redundant as this is the default behavior");
        let whole = it.flag("platform").map_or(flag.range, |flag| flag.range);
        let fixes = vec![remove_flag("leave --platform out", subject.source, it, whole)];
        sink.report(&Place::of_from(it).later(PLATFORM), whole, message, fixes);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, check_fix};
    use super::*;

    #[test]
    fn only_the_variable_alone_is_reported() {
        let message =
            "Setting platform to predefined ${TARGETPLATFORM} in FROM is redundant as this is the default behavior";
        check(ID, "FROM --platform=${TARGETPLATFORM} a\n", &[("1:--platform=${TARGETPLATFORM}", message)]);
        check(ID, "FROM --platform=$BUILDPLATFORM a\n", &[]);
        check(ID, "FROM --platform=linux/$TARGETARCH a\n", &[]);
        check_fix(ID, "FROM --platform=$TARGETPLATFORM  a AS b\n", "FROM a AS b\n");
    }
}
