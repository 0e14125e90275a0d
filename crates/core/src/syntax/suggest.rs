//! "Did you mean …?": the name that a misspelled one was likely meant to be.
//!
//! The rule is that of BuildKit's `util/suggest`: the nearest by edit distance, at most two edits
//! away. Relies on nothing.

/// The first of `options` that is nearest to `name`, at most two edits away; none where `name` is
/// itself an option. BuildKit goes through names of one distance in no fixed order, we in theirs.
#[must_use]
pub fn suggest<'a>(name: &str, options: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let mut best = None;
    let mut nearest = 3;
    for option in options {
        if option == name {
            return None;
        }
        let distance = edit_distance(name, option);
        if distance < nearest {
            nearest = distance;
            best = Some(option);
        }
    }
    best
}

/// [`suggest`] for names whose letter case does not matter; the suggestion has the case of `name`.
#[must_use]
pub fn suggest_any_case<'a>(name: &str, options: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let lower = name.to_ascii_lowercase();
    let options: Vec<String> = options.into_iter().map(str::to_ascii_lowercase).collect();
    let found = suggest(&lower, options.iter().map(String::as_str))?;
    // Letters outside ASCII are taken for small ones, which saves the tables of Unicode.
    let is_small = |c: char| c.is_ascii_lowercase() || (!c.is_ascii() && c.is_alphabetic());
    let is_upper = name != lower && !name.contains(is_small);
    Some(if is_upper { found.to_ascii_uppercase() } else { found.to_owned() })
}

/// Number of characters to insert, remove or replace to make `b` of `a`.
fn edit_distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    // No need to work out what is too far in any case.
    if a.len().abs_diff(b.len()) > 2 {
        return usize::MAX;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_within_two_edits_is_suggested() {
        assert_eq!(suggest("tests", ["build", "test", "text"]), Some("test"));
        assert_eq!(suggest("staging", ["build", "test"]), None);
        assert_eq!(suggest("test", ["tent", "test"]), None);
        assert_eq!(suggest_any_case("RUNN", ["COPY", "RUN"]), Some("RUN".into()));
        assert_eq!(suggest_any_case("runn", ["COPY", "RUN"]), Some("run".into()));
        assert_eq!(suggest_any_case("\u{e9}RUN", ["COPY", "RUN"]), Some("run".into()));
        assert_eq!(suggest_any_case("\u{feff}RUN", ["COPY", "RUN"]), Some("RUN".into()));
    }
}
