//! `InvalidBaseImagePlatform`: base images for the platform that is built.

use super::Subject;
use super::rule::{Docs, Origin, Rule, RuleId};
use super::sink::Sink;

const ID: RuleId = RuleId("InvalidBaseImagePlatform");

pub(super) const RULE: Rule = Rule {
    id: ID,
    origin: Origin::Docker,
    help: "choose an image, or a tag of it, that exists for the platform",
    check: look,
};

pub(super) const DOCS: Docs = Docs {
    id: ID,
    reports: "A base image was pulled for another platform than the one that is built, because it does not \
          exist for that.",
    why: "What is in it does not run without emulation, and the image that is made of it claims to be for \
          another platform. Only the registry knows which platforms an image has: `docker build` reports \
          it, and nobody who does not ask the registry can.",
    bad: "",
    good: "",
    dockerignore: "",
};

/// Nothing is known here about images outside the file.
fn look(_: &Subject<'_>, _: &mut Sink<'_>) {}
