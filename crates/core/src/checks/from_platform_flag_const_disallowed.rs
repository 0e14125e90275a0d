//! `FromPlatformFlagConstDisallowed`: --platform by a variable.

use crate::resolve::{PLATFORM, Platform};
use crate::syntax::quoted;

use super::rule::{Docs, Origin, Rule, RuleId};
use super::sink::Sink;
use super::{Place, Subject};

const ID: RuleId = RuleId("FromPlatformFlagConstDisallowed");

pub(super) const RULE: Rule = Rule {
    id: ID,
    origin: Origin::Docker,
    help: "use $BUILDPLATFORM or $TARGETPLATFORM, or name the stage by its platform",
    check: look,
};

pub(super) const DOCS: Docs = Docs {
    id: ID,
    reports: "A `FROM` has `--platform` with a constant. It is not reported where the name of the stage says \
          so: `FROM --platform=linux/arm64 alpine AS tools-arm64`.",
    why: "The image is then built for that platform whatever `docker build --platform` asks for, and a \
          build for several platforms gets the same one several times.",
    bad: "FROM --platform=linux/arm64 alpine AS base\nRUN true\n",
    good: "FROM --platform=$BUILDPLATFORM alpine AS base\nRUN true\n",
    dockerignore: "",
};

fn look(subject: &Subject<'_>, sink: &mut Sink<'_>) {
    for stage in &subject.resolved.stages {
        let (Some(it), Some(value)) = (subject.from(stage), stage.platform_value.as_ref()) else { continue };
        let Ok(platform) = Platform::parse(&value.value) else { continue };
        let name = if stage.is_named() { stage.label.as_str() } else { "" };
        if value.is_constant && !name.contains(&platform.os) && !name.contains(&platform.architecture) {
            let message = format!("FROM --platform flag should not use constant value {}", quoted(&value.value));
            let range = it.flag("platform").map_or(it.range, |flag| flag.range);
            sink.report(&Place::of_from(it).later(PLATFORM), range, message, Vec::new());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::check;
    use super::*;

    #[test]
    fn a_name_that_tells_the_platform_is_fine() {
        let message = "FROM --platform flag should not use constant value \"linux/arm64\"";
        check(ID, "FROM --platform=linux/arm64 a AS b\n", &[("1:--platform=linux/arm64", message)]);
        check(ID, "FROM --platform=linux/arm64 a AS b-arm64\n", &[]);
        check(ID, "FROM --platform=linux/arm64 a AS linux\n", &[]);
    }
}
