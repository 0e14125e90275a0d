//! How the rules are tested: by a Dockerfile, and what is to be found in it.

#![cfg(test)]

use crate::{Request, analyze};

use super::{DOCS, RULES, RuleId};

/// Checks what one rule finds: `line:text` of every finding with its message, the text being what its
/// range covers. A fix has to make its finding go away.
#[track_caller]
pub(super) fn check(rule: RuleId, source: &str, expected: &[(&str, &str)]) {
    let request = Request { source: source.to_owned(), ..Request::default() };
    check_request(rule, &request, expected);
}

/// The same for a whole request.
#[track_caller]
pub(super) fn check_request(rule: RuleId, request: &Request, expected: &[(&str, &str)]) {
    let analysis = analyze(request);
    let found: Vec<_> = analysis.findings.iter().filter(|finding| finding.rule == rule).collect();
    let shown: Vec<(String, &str)> = found
        .iter()
        .map(|finding| {
            let range = finding.range;
            let text = range.of(&request.source);
            (format!("{}:{text}", analysis.lines.line_of(range.start)), finding.message.as_str())
        })
        .collect();
    let shown: Vec<(&str, &str)> = shown.iter().map(|(place, message)| (place.as_str(), *message)).collect();
    assert_eq!(shown, expected, "{}", request.source);
}

/// Checks what the fixes of a rule's findings make of a Dockerfile, one after the other.
#[track_caller]
pub(super) fn check_fix(rule: RuleId, source: &str, expected: &str) {
    let mut text = source.to_owned();
    for _ in 0..20 {
        let request = Request { source: text.clone(), ..Request::default() };
        let findings = analyze(&request).findings;
        let fix = findings.iter().filter(|finding| finding.rule == rule).find_map(|finding| finding.fixes.first());
        let Some(fix) = fix else { break };
        text = crate::text::apply(&text, &fix.edits);
    }
    assert_eq!(text, expected, "{source}");
}

#[test]
fn every_rule_has_docs_and_examples_that_show_it() {
    assert_eq!(
        RULES.iter().map(|rule| rule.id).collect::<Vec<_>>(),
        DOCS.iter().map(|docs| docs.id).collect::<Vec<_>>()
    );
    for (rule, docs) in RULES.iter().zip(DOCS) {
        let count = |source: &str| {
            let dockerignore = Some(docs.dockerignore.to_owned()).filter(|text| !text.is_empty());
            let request = Request { source: source.to_owned(), dockerignore, ..Request::default() };
            let analysis = analyze(&request);
            let n_found = analysis.findings.iter().filter(|finding| finding.rule == rule.id).count();
            (n_found, analysis.error().is_none())
        };
        assert!(!docs.reports.is_empty() && !docs.why.is_empty() && !rule.help.is_empty(), "{}", rule.id);
        // What only the registry knows cannot be shown.
        if rule.id.0 != "InvalidBaseImagePlatform" {
            assert!(count(docs.bad).0 > 0, "the bad example of {}", rule.id);
            assert_eq!(count(docs.good), (0, true), "the good example of {} builds", rule.id);
        }
    }
}

#[test]
fn no_two_rules_have_one_name() {
    let mut ids: Vec<RuleId> = RULES.iter().map(|rule| rule.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), RULES.len());
}
