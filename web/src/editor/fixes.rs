//! The problems of a text as the editor tells them: each by its number, with what mends it, and how the lines
//! look then.
//!
//! Pure. The order of the problems is decided here, for the marks in the text ([`paint`](super::paint)) and
//! for the questions about them ([`language`](super::language)).

use stagewright::checks::{self, Finding};
use stagewright::diagnostic::{Diagnostic, Fix, Severity};
use stagewright::text::{LineIndex, TextRange};

use crate::analysis::Answer;
use crate::mend::Mend;

/// Lines of a preview, at most.
const LONGEST: usize = 8;

/// Something wrong with a text.
#[derive(Clone, Copy, Debug)]
pub enum Problem<'a> {
    /// What BuildKit refuses.
    Error(&'a Diagnostic),
    /// What a check found.
    Finding(&'a Finding),
}

/// The problems of a text, in the order of their numbers. A text that is not written yet has none.
#[must_use]
pub fn problems(answer: &Answer) -> Vec<Problem<'_>> {
    let mut all = Vec::new();
    if !answer.is_blank() {
        all.extend(answer.analysis.diagnostics.iter().map(Problem::Error));
        all.extend(answer.analysis.findings.iter().map(Problem::Finding));
    }
    all
}

impl<'a> Problem<'a> {
    /// The number of its severity in web/js/editor: 0 stops the build, 1 is printed by it, 2 is only said here.
    #[must_use]
    pub fn severity(self) -> u32 {
        match self {
            Self::Error(problem) => match problem.severity {
                Severity::Error => 0,
                Severity::Warning => 1,
            },
            Self::Finding(finding) if finding.in_build => 1,
            Self::Finding(_) => 2,
        }
    }

    /// What is wrong.
    #[must_use]
    pub fn message(self) -> &'a str {
        match self {
            Self::Error(problem) => &problem.message,
            Self::Finding(finding) => &finding.message,
        }
    }

    /// The check that says so, or `error`.
    #[must_use]
    pub fn rule(self) -> &'static str {
        match self {
            Self::Error(problem) => problem.rule,
            Self::Finding(finding) => finding.rule.0,
        }
    }

    /// What to do about it; empty where we do not know.
    #[must_use]
    pub fn help(self) -> &'a str {
        match self {
            Self::Error(problem) => problem.help.as_deref().unwrap_or_default(),
            Self::Finding(finding) => finding.help(),
        }
    }

    /// The address of a page about it.
    #[must_use]
    pub fn url(self) -> Option<String> {
        match self {
            Self::Error(_) => None,
            Self::Finding(finding) => checks::rule(finding.rule)?.url(),
        }
    }

    /// Where it is: its lines, where there is no place in them.
    #[must_use]
    pub fn range(self, answer: &Answer) -> TextRange {
        let (range, lines) = match self {
            Self::Error(problem) => (problem.range, problem.lines.first().copied()),
            Self::Finding(finding) => (finding.range, Some(finding.lines)),
        };
        match lines {
            Some(span) if range.is_empty() => answer.analysis.lines.range_of_span(&answer.source, span),
            _ => range,
        }
    }

    /// The changes of the text that mend it, each on its own.
    #[must_use]
    pub fn fixes(self) -> &'a [Fix] {
        match self {
            Self::Error(problem) => problem.fix.as_slice(),
            Self::Finding(finding) => &finding.fixes,
        }
    }
}

/// One change that mends every problem of a rule, and how many those are; none where it would mend no
/// more than one.
#[must_use]
pub fn fix_of_all(answer: &Answer, rule: &str) -> Option<(usize, Mend)> {
    let all = problems(answer);
    let fixes = || all.iter().filter(|problem| problem.rule() == rule).filter_map(|problem| problem.fixes().first());
    let (n_mended, mend) = Mend::all(&answer.source, fixes());
    (n_mended > 1).then_some((n_mended, mend))
}

/// The lines that a change changes: `- ` before a line as it is, `+ ` before one as it will be, `… ` where there
/// are more.
#[must_use]
pub fn preview(mend: &Mend, lines: &LineIndex) -> Vec<String> {
    let mut out = Vec::new();
    for change in mend.changes(lines) {
        let signed = |sign: &'static str, text: Option<String>| {
            let lines = text.unwrap_or_default();
            lines.lines().map(|line| [sign, line].concat()).collect::<Vec<String>>()
        };
        out.extend(signed("- ", change.before));
        out.extend(signed("+ ", change.after));
    }
    if out.len() > LONGEST {
        let n_more = out.len() - (LONGEST - 1);
        out.truncate(LONGEST - 1);
        out.push(format!("… {n_more} more lines"));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::answer;
    use crate::state::{Action, State};
    use stagewright::text::TextEdit;

    fn of(source: &str) -> Answer {
        answer(&State::default().after(Action::Edit(source.into())))
    }

    #[test]
    fn findings_come_behind_errors() {
        let answer = of("from alpine AS one\nRUNN x\n");
        let all: Vec<_> = problems(&answer).into_iter().map(|it| (it.rule(), it.severity())).collect();
        // What is found while the file is read is printed although it does not build.
        assert_eq!(all, [("error", 0), ("FromAsCasing", 1), ("ConsistentInstructionCasing", 2)]);
        assert!(problems(&of("\n")).is_empty());
    }

    #[test]
    fn what_the_target_does_not_need_is_only_said() {
        let state = State::default().after(Action::Edit("FROM a AS one\nENV A b\nFROM b AS two\nENV C d\n".into()));
        let severities = |state: &State| {
            let answer = answer(state);
            problems(&answer).into_iter().map(Problem::severity).collect::<Vec<_>>()
        };
        assert_eq!(severities(&state), [2, 1]);
        assert_eq!(severities(&state.after(Action::Target(Some("one".into())))), [1, 2]);
    }

    #[test]
    fn one_change_mends_all_of_a_kind() {
        let answer = of("FROM alpine AS one\nENV A b\nENV C d\nMAINTAINER me\n");
        let (n_mended, mend) = fix_of_all(&answer, "LegacyKeyValueFormat").unwrap();
        assert_eq!(n_mended, 2);
        assert_eq!(mend.mended(), "FROM alpine AS one\nENV A=b\nENV C=d\nMAINTAINER me\n");
        assert_eq!(fix_of_all(&answer, "MaintainerDeprecated"), None);
    }

    #[test]
    fn a_preview_has_the_lines_that_change() {
        fn check(source: &str, edits: &[(u32, u32, &str)], expect: &[&str]) {
            let edits: Vec<TextEdit> = edits
                .iter()
                .map(|&(start, end, text)| TextEdit { range: TextRange::new(start, end), text: text.into() })
                .collect();
            let mend = Mend::new(&source.into(), edits);
            assert_eq!(preview(&mend, &LineIndex::new(source)), expect, "{source:?}");
        }
        let text = "FROM a\nENV B c\nRUN d\n";
        check(text, &[(12, 13, "=")], &["- ENV B c", "+ ENV B=c"]);
        check(text, &[(7, 15, "")], &["- ENV B c"]);
        check(text, &[(7, 7, "ARG X\n")], &["+ ARG X"]);
        check(text, &[(0, 4, "from"), (15, 18, "run")], &["- FROM a", "+ from a", "- RUN d", "+ run d"]);
        check(text, &[(0, 4, "from"), (5, 6, "b")], &["- FROM a", "+ from b"]);
        check("RUN a", &[(0, 5, "")], &["- RUN a"]);
        check(text, &[], &[]);
    }
}
