//! What a rule is, what there is to read about it, and what it finds.

use std::fmt;

use crate::diagnostic::{Fix, Phase, each_line};
use crate::resolve::StageId;
use crate::text::{LineSpan, TextRange};

use super::{Sink, Subject};

/// The name of a rule, as `# check=skip=…` takes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleId(pub &'static str);

impl RuleId {
    /// The name in words with hyphens: `StageNameCasing` is `stage-name-casing`.
    #[must_use]
    pub fn kebab(self) -> String {
        let mut out = String::new();
        let mut was_lower = false;
        let mut letters = self.0.chars().peekable();
        while let Some(letter) = letters.next() {
            let begins_word = was_lower || letters.peek().is_some_and(char::is_ascii_lowercase);
            if letter.is_ascii_uppercase() && begins_word && !out.is_empty() {
                out.push('-');
            }
            was_lower = letter.is_ascii_lowercase();
            out.push(letter.to_ascii_lowercase());
        }
        out
    }
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// Whose rule it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// One of Docker's build checks.
    Docker,
    /// One of Docker's that has to be asked for: `# check=experimental=…`.
    DockerExperimental,
    /// One of ours, of which `docker build --check` knows nothing.
    Stagewright,
}

/// A rule: what runs.
pub struct Rule {
    /// Its name.
    pub id: RuleId,
    /// Whose it is.
    pub origin: Origin,
    /// What to do about a finding, in one sentence without a capital or full stop.
    pub help: &'static str,
    /// Looks for what it reports.
    pub(super) check: fn(&Subject<'_>, &mut Sink<'_>),
}

impl Rule {
    /// The address of Docker's page about it; none for our own rules.
    #[must_use]
    pub fn url(&self) -> Option<String> {
        let has_page = self.origin != Origin::Stagewright && self.id.0 != "InvalidBaseImagePlatform";
        has_page.then(|| format!("https://docs.docker.com/go/dockerfile/rule/{}/", self.id.kebab()))
    }
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.id.fmt(f)
    }
}

/// What there is to read about a rule. Plain text; names of the Dockerfile language stand between
/// backticks.
#[derive(Clone, Copy, Debug)]
pub struct Docs {
    /// The rule.
    pub id: RuleId,
    /// What it reports, in a sentence or two.
    pub reports: &'static str,
    /// Why that matters.
    pub why: &'static str,
    /// A Dockerfile in which the rule finds something; empty where none can show it.
    pub bad: &'static str,
    /// The same Dockerfile as it should be, in which it finds nothing.
    pub good: &'static str,
    /// The `.dockerignore` beside both; empty where the rule does not ask for one.
    pub dockerignore: &'static str,
}

/// Something that a rule found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule.
    pub rule: RuleId,
    /// What it says; for Docker's rules, what `docker build --check` prints.
    pub message: String,
    /// The place, as exact as we know it.
    pub range: TextRange,
    /// The lines that BuildKit names.
    pub lines: LineSpan,
    /// The stage that it is about; none where it is about the file.
    pub stage: Option<StageId>,
    /// The pass of BuildKit that comes across it, and the place in it.
    pub order: (Phase, u32),
    /// Whether `docker build --check` reports it. It does not where it stops at an error before, where
    /// the target does not need the stage, and of rules that are ours.
    pub in_check: bool,
    /// Whether `docker build` warns of it. Without a target, a check looks at all stages, a build only
    /// at those that the last one needs.
    pub in_build: bool,
    /// Edits of the text, each of which mends it.
    pub fixes: Vec<Fix>,
}

impl Finding {
    /// The lines as BuildKit lists them: one by one.
    #[must_use]
    pub fn each_line(&self) -> Vec<LineSpan> {
        each_line(self.lines)
    }

    /// What to do about it.
    #[must_use]
    pub fn help(&self) -> &'static str {
        super::rule(self.rule).map_or("", |rule| rule.help)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_of_a_rule_has_hyphens_between_its_words() {
        for (id, kebab) in [
            ("StageNameCasing", "stage-name-casing"),
            ("JSONArgsRecommended", "json-args-recommended"),
            ("SecretsUsedInArgOrEnv", "secrets-used-in-arg-or-env"),
        ] {
            assert_eq!(RuleId(id).kebab(), kebab);
        }
    }
}
