//! `SecretsUsedInArgOrEnv`: no secrets in ARG and ENV.

use crate::syntax::{InstructionKind, quoted};

use super::rule::{Docs, Origin, Rule, RuleId};
use super::sink::Sink;
use super::{Place, Subject};

const ID: RuleId = RuleId("SecretsUsedInArgOrEnv");

pub(super) const RULE: Rule = Rule {
    id: ID,
    origin: Origin::Docker,
    help: "pass it to the one RUN that needs it with --mount=type=secret",
    check: look,
};

pub(super) const DOCS: Docs = Docs {
    id: ID,
    reports: "The name that an `ARG` or `ENV` of a stage sets says that it is a secret: one of its words, \
          between underscores, is `key`, `token`, `password` or the like. Names with `public`, `file` or \
          `version` among their words are left alone.",
    why: "Values of `ARG` and `ENV` are kept in the image or its history, for everybody who can pull it. A \
          secret mount leaves no trace.",
    bad: "FROM alpine\nARG NPM_TOKEN\nRUN true\n",
    good: "FROM alpine\nRUN --mount=type=secret,id=npm_token true\n",
    dockerignore: "",
};

fn look(subject: &Subject<'_>, sink: &mut Sink<'_>) {
    for site in &subject.sites {
        let (keyword, n_words) = match &site.instruction.kind {
            InstructionKind::Env(pairs) => ("ENV", pairs.len()),
            InstructionKind::Arg(definitions) => ("ARG", definitions.len()),
            _ => continue,
        };
        for (index, name) in site.command.expanded.iter().enumerate().take(n_words) {
            if !is_secret(name) {
                continue;
            }
            let range = match &site.instruction.kind {
                InstructionKind::Env(pairs) => pairs[index].key.range,
                InstructionKind::Arg(definitions) => definitions[index].name.range,
                _ => continue,
            };
            let message = format!("Do not use ARG or ENV instructions for sensitive data ({keyword} {})", quoted(name));
            sink.report(&Place::of_site(site), range, message, Vec::new());
        }
    }
}

/// Whether one of the words of a name says that it is a secret, and none that it is not.
pub(super) fn is_secret(name: &str) -> bool {
    const SECRET: [&str; 10] =
        ["apikey", "auth", "credential", "credentials", "key", "password", "pword", "passwd", "secret", "token"];
    const PLAIN: [&str; 3] = ["public", "file", "version"];
    let has = |words: &[&str]| name.split('_').any(|part| words.iter().any(|word| word.eq_ignore_ascii_case(part)));
    has(&SECRET) && !has(&PLAIN)
}

#[cfg(test)]
mod tests {
    use super::super::testing::check;
    use super::*;

    #[test]
    fn names_are_looked_at_word_by_word() {
        for (name, expected) in [
            ("TOKEN", true),
            ("github_Token", true),
            ("API_KEY_ID", true),
            ("TOKENS", false),
            ("KEYBOARD", false),
            ("PUBLIC_KEY", false),
            ("KEY_FILE", false),
            ("a_apikey", true),
        ] {
            assert_eq!(is_secret(name), expected, "{name}");
        }
    }

    #[test]
    fn arguments_before_the_first_stage_are_not_looked_at() {
        check(
            ID,
            "ARG A_KEY\nFROM a\nENV B_KEY=1 C=2\n",
            &[("3:B_KEY", "Do not use ARG or ENV instructions for sensitive data (ENV \"B_KEY\")")],
        );
    }
}
