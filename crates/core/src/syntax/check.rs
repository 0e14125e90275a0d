//! The options of `# check=`: which checks are left out, which experimental ones are asked for, and
//! whether findings stop the build.
//!
//! Follows `ParseLintOptions` of BuildKit's `linter` package. Relies on the
//! [`directive`](super::directive) reader.

use super::directive::{self, DirectiveReader};
use super::quote::quoted;

/// A choice of rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleSet {
    /// Every rule.
    All,
    /// The rules of these names.
    Named(Vec<String>),
}

impl Default for RuleSet {
    fn default() -> Self {
        Self::Named(Vec::new())
    }
}

/// The options of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckOptions {
    /// Rules that are left out.
    pub skip: RuleSet,
    /// Experimental rules that are asked for.
    pub experimental: RuleSet,
    /// Whether findings stop the build.
    pub error: bool,
}

/// The value of `# check=` at the top of a file, up to its first space. BuildKit looks for it before
/// it reads the file, and a little differently: a `#!` line may stand in front.
pub(super) fn directive(source: &str) -> Option<String> {
    let source = source.strip_prefix('\u{feff}').unwrap_or(source);
    let mut reader = DirectiveReader::new(true);
    for (number, line) in (1..).zip(source.lines()) {
        let is_shebang = number == 1 && line.starts_with("#!");
        if !is_shebang && !reader.read(line, number).unwrap_or(false) {
            break;
        }
    }
    let found = reader.found.into_iter().find(|directive| directive.name == "check")?;
    Some(found.value.split(' ').next().unwrap_or_default().to_owned())
}

impl CheckOptions {
    /// Reads the value of `# check=`.
    ///
    /// # Errors
    /// BuildKit's message.
    pub fn parse(value: &str) -> Result<Self, String> {
        let mut options = Self::default();
        let value = value.trim();
        for part in value.splitn(3, ';').filter(|_| !value.is_empty()) {
            let Some((key, value)) = part.split_once('=') else {
                return Err(format!("invalid check option {}", quoted(part)));
            };
            let value = value.trim();
            let rules = || match value {
                "all" => RuleSet::All,
                names => RuleSet::Named(names.split(',').map(|name| name.trim().to_owned()).collect()),
            };
            match key.trim() {
                "skip" => options.skip = rules(),
                "experimental" => options.experimental = rules(),
                "error" => {
                    options.error = parse_bool(value).ok_or_else(|| {
                        let reason = format!("strconv.ParseBool: parsing {}: invalid syntax", quoted(value));
                        format!("failed to parse check option {}: {reason}", quoted(part))
                    })?;
                }
                key => return Err(format!("invalid check option {}", quoted(key))),
            }
        }
        Ok(options)
    }
}

/// The options that the comments above an instruction give for it alone: `# check=…`, with any words
/// behind the first blank. Only the first such comment counts, and not if it is wrong.
#[must_use]
pub fn check_options_in(comments: &[String]) -> Option<CheckOptions> {
    let value = comments.iter().find_map(|comment| directive::named(comment, "check"))?;
    CheckOptions::parse(value.split(' ').next().unwrap_or_default()).ok()
}

/// The values that Go takes for a boolean.
#[must_use]
pub fn parse_bool(value: &str) -> Option<bool> {
    match value {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_separated_by_semicolons() {
        let options = CheckOptions::parse("skip=A, B;experimental=all;error=true").unwrap();
        assert_eq!(options.skip, RuleSet::Named(vec!["A".into(), "B".into()]));
        assert_eq!((options.experimental, options.error), (RuleSet::All, true));
        assert_eq!(CheckOptions::parse(""), Ok(CheckOptions::default()));
    }

    #[test]
    fn mistakes_are_told_in_the_words_of_buildkit() {
        let message = |value: &str| CheckOptions::parse(value).unwrap_err();
        assert_eq!(message("skip"), "invalid check option \"skip\"");
        assert_eq!(message("skp=all"), "invalid check option \"skp\"");
        assert_eq!(
            message("error=tru"),
            "failed to parse check option \"error=tru\": strconv.ParseBool: parsing \"tru\": invalid syntax"
        );
    }

    #[test]
    fn the_directive_may_stand_below_a_shebang_line() {
        assert_eq!(directive("#!/usr/bin/env docker\n# check=skip=all now\nFROM a").as_deref(), Some("skip=all"));
        assert_eq!(directive("# syntax=x\r\n# check=error=true\r\n").as_deref(), Some("error=true"));
        assert_eq!(directive("FROM a\n# check=skip=all"), None);
    }
}
