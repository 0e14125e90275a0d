//! Where in an instruction a place is, finished or not: in its keyword, a flag, or which of its words.
//!
//! Works on the text alone, because what is being typed is seldom an instruction yet. Relies on
//! nothing but the names of instructions.

use std::ops::Range;

use crate::syntax::Keyword;

/// Which part of an instruction a place is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum PlacePart<'a> {
    /// The word that names the instruction.
    Keyword,
    /// The name of a flag, or what may become one.
    Flag,
    /// The value of the flag of this name.
    FlagValue(&'a str),
    /// A word behind the flags, counted from nought.
    Argument(usize),
}

/// A place in an instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place<'a> {
    /// The instruction, or the one behind ONBUILD; none where no word names one.
    pub(super) keyword: Option<Keyword>,
    /// Whether it stands behind ONBUILD.
    pub(super) is_trigger: bool,
    /// The names of the flags in front of the place.
    pub(super) flags: Vec<&'a str>,
    pub(super) part: PlacePart<'a>,
    /// The word or value that the place is in, as a range of the text: empty between two.
    pub(super) word: Range<usize>,
    /// Where the flag's value or the words behind the flags begin.
    pub(super) start: usize,
}

/// The place `at` in the text of an instruction.
pub(super) fn place_at(text: &str, at: usize) -> Place<'_> {
    let mut place =
        Place { keyword: None, is_trigger: false, flags: Vec::new(), part: PlacePart::Keyword, word: at..at, start: 0 };
    let Some(mut from) = behind_keyword(&mut place, text, at) else { return place };
    loop {
        let word = next_word(text, from);
        let is_here = at <= word.end;
        if is_here && at <= word.start {
            // In front of the next word, where another one may be put in.
            place.part = PlacePart::Argument(0);
            place.start = at;
            return place;
        }
        match text[word.clone()].strip_prefix("--") {
            Some(flag) if !is_here => place.flags.push(name_of(flag)),
            Some(flag) => {
                flag_at(&mut place, word, name_of(flag), at);
                return place;
            }
            None if is_here && text[word.clone()].starts_with('-') => {
                place.part = PlacePart::Flag;
                place.start = word.start;
                place.word = word;
                return place;
            }
            None => {
                arguments(&mut place, text, word.start, at);
                return place;
            }
        }
        from = word.end;
    }
}

/// The end of the keyword, behind those of ONBUILD; none where the place is in one, or in front of it.
fn behind_keyword(place: &mut Place<'_>, text: &str, at: usize) -> Option<usize> {
    let mut from = 0;
    loop {
        let keyword = next_word(text, from);
        place.start = keyword.start;
        if at <= keyword.end {
            if at > keyword.start {
                place.word = keyword;
            }
            return None;
        }
        place.keyword = Keyword::parse(&text[keyword.clone()]);
        from = keyword.end;
        if place.keyword != Some(Keyword::Onbuild) {
            return Some(from);
        }
        place.is_trigger = true;
        place.keyword = None;
    }
}

/// The name of a flag, of what stands behind its dashes.
fn name_of(flag: &str) -> &str {
    flag.split('=').next().unwrap_or_default()
}

/// The place in a flag: its name, or its value.
fn flag_at<'a>(place: &mut Place<'a>, word: Range<usize>, name: &'a str, at: usize) {
    let value = word.start + "--".len() + name.len() + 1;
    if at >= value {
        place.part = PlacePart::FlagValue(name);
        place.word = value..word.end;
        place.start = value;
    } else {
        place.part = PlacePart::Flag;
        place.word = word.start..(value - 1).min(word.end);
        place.start = word.start;
    }
}

fn arguments(place: &mut Place<'_>, text: &str, start: usize, at: usize) {
    place.start = start;
    let mut from = start;
    for index in 0.. {
        let word = next_word(text, from);
        place.part = PlacePart::Argument(index);
        if at <= word.end {
            place.word = if at > word.start { word } else { at..at };
            return;
        }
        from = word.end;
    }
}

/// The next word behind `from`, quotes and all; empty at the end of the text.
fn next_word(text: &str, from: usize) -> Range<usize> {
    let bytes = text.as_bytes();
    let is_blank = |at: usize| bytes.get(at).is_some_and(|byte| matches!(byte, b' ' | b'\t' | b'\r' | 0x0b | 0x0c));
    let mut start = from;
    while is_blank(start) {
        start += 1;
    }
    let mut end = start;
    let mut quote = None;
    while end < bytes.len() && (quote.is_some() || !is_blank(end)) {
        match (quote, bytes[end]) {
            (None, byte @ (b'"' | b'\'')) => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
        end += 1;
    }
    start..end
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text has a `|` at the place.
    #[track_caller]
    fn check(text: &str, part: &PlacePart<'_>, word: &str) {
        let at = text.find('|').unwrap();
        let text = text.replacen('|', "", 1);
        let place = place_at(&text, at);
        assert_eq!((&place.part, &text[place.word.clone()]), (part, word), "{text}");
    }

    #[test]
    fn a_place_is_in_one_part() {
        use PlacePart::{Argument, Flag, FlagValue, Keyword};
        check("|", &Keyword, "");
        check("CO|P", &Keyword, "COP");
        check("COPY|", &Keyword, "COPY");
        check("COPY |", &Argument(0), "");
        check("COPY -|", &Flag, "-");
        check("COPY --fr|om=x a b", &Flag, "--from");
        check("COPY --from=|", &FlagValue("from"), "");
        check("COPY --from=b|u a b", &FlagValue("from"), "bu");
        check("COPY --link --from=b a |b c", &Argument(1), "");
        check("COPY --link --from=b a b|c", &Argument(1), "bc");
        check("COPY --link | a b", &Argument(0), "");
        check("FROM a |", &Argument(1), "");
        check("ONBUILD C|", &Keyword, "C");
        check("ONBUILD COPY --from=a|", &FlagValue("from"), "a");
        check("RUN --mount=type=cache,tar| x", &FlagValue("mount"), "type=cache,tar");
        check("RUN \"a b|\" c", &Argument(0), "\"a b\"");
    }
}
