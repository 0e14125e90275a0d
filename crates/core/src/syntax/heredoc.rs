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
        let place = place(&line.text, at, &word);
        at = place.end;
        found.push((opening, place));
    }
    Ok(found)
}

/// Where a word that opens something stands in a text, at `from` or behind. In double quotes the lexer
/// writes `\` twice, so that the word may not stand there letter for letter; its `<<` does.
fn place(text: &str, from: usize, word: &str) -> std::ops::Range<usize> {
    let find = |part: &str| text[from..].find(part).map(|offset| from + offset);
    if let Some(start) = find(word) {
        return start..start + word.len();
    }
    let head = &word[..word.find(['"', '\'', '\\']).unwrap_or(word.len())];
    let Some(start) = find(head) else { return from..from };
    let mut quote = None;
    let mut rest = text[start + head.len()..].char_indices();
    while let Some((at, c)) = rest.next() {
        match c {
            '\\' if quote != Some('\'') => drop(rest.next()),
            '"' | '\'' if quote.is_none() => quote = Some(c),
            _ if quote == Some(c) => quote = None,
            _ if c.is_whitespace() && quote.is_none() => return start..start + head.len() + at,
            _ => {}
        }
    }
    start..text.len()
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

    #[track_caller]
    fn check_places(line: &str, expected: &[&str]) {
        let found = openings(&LogicalLine::detached(line, TextRange::new(0, 0))).unwrap();
        let found: Vec<&str> = found.iter().map(|(_, place)| &line[place.clone()]).collect();
        assert_eq!(found, expected, "{line}");
    }

    #[test]
    fn openings_have_their_place() {
        check_places("COPY <<a <<-'b' << c /x/", &["<<a", "<<-'b'", "<< c"]);
        check_places(r#"RUN 3<<"\2 \" b"c d <<a"#, &[r#"3<<"\2 \" b"c"#, "<<a"]);
        check_places("RUN <<\"\\2\"\u{e9}\u{e9}", &["<<\"\\2\"\u{e9}\u{e9}"]);
    }

    #[test]
    fn text_in_quotes_opens_nothing() {
        check("RUN echo \"<<EOF\" '<<A'", &[]);
        check("RUN echo a<<EOF $((1<<2)) <<<word", &[]);
        check("RUN echo \"open <<EOF", &[]);
    }
}
