//! What the checks find.

use serde::Serialize;
use stagewright::checks;
use tsify::Tsify;

use super::diagnostic::Fix;
use super::text::{LineSpan, Positions, TextRange};

/// Something that builds, but is likely a mistake.
#[derive(Clone, Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(missing_as_null)]
pub struct Finding {
    /// The name of the rule, as `# check=skip=…` takes it.
    pub rule: String,
    /// Whose rule it is.
    pub origin: RuleOrigin,
    /// What it says: for Docker's rules what `docker build --check` does, word for word; for ours, our words.
    pub message: String,
    /// What to do about it, in one sentence without a capital or full stop.
    pub help: String,
    /// The address of Docker's page about the rule; null where there is none.
    pub url: Option<String>,
    /// The place, as exact as it is known.
    pub range: TextRange,
    /// The lines that BuildKit names.
    pub lines: LineSpan,
    /// The stage that it is about, as an index of `Analysis.stages`; null where it is about the file.
    pub stage: Option<u32>,
    /// Whether `docker build --check` reports it: not where it stops at an error before, where the target does
    /// not need the stage, and of rules that are not Docker's.
    pub in_check: bool,
    /// Whether `docker build` warns of it. Without a target, a check looks at all stages, a build only at those
    /// that the last one needs.
    pub in_build: bool,
    /// Changes of the text, each of which mends it.
    pub fixes: Vec<Fix>,
}

/// Whose a rule is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub enum RuleOrigin {
    /// One of Docker's build checks.
    Docker,
    /// One of Docker's that has to be asked for: `# check=experimental=…`.
    DockerExperimental,
    /// One of ours, of which `docker build --check` knows nothing.
    Stagewright,
}

impl Finding {
    pub(super) fn new(finding: &checks::Finding, at: &Positions<'_>) -> Self {
        let rule = checks::rule(finding.rule);
        Self {
            rule: finding.rule.0.to_owned(),
            origin: rule.map_or(RuleOrigin::Docker, |rule| rule.origin.into()),
            message: finding.message.clone(),
            help: finding.help().to_owned(),
            url: rule.and_then(checks::Rule::url),
            range: at.range(finding.range),
            lines: finding.lines.into(),
            stage: finding.stage.map(|stage| stage.0),
            in_check: finding.in_check,
            in_build: finding.in_build,
            fixes: finding.fixes.iter().map(|fix| Fix::new(fix, at)).collect(),
        }
    }
}

impl From<checks::Origin> for RuleOrigin {
    fn from(origin: checks::Origin) -> Self {
        match origin {
            checks::Origin::Docker => Self::Docker,
            checks::Origin::DockerExperimental => Self::DockerExperimental,
            checks::Origin::Stagewright => Self::Stagewright,
        }
    }
}
