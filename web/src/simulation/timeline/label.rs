//! What is written on a bar: as much of a step's label as there is room for. Pure.

/// Fewer letters than these say nothing.
const LEAST: usize = 7;
/// So many letters of the instruction are worth more than the stage before it.
const WORTH: usize = 10;

/// `label` in so many letters, with a sign where it is cut. Where they are few, without the stage before the
/// instruction; none where they are too few for anything.
#[must_use]
pub fn fit(label: &str, letters: usize) -> Option<String> {
    let bare = if label.starts_with('[') { label.split_once("] ").map_or(label, |(_, rest)| rest) } else { label };
    let prefix = label.len() - bare.len();
    let label = if width(label) <= letters || letters >= prefix + WORTH { label } else { bare };
    if width(label) <= letters {
        return Some(label.to_owned());
    }
    (letters >= LEAST).then(|| cut(label, letters))
}

/// `label` in at most so many letters, with a sign where it is cut.
#[must_use]
pub fn cut(label: &str, letters: usize) -> String {
    if width(label) <= letters {
        return label.to_owned();
    }
    let mut out = String::new();
    let mut left = letters.saturating_sub(1);
    for letter in label.chars() {
        let width = width_of(letter);
        if width > left {
            break;
        }
        left -= width;
        out.push(letter);
    }
    out.truncate(out.trim_end().len());
    out.push('…');
    out
}

fn width(text: &str) -> usize {
    text.chars().map(width_of).sum()
}

/// Letters of Asian scripts, and signs beyond, are twice as wide as others, about.
fn width_of(letter: char) -> usize {
    if letter < '\u{1100}' || ('\u{2000}'..'\u{2e80}').contains(&letter) { 1 } else { 2 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_cut_with_a_sign() {
        fn check(letters: usize, expect: Option<&str>) {
            assert_eq!(fit("[base 3/6] RUN pip install", letters).as_deref(), expect, "{letters}");
        }
        check(40, Some("[base 3/6] RUN pip install"));
        check(26, Some("[base 3/6] RUN pip install"));
        check(25, Some("[base 3/6] RUN pip insta…"));
        check(21, Some("[base 3/6] RUN pip i…"));
        check(20, Some("RUN pip install"));
        check(15, Some("RUN pip install"));
        check(9, Some("RUN pip…"));
        check(7, Some("RUN pi…"));
        check(6, None);
    }

    #[test]
    fn wide_letters_count_twice() {
        assert_eq!(fit("RUN 構築する", 12).as_deref(), Some("RUN 構築する"));
        assert_eq!(fit("RUN 構築する", 9).as_deref(), Some("RUN 構築…"));
        assert_eq!(fit("ab", 2).as_deref(), Some("ab"));
        assert_eq!(fit("", 0).as_deref(), Some(""));
    }
}
