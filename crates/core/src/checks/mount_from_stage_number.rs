//! `MountFromStageNumber`: mounts know stages by their names only.

use crate::resolve::{ReadKind, Source, StageId};
use crate::syntax::quoted;

use super::rule::{Docs, Origin, Rule, RuleId};
use super::sink::{Sink, replace};
use super::{Place, Subject};

const ID: RuleId = RuleId("MountFromStageNumber");

pub(super) const RULE: Rule =
    Rule { id: ID, origin: Origin::Stagewright, help: "give the stage a name, and mount it by that", check: look };

pub(super) const DOCS: Docs = Docs {
    id: ID,
    reports: "A mount of `RUN` has a number behind `from=`.",
    why: "Only `COPY --from` takes the number of a stage. In a mount, `from=0` is an image with the name `0`, \
          which the build then looks for on Docker Hub.",
    bad: "FROM golang:1.24\nRUN go env -json > /env.json\nFROM alpine\nRUN --mount=from=0,source=/env.json,target=/env.json cat /env.json\n",
    good: "FROM golang:1.24 AS build\nRUN go env -json > /env.json\nFROM alpine\nRUN --mount=from=build,source=/env.json,target=/env.json cat /env.json\n",
    dockerignore: "",
};

fn look(subject: &Subject<'_>, sink: &mut Sink<'_>) {
    for site in &subject.sites {
        for read in site.command.reads.iter().filter(|read| read.by == ReadKind::Mount) {
            let Source::Image(image) = read.source else { continue };
            let Some(written) = subject.resolved.images.get(image.0 as usize).map(|image| &image.written.text) else {
                continue;
            };
            if !written.bytes().all(|c| c.is_ascii_digit()) {
                continue;
            }
            let message = format!(
                "from={written} is an image with the name {}: a mount takes no stage by its number",
                quoted(written)
            );
            let stage = written.parse().ok().and_then(|number| subject.resolved.stage(StageId(number)));
            let meant = stage.filter(|stage| stage.is_named() && stage.id < site.stage.id);
            let is_exact = read.range.of(subject.source) == *written;
            let fix = meant
                .filter(|_| is_exact)
                .map(|stage| replace(format!("write {}", stage.label), read.range, &*stage.label));
            sink.report(&Place::of_site(site), read.range, message, fix.into_iter().collect());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, check_fix};
    use super::*;

    #[test]
    fn numbers_in_mounts_are_reported_and_those_in_copies_are_not() {
        let message = "from=0 is an image with the name \"0\": a mount takes no stage by its number";
        check(ID, "FROM x\nFROM y\nRUN --mount=target=/m,from=0 ls\n", &[("3:0", message)]);
        check(ID, "FROM x\nFROM y\nCOPY --from=0 / /\n", &[]);
        check(ID, "FROM x\nFROM y\nRUN --mount=target=/m,from=3scale ls\n", &[]);
    }

    #[test]
    fn the_name_of_the_stage_can_be_put_in() {
        let source = |from| format!("FROM x AS a\nFROM y\nRUN --mount=target=/m,from={from} ls\n");
        check_fix(ID, &source("0"), &source("a"));
        check_fix(ID, &source("1"), &source("1"));
    }
}
