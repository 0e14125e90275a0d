//! What is wrong with a text, and where: the one form in which every stage of the pipeline tells
//! it.
//!
//! Relies on [`text`](crate::text) only. The words are BuildKit's in `message`, so that they can be
//! searched for, and ours in `help`.

use crate::text::{LineSpan, TextEdit, TextRange};

/// How much a diagnostic matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The build of the chosen target fails.
    Error,
    /// Something that does not stop this build.
    Warning,
}

/// The pass of BuildKit that finds an error. BuildKit stops at its first error, so the first
/// diagnostic in this order is the one that `docker build` prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// The options of the checks are read.
    Options,
    /// Lines are put together and split into words (`parser.Parse`).
    Parse,
    /// Words become instructions (`instructions.Parse`).
    Instructions,
    /// Arguments before the first FROM are worked out.
    GlobalArgs,
    /// FROM lines are worked out, in file order.
    Stages,
    /// The target is looked up.
    Target,
    /// `--from` of every stage is looked up.
    References,
    /// Rings among the stages are searched for.
    Cycles,
    /// Names of base images are read.
    BaseImages,
    /// Instructions of the stages that the target needs are carried out.
    Dispatch,
    /// All went well, and the checks are to stop the build where they found something.
    Checks,
}

/// One problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Whether it stops the build of the target.
    pub severity: Severity,
    /// The check that reports it, or `error`.
    pub rule: &'static str,
    /// What BuildKit says.
    pub message: String,
    /// What to do about it, where we know.
    pub help: Option<String>,
    /// The place, as exact as we know it.
    pub range: TextRange,
    /// The lines that BuildKit names, in its order; empty where it names none.
    pub lines: Vec<LineSpan>,
    /// The pass that finds it, and the place in that pass.
    pub order: (Phase, u32),
    /// Edits that mend it, where one can tell.
    pub fix: Option<Fix>,
}

/// A change of the text that mends a problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as a command: `rename to …`.
    pub title: String,
    /// The edits, of the text as it was.
    pub edits: Vec<TextEdit>,
}

/// The rule name of whatever BuildKit refuses to build.
pub const ERROR: &str = "error";

impl Diagnostic {
    /// An error of the build, found in `order`.
    #[must_use]
    pub fn error(order: (Phase, u32), message: impl Into<String>, range: TextRange, lines: Vec<LineSpan>) -> Self {
        Self {
            severity: Severity::Error,
            rule: ERROR,
            message: message.into(),
            help: None,
            range,
            lines,
            order,
            fix: None,
        }
    }

    /// The same with our advice.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// The spans of single lines from `span.first` to `span.last`, as BuildKit lists them.
#[must_use]
pub fn each_line(span: LineSpan) -> Vec<LineSpan> {
    span.iter().map(|line| LineSpan { first: line, last: line }).collect()
}
