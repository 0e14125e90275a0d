//! Lines without what terminals and CI systems put into them.
//!
//! Relies on nothing.

use std::borrow::Cow;

/// A line without its line end, and without the codes that colour it.
pub(super) fn line(line: &str) -> Cow<'_, str> {
    let line = line.strip_suffix('\r').unwrap_or(line);
    if !line.contains('\u{1b}') {
        return Cow::Borrowed(line);
    }
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, code)) = rest.split_once('\u{1b}') {
        out.push_str(before);
        rest = behind_code(code);
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// What stands behind a code, whose first character, ESC, is left out already.
fn behind_code(code: &str) -> &str {
    let mut chars = code.chars();
    match chars.next() {
        // A colour or the like, up to a letter.
        Some('[') => {
            let end = chars.as_str().find(|c: char| ('@'..='~').contains(&c));
            end.and_then(|end| chars.as_str().get(end + 1..)).unwrap_or_default()
        }
        // A message to the terminal, or the mark of a CI system, up to BEL or ESC and a backslash.
        Some(']' | '_' | 'P' | '^') => {
            let rest = chars.as_str();
            // One search for both, so that a line of many codes is gone through once.
            let mut ends = rest.match_indices(['\u{7}', '\u{1b}']);
            let end = ends.find_map(|(at, mark)| {
                let behind = &rest[at + mark.len()..];
                if mark == "\u{7}" { Some(behind) } else { behind.strip_prefix('\\') }
            });
            end.unwrap_or_default()
        }
        // `ESC ( B` chooses letters.
        Some('(' | ')') => {
            chars.next();
            chars.as_str()
        }
        Some(_) => chars.as_str(),
        None => "",
    }
}

/// A line without the time that a CI system puts in front, and what it puts behind that.
///
/// GitHub, Azure: `2024-01-01T00:00:00.0000000Z text`. GitLab: `2024-01-01T00:00:00.000000Z 01O text`, with
/// `+` for `O`'s blank where the line goes on. Jenkins: `[2024-01-01T00:00:00.000Z] text` or `00:00:00  text`.
pub(super) fn without_time(line: &str) -> &str {
    let trimmed = line.trim_start();
    let inside = trimmed.strip_prefix('[').unwrap_or(trimmed);
    let len = inside.bytes().take_while(|&c| c.is_ascii_digit() || b"-:.,TZ+".contains(&c)).count();
    let time = &inside[..len];
    if !is_time(time) {
        return line;
    }
    let rest = &inside[len..];
    if trimmed.len() != inside.len() {
        return rest.strip_prefix(']').map_or(line, |rest| rest.strip_prefix(' ').unwrap_or(rest));
    }
    let Some(rest) = rest.strip_prefix(' ') else { return if rest.is_empty() { "" } else { line } };
    match rest.as_bytes() {
        [b'0'..=b'9' | b'a'..=b'f', b'0'..=b'9' | b'a'..=b'f', b'O' | b'E', b' ' | b'+', ..] => &rest[4..],
        _ => rest,
    }
}

/// Whether a word is a time of day, with or without a date.
fn is_time(word: &str) -> bool {
    let (date, time) = word.split_once('T').map_or(("", word), |(date, time)| (date, time));
    let is_date = date.is_empty() || (date.len() == 10 && date.split('-').count() == 3);
    let is_clock = time.len() >= 8
        && time.bytes().take(8).enumerate().all(|(at, c)| if at % 3 == 2 { c == b':' } else { c.is_ascii_digit() });
    is_date && is_clock
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(without_time(&line(text)), expected, "{text:?}");
    }

    #[test]
    fn colours_and_marks_of_terminals_are_left_out() {
        check("\u{1b}[32m#1\u{1b}[0m [internal]\u{1b}[K\r", "#1 [internal]");
        check("\u{1b}_bk;t=1700000000000\u{7}#1 DONE", "#1 DONE");
        check("\u{1b}]8;;https://a\u{1b}\\link\u{1b}]8;;\u{1b}\\ x\u{7}", "link x\u{7}");
        check("a\u{1b}(Bb\u{1b}", "ab");
        check("a\u{1b}[31", "a");
        check("a\u{1b}]0;title", "a");
        check("a\u{1b}]0;\u{1b}[1m\u{1b}\\b\u{7}", "ab\u{7}");
        check("a\u{1b}\u{e9}b", "ab");
    }

    #[test]
    fn the_time_in_front_of_a_line_is_left_out() {
        check("2024-01-01T00:00:00.0000000Z #12 DONE 1.2s", "#12 DONE 1.2s");
        check("2024-01-01T00:00:00.000000Z 01O #12 DONE 1.2s", "#12 DONE 1.2s");
        check("2024-01-01T00:00:00.000000Z 01E+more", "more");
        check("[2024-01-01T00:00:00.000Z] #1 x", "#1 x");
        check("12:34:56  #1 x", " #1 x");
        check("2024-01-01T00:00:00.0000000Z ", "");
        check("2024-01-01T00:00:00Z", "");
    }

    #[test]
    fn other_lines_stay_as_they_are() {
        for text in
            ["", "#1 [internal] load", "12 x", "[1/2] x", "12:30 x", "  #1 x", "1.2 x", "[12:34:56 x", "T", "::::::::"]
        {
            check(text, text);
        }
    }
}
