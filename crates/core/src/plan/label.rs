//! The labels of steps, taken apart: `[linux/amd64 build 2/7] RUN make` is the step `RUN make` of the
//! stage `build`.
//!
//! For whoever finds the step of one build in another, or in a log: the numbers and the platform differ
//! from build to build, the rest does not. Relies on nothing.

/// The parts of a label.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Label<'a> {
    /// What stands in the brackets before the stage: a platform, the name of one build among several.
    pub prefix: &'a str,
    /// The stage; `internal` or the name of a context for what the builder does for itself. Empty where a
    /// file has but one stage, and where there are no brackets.
    pub stage: &'a str,
    /// The number, such as `2/7`; empty where there is none.
    pub number: &'a str,
    /// What stands behind the brackets.
    pub text: &'a str,
}

impl<'a> Label<'a> {
    /// Takes any text apart.
    #[must_use]
    pub fn parse(label: &'a str) -> Self {
        let brackets = label.strip_prefix('[').and_then(|rest| rest.split_once("] "));
        let Some((inside, text)) = brackets else { return Self { text: label, ..Self::default() } };
        let (mut rest, mut number) = (inside.trim(), "");
        let (before, last) = last_word(rest);
        if is_number(last) {
            (rest, number) = (before, last);
        }
        let (prefix, stage) = last_word(rest);
        Self { prefix, stage, number, text }
    }

    /// Whether it is of a build context with a name (`--build-context`), which [`stage`](Self::stage) then has.
    #[must_use]
    pub fn is_context(&self) -> bool {
        self.number.is_empty() && last_word(self.prefix).1 == "context"
    }

    /// The text without what pins an image to its content: a file does not say it, a log does.
    #[must_use]
    pub fn unpinned_text(&self) -> &'a str {
        let is_image = self.text.starts_with("FROM ");
        let pinned = self.text.split_once("@sha256:").filter(|_| is_image);
        pinned.map_or(self.text, |(name, _)| name)
    }
}

/// The text before the last word, and that word.
fn last_word(text: &str) -> (&str, &str) {
    text.rsplit_once(' ').map_or(("", text), |(before, last)| (before.trim_end(), last))
}

fn is_number(word: &str) -> bool {
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|c| c.is_ascii_digit());
    word.split_once('/').is_some_and(|(n, total)| is_digits(n) && is_digits(total))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(label: &str, prefix: &str, stage: &str, number: &str, text: &str) {
        assert_eq!(Label::parse(label), Label { prefix, stage, number, text });
    }

    #[test]
    fn labels_fall_into_prefix_stage_number_and_text() {
        check("[build 2/7] RUN make", "", "build", "2/7", "RUN make");
        check("[build  2/17] RUN make", "", "build", "2/17", "RUN make");
        check("[2/7] RUN make", "", "", "2/7", "RUN make");
        check("[linux/amd64->arm64 build 2/7] RUN a [b] c", "linux/amd64->arm64", "build", "2/7", "RUN a [b] c");
        check("[web linux/amd64 build 2/7] COPY . .", "web linux/amd64", "build", "2/7", "COPY . .");
        check("[internal] load build context", "", "internal", "", "load build context");
        check("[context base] OCI load from client", "context", "base", "", "OCI load from client");
        check("FROM docker.io/library/alpine:latest", "", "", "", "FROM docker.io/library/alpine:latest");
        check("exporting to image", "", "", "", "exporting to image");
        check("[", "", "", "", "[");
        check("[] ", "", "", "", "");
    }

    #[test]
    fn images_are_known_without_their_digest() {
        let text = |label| Label::parse(label).unpinned_text();
        assert_eq!(text("[a 1/2] FROM docker.io/library/alpine:3@sha256:ab"), "FROM docker.io/library/alpine:3");
        assert_eq!(text("[a 2/2] RUN x@sha256:ab"), "RUN x@sha256:ab");
    }
}
