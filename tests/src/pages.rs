//! The pages of documentation that are written from the program: all of `docs/checks.md`, and the figures
//! in `docs/conformance.md`. `cargo xtask docs` writes them, and a test holds them to be current.

use std::fmt::Write as _;

use stagewright::checks::{self, DOCS, Docs, Finding, Origin, RULES, Rule};
use stagewright::{Request, analyze};

use crate::agreement::Agreement;
use crate::classic;
use crate::facet::Facet;
use crate::project::read;
use crate::recorded::{SETS, set};
use crate::scenarios::{Outcome, compare};

/// The pages as they should be: the path of each, and its text.
#[must_use]
pub fn pages() -> Vec<(&'static str, String)> {
    let conformance = with_figures(&read(CONFORMANCE), FIGURES, &figures());
    let conformance = with_figures(&conformance, CACHE, &cache_figures());
    let conformance = with_figures(&conformance, CLASSIC, &classic_figures());
    vec![("docs/checks.md", checks_page()), (CONFORMANCE, conformance)]
}

const CONFORMANCE: &str = "docs/conformance.md";

/// Between these lines stand figures: how many answers agree, and how many builds.
const FIGURES: &str = "<!-- figures: written by `cargo xtask docs` -->\n";
const CACHE: &str = "<!-- figures of the cache: written by `cargo xtask docs` -->\n";
const CLASSIC: &str = "<!-- figures of the classic builder: written by `cargo xtask docs` -->\n";
const END: &str = "<!-- end of the figures -->\n";

const INTRODUCTION: &str = "# The checks

Written by `cargo xtask docs` from `crates/core/src/checks`. Do not edit this page.

A check reports what builds, but is likely a mistake.
Docker's checks are those of `docker build --check`, and say the same in the same words.
The others are ours, and no part of what Docker reports.

Any of them is left out by a line at the top of the Dockerfile:

```dockerfile
# check=skip=JSONArgsRecommended,UnusedStage
```

The same line right above an instruction leaves it out there, for the checks that look at single instructions.
`skip=all` leaves out all of them.
`error=true` makes a build fail of what Docker's checks find; ours never do.

The playground shows as a *warning* what `docker build` prints, and as a *note* what it does not print: all of ours, and what Docker's checks find where the build does not get.
";

fn checks_page() -> String {
    let mut out = INTRODUCTION.to_owned();
    let rules = || RULES.iter().copied().zip(DOCS.iter().copied());
    let is_ours = |rule: &Rule| rule.origin == Origin::Stagewright;
    for (title, ours) in [("Docker's", false), ("Ours", true)] {
        let _ = writeln!(out, "\n## {title}\n\n| check | what to do |\n|---|---|");
        for (rule, _) in rules().filter(|(rule, _)| is_ours(rule) == ours) {
            let anchor = rule.id.0.to_ascii_lowercase();
            let _ = writeln!(out, "| [{}](#{anchor}) | {} |", rule.id, rule.help);
        }
        for (rule, docs) in rules().filter(|(rule, _)| is_ours(rule) == ours) {
            section(&mut out, rule, docs);
        }
    }
    out
}

fn section(out: &mut String, rule: &Rule, docs: &Docs) {
    let origin = match rule.origin {
        Origin::Docker => "One of Docker's",
        Origin::DockerExperimental => "One of Docker's, which has to be asked for",
        Origin::Stagewright => "One of ours, which `docker build` does not print",
    };
    let url = rule.url().map(|url| format!(", [described by Docker]({url})")).unwrap_or_default();
    let _ = writeln!(out, "\n### {}\n\n{origin}{url}.\n", rule.id);
    let _ = writeln!(out, "{}\n\n{}\n", docs.reports, docs.why);
    let _ = writeln!(out, "What to do: {}.", rule.help);
    if docs.bad.is_empty() {
        return;
    }
    let findings = found(rule, docs);
    block(out, "For example", docs.bad);
    if !docs.dockerignore.is_empty() {
        let _ = writeln!(out, "\nwith this `.dockerignore`:\n\n```\n{}```", docs.dockerignore);
    }
    let mut messages: Vec<&str> = findings.iter().map(|finding| finding.message.as_str()).collect();
    messages.dedup();
    let _ = writeln!(out, "\nsays\n\n```\n{}\n```", messages.join("\n"));
    block(out, "Instead", docs.good);
    let titles: Vec<&str> = findings.iter().flat_map(|finding| &finding.fixes).map(|fix| fix.title.as_str()).collect();
    if let Some(title) = titles.first() {
        let _ = writeln!(out, "\nThe fix that is offered: {title}.");
    }
}

fn block(out: &mut String, heading: &str, dockerfile: &str) {
    let _ = writeln!(out, "\n{heading}:\n\n```dockerfile\n{dockerfile}```");
}

/// What a rule finds in its bad example.
fn found(rule: &Rule, docs: &Docs) -> Vec<Finding> {
    let dockerignore = Some(docs.dockerignore.to_owned()).filter(|text| !text.is_empty());
    let request = Request { source: docs.bad.to_owned(), dockerignore, ..Request::default() };
    let findings = analyze(&request).findings;
    findings.into_iter().filter(|finding| checks::rule(finding.rule).is_some_and(|it| it.id == rule.id)).collect()
}

/// How many cases of each set agree in each facet, as a table.
fn figures() -> String {
    let sets: Vec<Agreement> = SETS.into_iter().map(|name| Agreement::of(set(name))).collect();
    let mut out = String::from("| facet |");
    for agreement in &sets {
        let _ = write!(out, " {} |", agreement.set.name);
    }
    let _ = write!(out, "\n|---|{}\n", "---|".repeat(sets.len()));
    for facet in Facet::ALL {
        let _ = write!(out, "| `{}` |", facet.name());
        for agreement in &sets {
            let n_cases = agreement.answers.len();
            let n_agree = n_cases - agreement.others(facet).len();
            let _ = write!(out, " {n_agree} of {n_cases} |");
        }
        out.push('\n');
    }
    out
}

/// How many scenarios of two builds agree.
fn cache_figures() -> String {
    let outcome = compare();
    let n_agree = outcome.n_compared - outcome.others.len();
    let Outcome { n_compared, n_steps, .. } = outcome;
    format!("{n_agree} of {n_compared} scenarios agree, with {n_steps} steps in their second builds.\n")
}

/// How many scenarios of the classic builder agree.
fn classic_figures() -> String {
    let agreement = classic::compare();
    let n_agree = agreement.n_scenarios - agreement.others.len();
    format!(
        "{n_agree} of {} scenarios agree, with {} steps in their builds.\n",
        agreement.n_scenarios, agreement.n_steps
    )
}

/// A page with other figures between a line and the end of figures.
///
/// # Panics
/// If the page has no such lines.
fn with_figures(page: &str, begin: &str, figures: &str) -> String {
    match page.split_once(begin).and_then(|(before, rest)| Some((before, rest.split_once(END)?.1))) {
        Some((before, behind)) => format!("{before}{begin}\n{figures}\n{END}{behind}"),
        None => panic!("{CONFORMANCE} has no place for its figures: {begin}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_figures_of_a_page_are_changed() {
        let page = format!("a\n{FIGURES}old\n{END}b\n{CACHE}{END}");
        let expected = format!("a\n{FIGURES}\nnew\n\n{END}b\n{CACHE}{END}");
        assert_eq!(with_figures(&page, FIGURES, "new\n"), expected);
    }
}
