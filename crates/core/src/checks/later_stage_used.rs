//! `LaterStageUsed`: stages are made from those above them.

use crate::lookup::Lookup;
use crate::resolve::{Base, ReadKind, Source, Stage};

use super::rule::{Docs, Origin, Rule, RuleId};
use super::sink::Sink;
use super::{Place, Subject};

const ID: RuleId = RuleId("LaterStageUsed");

pub(super) const RULE: Rule =
    Rule { id: ID, origin: Origin::Stagewright, help: "move that stage above this one", check: look };

pub(super) const DOCS: Docs = Docs {
    id: ID,
    reports: "A `COPY --from`, a mount or a `FROM` names a stage that stands further down in the file. `FROM` is \
              left alone where that stage is itself made from an image of the name.",
    why: "With `COPY --from` and mounts the build stops as soon as a target needs the stage. `FROM` takes the \
          name for that of an image, and pulls it from Docker Hub, whatever it may be.",
    bad: "FROM alpine\nCOPY --from=build /app /app\nFROM golang:1.24 AS build\nRUN go build -o /app .\n",
    good: "FROM golang:1.24 AS build\nRUN go build -o /app .\nFROM alpine\nCOPY --from=build /app /app\n",
    dockerignore: "",
};

fn look(subject: &Subject<'_>, sink: &mut Sink<'_>) {
    let stages = &subject.resolved.stages;
    for site in &subject.sites {
        for read in &site.command.reads {
            let Source::Stage(source) = read.source else { continue };
            let Some(source) = subject.resolved.stage(source).filter(|source| source.id > site.stage.id) else {
                continue;
            };
            let verb = if read.by == ReadKind::Mount { "A mount" } else { "COPY" };
            let message = format!("{verb} takes files from stages above it only, and {} stands below", source.label);
            sink.report(&Place::of_site(site), read.range, message, Vec::new());
        }
    }
    let mut below: Lookup<&str, &Stage> = Lookup::default();
    for stage in stages.iter().rev() {
        let later = below.get(stage.base_name.value.as_str());
        if let (Some(it), Some(later), Base::Image(_)) = (subject.from(stage), later, &stage.base)
            && !is_like_its_image(later)
        {
            let message = format!("FROM {} is an image: the stage of that name stands below", later.label);
            sink.report(&Place::of_from(it), stage.base_name.written.range, message, Vec::new());
        }
        if stage.is_named() {
            below.insert(&stage.label, stage);
        }
    }
}

/// Whether a stage has the name of the image it is made from, so that the name means both.
fn is_like_its_image(stage: &Stage) -> bool {
    match &stage.base {
        Base::Image(image) => image.path.rsplit('/').next() == Some(&stage.label),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::check;
    use super::*;

    #[test]
    fn copies_and_mounts_from_below_are_reported() {
        let copy = "COPY takes files from stages above it only, and b stands below";
        check(ID, "FROM x AS a\nCOPY --from=B / /\nFROM y AS b\nFROM z\n", &[("2:B", copy)]);
        check(ID, "FROM x AS a\nCOPY --from=1 / /\nFROM y AS b\nFROM z\n", &[("2:1", copy)]);
        let mount = "A mount takes files from stages above it only, and b stands below";
        check(ID, "FROM x AS a\nRUN --mount=from=b,target=/b true\nFROM y AS b\n", &[("2:b", mount)]);
        check(ID, "FROM x AS a\nFROM y AS b\nCOPY --from=a / /\n", &[]);
    }

    #[test]
    fn a_from_of_a_stage_below_is_an_image() {
        let message = "FROM b is an image: the stage of that name stands below";
        check(ID, "FROM b AS a\nFROM y AS b\n", &[("1:b", message)]);
        check(ID, "FROM alpine AS a\nFROM alpine:3 AS alpine\n", &[]);
        check(ID, "FROM python AS python\n", &[]);
    }
}
