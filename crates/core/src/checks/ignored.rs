//! What a `.dockerignore` leaves out of the build context.
//!
//! Follows `ignorefile` and `PatternMatcher` of the `patternmatcher` package. Relies on
//! [`clean`](crate::resolve), which makes paths short.

/// The patterns of a `.dockerignore`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IgnoreFile {
    patterns: Vec<String>,
}

impl IgnoreFile {
    /// Reads the text of the file.
    #[must_use]
    pub fn new(_text: &str) -> Self {
        Self::default()
    }
}
