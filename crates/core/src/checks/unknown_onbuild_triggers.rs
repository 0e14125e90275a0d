//! `UnknownOnbuildTriggers`: what an image adds to a build by ONBUILD cannot be seen here.

use crate::resolve::Base;

use super::rule::{Docs, Origin, Rule, RuleId};
use super::sink::Sink;
use super::{Place, Subject};

const ID: RuleId = RuleId("UnknownOnbuildTriggers");

pub(super) const RULE: Rule = Rule {
    id: ID,
    origin: Origin::Stagewright,
    help: "read what the image adds with `docker image inspect`, or start from one without ONBUILD",
    check: look,
};

pub(super) const DOCS: Docs = Docs {
    id: ID,
    reports: "A `FROM` starts from an image whose name or tag says that it has `ONBUILD` instructions.",
    why: "They run first in the stage, as if they stood below its `FROM`: they add steps, can copy files from \
          the build context or from other stages, and so can make the build need stages that the file does not \
          name. Only the registry knows them, so that they are missing from the graph and the build order here.",
    bad: "FROM node:onbuild\nEXPOSE 8080\n",
    good: "FROM node:22\nWORKDIR /usr/src/app\nCOPY package.json ./\nRUN npm install\nCOPY . .\nEXPOSE 8080\n",
    dockerignore: "",
};

fn look(subject: &Subject<'_>, sink: &mut Sink<'_>) {
    for stage in &subject.resolved.stages {
        let (Some(it), Base::Image(image)) = (subject.from(stage), &stage.base) else { continue };
        let name = image.path.rsplit('/').next();
        let says_so = [name, image.tag.as_deref()].into_iter().flatten().any(|part| part.contains("onbuild"));
        if says_so {
            let message = format!("What the ONBUILD instructions of {} add is not known here", image.familiar());
            sink.report(&Place::of_from(it), stage.base_name.written.range, message, Vec::new());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::check;
    use super::*;

    #[test]
    fn the_name_or_the_tag_tells() {
        let message = "What the ONBUILD instructions of node:8-onbuild add is not known here";
        check(ID, "FROM node:8-onbuild\n", &[("1:node:8-onbuild", message)]);
        let message = "What the ONBUILD instructions of acme/python-onbuild add is not known here";
        check(ID, "FROM acme/python-onbuild AS a\nFROM a\n", &[("1:acme/python-onbuild", message)]);
        check(ID, "FROM onbuild.example.com/node AS a\nONBUILD RUN true\nFROM a\n", &[]);
    }
}
