//! What is folded until it is asked for.

use stagewright::checks::RuleId;

/// A part of the page that is shown when it is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fold {
    /// The problems, where the page is narrow.
    Problems,
    /// The field for the `.dockerignore`.
    Dockerignore,
    /// What the target takes and gives.
    Outline,
    /// All findings of a rule.
    Rule(RuleId),
    /// What mends all findings of a rule.
    MendAll(RuleId),
    /// What a fix of a problem changes, by their numbers.
    Mend(usize, usize),
}

impl Fold {
    /// Whether it is about the text as it is, and not the same thing after an edit.
    #[must_use]
    pub const fn is_of_text(self) -> bool {
        matches!(self, Self::MendAll(_) | Self::Mend(..))
    }
}
