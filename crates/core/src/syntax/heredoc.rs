//! Here-documents: which ones a line opens, and their lines.
//!
//! Relies on the [`shell`](super::shell) lexer to tell an opening from text in quotes.

use super::lines::{LogicalLine, PhysicalLine};
use super::shell::{Lexer, NoVariables};

/// An opening: `<<NAME` or `<<-NAME`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Opening {
    /// The delimiter without quotes.
    pub(super) name: String,
    /// Whether no part of the delimiter is quoted.
    pub(super) expand: bool,
    /// Whether it is `<<-`.
    pub(super) chomp: bool,
}

/// Reads a word as an opening: digits, `<<`, perhaps `-`, blanks, the delimiter.
///
/// # Errors
/// The message of BuildKit, where the delimiter has quotes that do not end.
pub(super) fn opening(word: &str) -> Result<Option<Opening>, String> {
    let behind = word.trim_start_matches(|c: char| c.is_ascii_digit());
    let Some(behind) = behind.strip_prefix("<<") else { return Ok(None) };
    let (chomp, behind) = behind.strip_prefix('-').map_or((false, behind), |rest| (true, rest));
    let delimiter = behind.trim_start_matches(|c: char| c.is_ascii_whitespace());
    if delimiter.is_empty() || delimiter.contains('<') {
        return Ok(None);
    }
    let lexer = Lexer { skip_unset: true, ..Lexer::new('\\') };
    let plain = lexer.expand(delimiter, &NoVariables)?.words;
    let [name] = plain.as_slice() else { return Ok(None) };
    let raw = Lexer { raw_quotes: true, ..lexer }.expand(delimiter, &NoVariables)?.words;
    let [raw_name] = raw.as_slice() else {
        return Err(format!("internal lexing of heredoc produced inconsistent results: {delimiter}"));
    };
    let n_quotes = |text: &str| text.matches(['\'', '"']).count();
    Ok(Some(Opening { name: name.clone(), expand: n_quotes(name) == n_quotes(raw_name), chomp }))
}

/// The openings of a line, each with its range in the line's text.
///
/// # Errors
/// As for [`opening`].
pub(super) fn openings(line: &LogicalLine) -> Result<Vec<(Opening, std::ops::Range<usize>)>, String> {
    let lexer = Lexer { raw_quotes: true, raw_escapes: true, skip_unset: true, ..Lexer::new('\\') };
    // A line whose quotes do not end opens nothing, as far as BuildKit can see.
    let words = lexer.expand(&line.text, &NoVariables).map(|expanded| expanded.words).unwrap_or_default();
    let mut found = Vec::new();
    let mut at = 0;
    for word in words {
        let Some(opening) = opening(&word)? else { continue };
        let start = line.text[at..].find(&word).map_or(at, |offset| at + offset);
        let end = (start + word.len()).min(line.text.len());
        at = end;
        found.push((opening, start..end));
    }
    Ok(found)
}

/// Whether a line ends the here-document that `opening` begins.
pub(super) fn ends(opening: &Opening, line: &PhysicalLine<'_>) -> bool {
    let text = if opening.chomp { line.text.trim_start_matches('\t') } else { line.text };
    text == opening.name
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::TextRange;

    #[track_caller]
    fn check(line: &str, expected: &[(&str, bool, bool)]) {
        let line = LogicalLine::detached(line, TextRange::new(0, 0));
        let found = openings(&line).unwrap();
        let found: Vec<_> = found.iter().map(|(o, _)| (o.name.as_str(), o.expand, o.chomp)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn openings_are_words_of_their_own() {
        check("RUN <<EOF", &[("EOF", true, false)]);
        check("COPY <<a <<-'b' /x/", &[("a", true, false), ("b", false, true)]);
        check("RUN cat << EOF > /f", &[("EOF", true, false)]);
        check("RUN 3<<E\"O\"F python3", &[("EOF", false, false)]);
    }

    #[test]
    fn text_in_quotes_opens_nothing() {
        check("RUN echo \"<<EOF\" '<<A'", &[]);
        check("RUN echo a<<EOF $((1<<2)) <<<word", &[]);
        check("RUN echo \"open <<EOF", &[]);
    }
}
