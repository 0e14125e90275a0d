//! What is wrong, and the edits that mend it.

use serde::Serialize;
use stagewright::{diagnostic, text};
use tsify::Tsify;

use super::text::{LineSpan, Positions, TextRange};

/// One problem.
#[derive(Clone, Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(missing_as_null)]
pub struct Diagnostic {
    /// Whether it stops the build of the target.
    pub severity: Severity,
    /// The check that reports it, or `error`.
    pub rule: String,
    /// What BuildKit says, word for word.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// The place, as exact as it is known.
    pub range: TextRange,
    /// The lines that BuildKit names, in its order.
    pub lines: Vec<LineSpan>,
    /// A change that mends it.
    pub fix: Option<Fix>,
}

/// How much a problem matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub enum Severity {
    /// The build of the target fails.
    Error,
    /// Something that does not stop this build.
    Warning,
}

/// A change of the text that mends a problem.
#[derive(Clone, Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Fix {
    /// What it does, as a command.
    pub title: String,
    /// The edits, of the text as it is.
    pub edits: Vec<TextEdit>,
}

/// A replacement.
#[derive(Clone, Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct TextEdit {
    /// What is replaced.
    pub range: TextRange,
    /// What stands there afterwards.
    pub text: String,
}

impl Diagnostic {
    pub(super) fn new(problem: &diagnostic::Diagnostic, at: &Positions<'_>) -> Self {
        Self {
            severity: problem.severity.into(),
            rule: problem.rule.to_owned(),
            message: problem.message.clone(),
            help: problem.help.clone(),
            range: at.range(problem.range),
            lines: problem.lines.iter().map(|&span| span.into()).collect(),
            fix: problem.fix.as_ref().map(|fix| Fix::new(fix, at)),
        }
    }
}

impl From<diagnostic::Severity> for Severity {
    fn from(severity: diagnostic::Severity) -> Self {
        match severity {
            diagnostic::Severity::Error => Self::Error,
            diagnostic::Severity::Warning => Self::Warning,
        }
    }
}

impl Fix {
    pub(super) fn new(fix: &diagnostic::Fix, at: &Positions<'_>) -> Self {
        Self { title: fix.title.clone(), edits: fix.edits.iter().map(|edit| TextEdit::new(edit, at)).collect() }
    }
}

impl TextEdit {
    pub(super) fn new(edit: &text::TextEdit, at: &Positions<'_>) -> Self {
        Self { range: at.range(edit.range), text: edit.text.clone() }
    }
}
