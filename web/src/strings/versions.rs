//! What the page says of the pinned version and this one: in what they differ, and which is better.

use super::count;

/// The `.dockerignore` is another one.
pub const IGNORE_FILE_CHANGED: &str = "The .dockerignore changed.";
/// The target where none is asked for.
pub const LAST_STAGE: &str = "the last stage";

/// From which line to which the text is another one; to none where lines were only taken out before the first.
#[must_use]
pub fn text_changed(first: usize, last: Option<usize>) -> String {
    match last {
        Some(last) if last > first => format!("The text changed from line {first} to line {last}."),
        Some(_) => format!("The text changed at line {first}."),
        None => format!("Lines were taken out of the text before line {first}."),
    }
}

/// Something was one thing, and is another now; none where it is not set.
#[must_use]
pub fn was_and_is(what: &str, was: Option<&str>, is: Option<&str>) -> String {
    let told = |value: Option<&str>| match value {
        None => "not set".to_owned(),
        Some("") => "empty".to_owned(),
        Some(value) => value.to_owned(),
    };
    format!("{what} was {}, and is {} now.", told(was), told(is))
}

/// How long the first build of each version takes, and how much longer or shorter that of this one is.
#[must_use]
pub fn first_builds(was: &str, is: &str, by: Option<&str>) -> String {
    match by {
        None => format!("The first build of both versions takes {is}."),
        Some(by) => format!("The first build of this version takes {by}: {is} in place of {was}."),
    }
}

/// Of how many files an edit costs less or more than it did; nothing where there are no files.
#[must_use]
pub fn edits(less: usize, more: usize, of: usize) -> Option<String> {
    let which = |n: usize| match of {
        1 => "the file".to_owned(),
        of if n == of => "any file".to_owned(),
        of => format!("{n} of {}", count(of, "file")),
    };
    Some(match (less, more) {
        _ if of == 0 => return None,
        (0, 0) => "An edit of a file costs the same in both.".to_owned(),
        (less, 0) => format!("An edit of {} costs less now.", which(less)),
        (0, more) => format!("An edit of {} costs more now.", which(more)),
        (less, more) => format!("An edit of {} costs less now, of {more} more.", which(less)),
    })
}

/// What an edit of a file costs: so many steps, in so much time.
#[must_use]
pub fn edit_cost(n_steps: usize, time: &str) -> String {
    if n_steps == 0 { "nothing".to_owned() } else { format!("{}, {time}", count(n_steps, "step")) }
}

/// So much less time than before, or more.
#[must_use]
pub fn time_by(by: &str, is_less: bool) -> String {
    format!("{by} {}", if is_less { "less" } else { "more" })
}

/// So many fewer than before, or more.
#[must_use]
pub fn number_by(by: usize, is_less: bool) -> String {
    format!("{by} {}", if is_less { "fewer" } else { "more" })
}

/// The same of steps.
#[must_use]
pub fn steps_by(by: &str) -> String {
    format!("{by} to run")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_told_in_sentences() {
        assert_eq!(text_changed(2, Some(4)), "The text changed from line 2 to line 4.");
        assert_eq!(text_changed(2, Some(2)), "The text changed at line 2.");
        assert_eq!(text_changed(2, None), "Lines were taken out of the text before line 2.");
        assert_eq!(was_and_is("A", Some("1"), Some("")), "A was 1, and is empty now.");
        assert_eq!(was_and_is("A", None, Some("1")), "A was not set, and is 1 now.");
    }

    #[test]
    fn edits_agree_in_number() {
        #[track_caller]
        fn check(less: usize, more: usize, of: usize, expect: Option<&str>) {
            assert_eq!(edits(less, more, of).as_deref(), expect);
        }
        check(0, 0, 0, None);
        check(0, 0, 1, Some("An edit of a file costs the same in both."));
        check(1, 0, 1, Some("An edit of the file costs less now."));
        check(0, 1, 3, Some("An edit of 1 of 3 files costs more now."));
        check(3, 0, 3, Some("An edit of any file costs less now."));
        check(1, 2, 3, Some("An edit of 1 of 3 files costs less now, of 2 more."));
        assert_eq!([edit_cost(0, "0 s"), edit_cost(1, "4 s")], ["nothing", "1 step, 4 s"]);
    }
}
