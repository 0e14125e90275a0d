//! `FromAsCasing`: FROM and AS in the same letter case.

use super::rule::{Docs, Origin, Rule, RuleId};
use super::sink::{Sink, replace};
use super::{Place, Subject};

const ID: RuleId = RuleId("FromAsCasing");

pub(super) const RULE: Rule =
    Rule { id: ID, origin: Origin::Docker, help: "write `AS` in the letter case of `FROM`", check: look };

pub(super) const DOCS: Docs = Docs {
    id: ID,
    reports: "The keyword `AS` is not written in the letter case of its `FROM`: all capitals, or none.",
    why: "BuildKit takes either, but a line in two styles reads as if the words meant something else.",
    bad: "FROM alpine as base\nRUN true\n",
    good: "FROM alpine AS base\nRUN true\n",
    dockerignore: "",
};

fn look(subject: &Subject<'_>, sink: &mut Sink<'_>) {
    for from in &subject.froms {
        let Some(word) = from.as_word else { continue };
        let keyword = &from.it.keyword.text;
        let expected = if *keyword == keyword.to_ascii_lowercase() {
            word.text.to_ascii_lowercase()
        } else if *keyword == keyword.to_ascii_uppercase() {
            word.text.to_ascii_uppercase()
        } else {
            // Another rule reports a keyword in both cases.
            continue;
        };
        if expected != word.text {
            let message = format!("'{}' and '{keyword}' keywords' casing do not match", word.text);
            let fixes = vec![replace(format!("write {expected}"), word.range, expected)];
            sink.report(&Place::of_instruction(from.it), word.range, message, fixes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, check_fix};
    use super::*;

    #[test]
    fn as_has_the_case_of_from() {
        check(
            ID,
            "FROM a As b\nfrom c AS d\nFrom e as f\n",
            &[
                ("1:As", "'As' and 'FROM' keywords' casing do not match"),
                ("2:AS", "'AS' and 'from' keywords' casing do not match"),
            ],
        );
        check_fix(ID, "FROM a as b\nfrom c AS d\n", "FROM a AS b\nfrom c as d\n");
    }

    #[test]
    fn lines_that_are_refused_are_looked_at_all_the_same() {
        check(ID, "FROM a as 1b\n", &[("1:as", "'as' and 'FROM' keywords' casing do not match")]);
        check(ID, "FROM a b\n", &[]);
    }
}
