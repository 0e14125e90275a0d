//! `FromPlatformFlagIgnored`: no --platform where it changes nothing.

use crate::resolve::{Base, PLATFORM};

use super::rule::{Docs, Origin, Rule, RuleId};
use super::sink::{Sink, remove_flag};
use super::{Place, Subject};

const ID: RuleId = RuleId("FromPlatformFlagIgnored");

pub(super) const RULE: Rule = Rule {
    id: ID,
    origin: Origin::Stagewright,
    help: "give --platform to the FROM that starts from an image",
    check: look,
};

pub(super) const DOCS: Docs = Docs {
    id: ID,
    reports: "A `FROM` has `--platform`, but starts from a stage of the file, and the `FROM` of the image that \
              the stage goes back to says something else. Where both say the same, nothing is reported.",
    why: "BuildKit takes no notice of `--platform` on a stage, and says nothing: the stage keeps the platform \
          of the image that it goes back to. What looks like a build for another platform is none.",
    bad: "FROM alpine AS base\nFROM --platform=linux/arm64 base AS tools-arm64\nRUN uname -m\n",
    good: "FROM --platform=linux/arm64 alpine AS base-arm64\nFROM base-arm64 AS tools-arm64\nRUN uname -m\n",
    dockerignore: "",
};

fn look(subject: &Subject<'_>, sink: &mut Sink<'_>) {
    // What the FROM that each stage goes back to says of its platform.
    let mut roots: Vec<String> = Vec::with_capacity(subject.resolved.stages.len());
    for stage in &subject.resolved.stages {
        // `$X` and `${X}` are the same.
        let own = stage.platform_flag.as_ref().map(|flag| flag.text.replace(['{', '}'], "")).unwrap_or_default();
        let Base::Stage(base) = stage.base else {
            roots.push(own);
            continue;
        };
        let root = roots.get(base.0 as usize).cloned().unwrap_or_default();
        let default = stage.platform_value.as_ref().is_none_or(|value| value.is_target && root.is_empty());
        if let (Some(it), Some(base)) = (subject.from(stage), subject.resolved.stage(base))
            && own != root
            && !default
        {
            let range = it.flag("platform").map_or(it.range, |flag| flag.range);
            let name = &base.label;
            let message = format!("--platform is ignored: {name} is a stage of this file, and keeps its own platform");
            let fixes = vec![remove_flag("leave --platform out", subject.source, it, range)];
            sink.report(&Place::of_from(it).later(PLATFORM), range, message, fixes);
        }
        roots.push(root);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, check_fix};
    use super::*;

    #[test]
    fn only_what_differs_from_the_image_is_reported() {
        let message = "--platform is ignored: a is a stage of this file, and keeps its own platform";
        let found = [("2:--platform=$BUILDPLATFORM", message)];
        check(ID, "FROM x AS a\nFROM --platform=$BUILDPLATFORM a\n", &found);
        check(ID, "FROM --platform=$BUILDPLATFORM x AS a\nFROM --platform=${BUILDPLATFORM} a\n", &[]);
        check(ID, "FROM x AS a\nFROM --platform=$TARGETPLATFORM a\n", &[]);
        check(ID, "FROM --platform=linux/arm64 x AS a\nFROM --platform=$BUILDPLATFORM a\n", &found);
        check(ID, "FROM --platform=linux/arm64 x\n", &[]);
    }

    #[test]
    fn the_image_decides_over_any_number_of_stages() {
        let message = "--platform is ignored: b is a stage of this file, and keeps its own platform";
        let source =
            "FROM --platform=linux/arm x AS a\nFROM a AS b\nFROM --platform=linux/arm b\nFROM --platform=linux/386 b\n";
        check(ID, source, &[("4:--platform=linux/386", message)]);
    }

    #[test]
    fn the_flag_can_be_left_out() {
        check_fix(ID, "FROM x AS a\nFROM --platform=linux/arm a AS b\n", "FROM x AS a\nFROM a AS b\n");
    }
}
