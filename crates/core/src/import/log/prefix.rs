//! What CI systems and other programs put in front of each line: times, names of jobs, services and steps.
//!
//! There are too many of them to know each one. A prefix is what stands in front of something that only a build
//! prints, where several lines have it in the same form: numbers and blanks may differ, the rest may not. Relies on
//! what [`plain`](super::plain) takes for a line of a build.

use crate::lookup::Lookup;
use crate::sorting::sort_by_key;

use super::plain::{is_bracketed, is_event, is_shown, numbered};

/// How long a prefix may be, in bytes.
const LONGEST: usize = 300;

/// How many forms are kept, those of the most lines. A log has few, and each line is compared with all.
const MOST: usize = 64;

/// What a line of a build starts with.
const MARKS: [char; 3] = ['#', '=', '{'];

/// Stands for a number in a form.
const NUMBER: char = '\0';

/// The prefixes of a text.
#[derive(Debug, Default)]
pub(super) struct Prefixes {
    forms: Lookup<String, Seen>,
    /// Those that are prefixes, the longest first.
    kept: Vec<Kept>,
}

/// How often a form was seen.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    lines: u32,
    /// In front of what can be nothing but a line of a build.
    sure: u32,
}

#[derive(Debug)]
struct Kept {
    form: String,
    /// What lines of one source have in common.
    name: String,
}

impl Prefixes {
    /// Looks at a line for what may be a prefix.
    pub(super) fn see(&mut self, line: &str) {
        let Some((prefix, is_sure)) = in_front(line.trim_end()) else { return };
        let seen = self.forms.or_insert(form(prefix), Seen::default());
        seen.lines += 1;
        seen.sure += u32::from(is_sure);
    }

    /// Decides what is a prefix, when all lines are seen.
    pub(super) fn decide(&mut self) {
        let forms = std::mem::take(&mut self.forms);
        let is_prefix = |form: &&String| forms.get(form.as_str()).is_some_and(|seen| seen.lines > 1 && seen.sure > 0);
        let mut kept: Vec<&String> = forms.keys().filter(is_prefix).collect();
        sort_by_key(&mut kept, |form| u32::MAX - forms.get(form.as_str()).map_or(0, |seen| seen.lines));
        kept.truncate(MOST);
        sort_by_key(&mut kept, |form| usize::MAX - form.len());
        self.kept = kept.into_iter().map(|form| Kept { form: form.clone(), name: name(form) }).collect();
    }

    /// A line without its prefix, and the name of what printed it; none where there is no prefix.
    pub(super) fn split<'a>(&self, line: &'a str) -> (&str, &'a str) {
        if starts(line.trim_start()).is_none() {
            for kept in &self.kept {
                if let Some(rest) = behind(line, &kept.form) {
                    return (&kept.name, rest);
                }
            }
        }
        ("", line)
    }
}

/// What stands in front of the first thing in a line that a build may have printed, and whether it is sure to be
/// that. None where nothing does, and where there is no such thing.
fn in_front(line: &str) -> Option<(&str, bool)> {
    if starts(line.trim_start()).is_some() {
        return None;
    }
    let mut places = line.match_indices(MARKS).take_while(|(at, _)| *at <= LONGEST);
    places.find_map(|(at, _)| starts(&line[at..]).map(|is_sure| (&line[..at], is_sure)))
}

/// Whether a text starts as a line of a build does, and is sure to be one.
fn starts(line: &str) -> Option<bool> {
    if !line.starts_with(MARKS) {
        return None;
    }
    if let Some((_, rest)) = numbered(line).filter(|(number, _)| *number > 0) {
        return if is_event(rest) { Some(true) } else { is_bracketed(rest).then_some(false) };
    }
    if let Some(rest) = line.strip_prefix("=> ") {
        return is_shown(rest).then_some(true);
    }
    let lists = ["{\"vertexes\":[", "{\"statuses\":[", "{\"logs\":[", "{\"warnings\":["];
    lists.iter().any(|list| line.starts_with(list)).then_some(true)
}

/// The form of a prefix: one sign for each number and for each row of blanks. The number of a name
/// (`web-1`, `Step #2`) stays, as it tells sources apart.
fn form(prefix: &str) -> String {
    let mut out = String::with_capacity(prefix.len());
    let mut is_name = false;
    for c in prefix.chars() {
        match c {
            '0'..='9' if is_name => out.push(c),
            '0'..='9' if out.ends_with(NUMBER) => {}
            '0'..='9' => out.push(NUMBER),
            ' ' | '\t' if out.ends_with(' ') => {}
            ' ' | '\t' => out.push(' '),
            _ => {
                let is_behind_letter = out.chars().next_back().is_some_and(char::is_alphabetic);
                is_name = c == '#' || (matches!(c, '-' | '_') && is_behind_letter);
                out.push(c);
                continue;
            }
        }
        is_name &= c.is_ascii_digit();
    }
    out
}

/// The words of a form that have no numbers which differ, such as those of times.
fn name(form: &str) -> String {
    let words: Vec<&str> = form.split(' ').filter(|word| !word.contains(NUMBER) && !word.is_empty()).collect();
    words.join(" ")
}

/// What stands behind a prefix of some form. Blanks at the end of the prefix may be missing in an empty line.
fn behind<'a>(line: &'a str, form: &str) -> Option<&'a str> {
    let mut rest = line;
    for part in form.chars() {
        let len = match part {
            NUMBER => rest.bytes().take_while(u8::is_ascii_digit).count(),
            ' ' => rest.bytes().take_while(|c| matches!(c, b' ' | b'\t')).count(),
            c if rest.starts_with(c) => c.len_utf8(),
            _ => return None,
        };
        if len == 0 && !(part == ' ' && rest.is_empty()) {
            return None;
        }
        rest = &rest[len..];
    }
    Some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_keeps_what_tells_sources_apart() {
        for (prefix, expected, source) in [
            ("2024-01-01 12:00:00.5 ", "0-0-0 0:0:0.0 ", ""),
            ("W:  \t", "W: ", "W:"),
            ("Step #12 - \"Build\": ", "Step #12 - \"Build\": ", "Step #12 - \"Build\":"),
            ("web-1  | ", "web-1 | ", "web-1 |"),
            ("[12] web ", "[0] web ", "web"),
            ("10-x_20 ", "0-x_20 ", ""),
        ] {
            let form = form(prefix);
            assert_eq!(form.replace(NUMBER, "0"), expected, "{prefix}");
            assert_eq!(name(&form), source, "{prefix}");
        }
    }

    #[test]
    fn what_has_the_form_is_left_out() {
        let form = form("a 1:22 | ");
        for (line, expected) in [
            ("a 333:4   |   x", Some("x")),
            ("a 333:4 |", Some("")),
            ("a 333: | x", None),
            ("a 333:4", None),
            ("a", None),
            ("", None),
        ] {
            assert_eq!(behind(line, &form), expected, "{line}");
        }
    }
}
